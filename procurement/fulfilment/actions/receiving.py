"""Counting on arrival: what came is sound, damaged, missing, or not what was ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage
from procurement.documents.actions import issue
from procurement.fulfilment.actions.pictures import attach, cleaned, used_elsewhere
from procurement.fulfilment.models import Evidence, Receipt, ReceiptLine, ShipmentLine
from procurement.fulfilment.queries import on_its_way, outstanding_of, unsent_of
from procurement.purchasing.actions import stepping
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.queries import papers


@dataclass(frozen=True, slots=True)
class Count:
    """What the receiver counted of one item: sound and damaged units. What is missing follows.

    `wrong` says in words what is not as ordered, such as another brand.
    """

    good: int
    damaged: int = 0
    wrong: str = ""


def receive(
    *,
    actor: Actor,
    purchase_id: int,
    counts: Mapping[int, Count],
    photos: Sequence[bytes],
    remarks: str = "",
    delivery_id: int | None = None,
    revision: int | None = None,
) -> Receipt:
    """Count what arrived, by line id; at least one picture. What was sent and not counted is short.

    The delivery goes on waiting while something of it has not been sent yet, and is inspected when all was.
    Raises Refused `miscounted` for a line that is not on its way or more than was sent, `photo_needed`, and
    those of the door: the receiver is neither the order's PPK nor its PP.
    """
    assert actor.user_id is not None  # only people receive
    pictures = cleaned(photos, at_least=1)
    step = stepping(purchase_id, "receive", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        shipment = on_its_way(delivery)
        assert shipment is not None  # SHIPPED is entered by `ship` alone
        sent = list(shipment.lines.select_related("line"))
        _check_counts(sent, counts)
        receipt = Receipt.objects.create(
            shipment=shipment, received_at=passage.at, by_id=actor.user_id, remarks=remarks.strip()[:500]
        )
        counted = ReceiptLine.objects.bulk_create(_counted(receipt, each, counts) for each in sent)
        digests = attach(passage, Evidence.Step.RECEIPT, pictures, delivery)
        purchase.receiver_id, purchase.receiver_user_id = actor.appointment_id, actor.user_id
        delivery.receiver_id = actor.appointment_id
        purchase.delivered_at = delivery.arrived_at = passage.at
        delivery.arrived_whole = not outstanding_of(delivery)
        delivery.something_good = delivery.something_good or any(each.good for each in counted)
        delivery.lead_to("AWAITED" if unsent_of(delivery) else "ARRIVED")
        facts = _tanda_terima(passage, delivery, receipt, sent, counted, digests)
        issue(passage, "tanda_terima", facts, subject=purchase)
        passage.facts.update(_sums(purchase, counted), photos=digests)
        if reused := used_elsewhere(purchase, pictures, delivery.purchase.organisation_id):
            passage.facts.update(flags=["ID10"], photos_used_before=reused)
    return receipt


def _check_counts(sent: Sequence[ShipmentLine], counts: Mapping[int, Count]) -> None:
    most = {each.line_id: each for each in sent}
    for line_id, count in counts.items():
        if count.good < 0 or count.damaged < 0 or line_id not in most:
            raise Refused(
                "miscounted",
                _("Hitungan tidak dapat dipakai."),
                fix=_("Muat ulang halaman lalu hitung lagi."),
            )
        each = most[line_id]
        if count.good + count.damaged > each.quantity:
            raise Refused(
                "miscounted",
                _("“%(title)s” dikirim %(sent)d, dihitung %(counted)d.")
                % {
                    "title": each.line.title,
                    "sent": each.quantity,
                    "counted": count.good + count.damaged,
                },
                fix=_("Kembalikan kelebihannya kepada penyedia; catat paling banyak yang dikirim."),
            )


def _counted(receipt: Receipt, sent: ShipmentLine, counts: Mapping[int, Count]) -> ReceiptLine:
    count = counts.get(sent.line_id, Count(0))
    short = sent.quantity - count.good - count.damaged
    return ReceiptLine(
        receipt=receipt,
        line_id=sent.line_id,
        good=count.good,
        damaged=count.damaged,
        short=short,
        wrong=" ".join(count.wrong.split())[:200],
    )


def _sums(purchase: Purchase, counted: Sequence[ReceiptLine]) -> dict[str, Any]:
    return {
        "number": purchase.number,
        "good": sum(each.good for each in counted),
        "damaged": sum(each.damaged for each in counted),
        "short": sum(each.short for each in counted),
        "lines": [
            {"line": each.line_id, "good": each.good, "damaged": each.damaged, "short": each.short}
            for each in counted
        ],
    }


def _tanda_terima(
    passage: Passage[Purchase],
    delivery: Delivery,
    receipt: Receipt,
    sent: Sequence[ShipmentLine],
    counted: Sequence[ReceiptLine],
    photos: list[str],
) -> dict[str, Any]:
    purchase = passage.thing
    return {
        **papers.after_order(purchase, at=passage.at),
        "arrived_at": passage.at.astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
        "location": delivery.address,
        "lines": [
            {
                "name": each.line.title,
                "unit": each.line.unit,
                "ordered": each.quantity,
                "received": count.received,
                "good": count.good,
                "damaged": count.damaged,
                "short": count.short,
            }
            for each, count in zip(sent, counted, strict=True)
        ],
        "photos": photos,
        "remarks": _remarks(receipt, sent, counted),
        "delivery_note": receipt.shipment.note_number,
    }


def _remarks(receipt: Receipt, sent: Sequence[ShipmentLine], counted: Sequence[ReceiptLine]) -> str:
    """The receiver's remark, and what of each item was not as ordered."""
    wrong = [
        f"{each.line.title}: {count.wrong}" for each, count in zip(sent, counted, strict=True) if count.wrong
    ]
    return "; ".join(filter(None, [receipt.remarks, *wrong]))
