"""Work judged done at an early end: services are paid for what was done, though it was not delivered whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage
from procurement.fulfilment.models import ValuedWork
from procurement.fulfilment.queries import newly_owed
from procurement.planning.actions import make_payable
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase, PurchaseLine
from procurement.purchasing.queries import papers
from vendors.models import Listing

RULE = "Perpres 16/2018 Pasal 57; pekerjaan yang sudah selesai dinilai dan dibayar"


@dataclass(frozen=True, slots=True)
class Valued:
    """Work of one line: units not delivered, percent of them judged done, and what that is worth before tax."""

    line: PurchaseLine
    units: int
    percent: int
    amount: int


def valued_work(purchase: Purchase, dropped: Sequence[Delivery], percents: Mapping[int, int]) -> list[Valued]:
    """What the percentages come to; lines without a percentage are worth nothing.

    Raises Refused `valued_percent` outside 0 to 100 or for a line that is not under way, `valued_goods` for goods,
    which are paid by what arrived sound.
    """
    asked: dict[int, int] = {}
    for line_id, units in DeliveryLine.objects.filter(delivery__in=dropped).values_list("line", "quantity"):
        asked[line_id] = asked.get(line_id, 0) + units
    lines = {line.pk: line for line in purchase.lines.all()}
    found = []
    for line_id, percent in percents.items():
        if percent == 0:
            continue
        if line_id not in asked or not 0 < percent <= 100:
            raise Refused(
                "valued_percent",
                _("Pekerjaan yang dinilai harus 0 sampai 100 persen dari yang belum diserahkan."),
                fix=_("Perbaiki persentasenya."),
            )
        line = lines[line_id]
        if line.kind == Listing.Kind.GOODS:
            raise Refused(
                "valued_goods",
                _("“%(title)s” adalah barang; yang dibayar hanya barang yang tiba baik.")
                % {"title": line.title},
                rule=RULE,
                fix=_("Kosongkan persentasenya; terima dahulu barang yang sudah tiba."),
            )
        amount = asked[line_id] * line.agreed_price * percent // 100
        if amount:
            found.append(Valued(line, asked[line_id], percent, amount))
    return found


def owe_valued(passage: Passage[Purchase], work: Sequence[Valued]) -> int:
    """Make the worth of the work payable as an accepted part is; returns the rupiah that became owed."""
    purchase = passage.thing
    owed = newly_owed(purchase, {}, valued={each.line.pk: each.amount for each in work})
    make_payable(passage, purchase.budget_line_id, owed, reference=purchase.number)
    for each in work:
        PurchaseLine.objects.filter(pk=each.line.pk).update(valued=each.amount)
        ValuedWork.objects.create(line=each.line, percent=each.percent, amount=each.amount)
    purchase.accepted_price = (purchase.accepted_price or 0) + sum(each.amount for each in work)
    purchase.accepted_total = (purchase.accepted_total or 0) + owed
    return owed


def valuation_facts(purchase: Purchase, work: Sequence[Valued], owed: int) -> dict[str, Any]:
    """The part of the *berita acara* that says what the work done is worth; nothing when there is none."""
    if not work:
        return {}
    subtotal = sum(each.amount for each in work)
    return {
        "valuation": {
            "lines": [
                {
                    "name": each.line.title,
                    "unit": each.line.unit,
                    "ordered": each.units,
                    "delivered": 0,
                    "accepted": 0,
                    "unit_price": each.line.agreed_price,
                    "total": each.amount,
                    "note": _("%(percent)d %% pekerjaan dinilai selesai") % {"percent": each.percent},
                }
                for each in work
            ],
            "subtotal": subtotal,
            "shipping": 0,
            "ppn": owed - subtotal,
            "ppn_label": papers.on_top_label(purchase),
            "total": owed,
            "fine_deducted": 0,
        }
    }
