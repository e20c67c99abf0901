"""The facts of papers about one delivery that several acts share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.workflow.door import Passage
from procurement.documents.queries import officer
from procurement.fulfilment.queries.deliveries import asked_of, counted_of
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.queries import papers


def part_of(purchase: Purchase, delivery: Delivery) -> dict[str, str]:
    """Which part of the order the delivery is, where there are several."""
    several = purchase.deliveries.count()
    if several == 1:
        return {}
    return {"part": _("ke-%(n)d dari %(all)d") % {"n": delivery.position, "all": several}}


def inspection_facts(
    passage: Passage[Purchase], delivery: Delivery, *, conforms: bool, decision: str, reason: str = ""
) -> dict[str, Any]:
    """The facts of a *berita acara pemeriksaan* of a delivery: what was counted, and what the PPK decided."""
    purchase = passage.thing
    assert delivery.arrived_at is not None
    asked, counted = asked_of(delivery), counted_of(delivery)
    lines = [
        (line, asked[line.pk], counted.get(line.pk, (0, 0)))
        for line in purchase.lines.all()
        if line.pk in asked
    ]
    pictures = delivery.evidence.exclude(step="SHIPMENT").order_by("pk").values_list("sha256", flat=True)
    return {
        **papers.after_order(purchase, at=passage.at),
        **part_of(purchase, delivery),
        **({"decision_reason": reason} if reason else {}),
        "inspector": officer(papers.ppk_of(purchase)),
        "arrived_at": delivery.arrived_at.astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
        "inspected_at": passage.at.astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
        "location": delivery.address,
        "lines": [
            {
                "name": line.title,
                "unit": line.unit,
                "ordered": ordered,
                "received": good + damaged,
                "good": good,
                "damaged": damaged,
                "short": max(ordered - good - damaged, 0),
                "result": _("Sesuai") if good >= ordered else _("Tidak sesuai"),
            }
            for line, ordered, (good, damaged) in lines
        ],
        "photos": list(dict.fromkeys(pictures)),
        "conforms": conforms,
        "decision": decision,
    }
