"""Sending: the vendor ships all or some of what a delivery still misses, or reports a milestone's work as done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage
from procurement.documents.actions import issue
from procurement.fulfilment.actions.pictures import attach, cleaned
from procurement.fulfilment.codes import digest_of, receiver_code
from procurement.fulfilment.evidence import Photo
from procurement.fulfilment.models import Evidence, ReceiverCode, Shipment, ShipmentLine
from procurement.fulfilment.queries import outstanding_of
from procurement.purchasing.actions import said, stepping
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine
from procurement.purchasing.queries import papers


def ship(
    *,
    actor: Actor,
    purchase_id: int,
    courier: str = "",
    vehicle: str = "",
    tracking: str = "",
    report: str = "",
    quantities: Mapping[int, int] | None = None,
    photos: Sequence[bytes] = (),
    delivery_id: int | None = None,
    revision: int | None = None,
) -> Shipment:
    """Send what a delivery still misses, with a *surat jalan*; of a milestone, report the work as done.

    Args:
        courier: who brings it; needed for goods.
        report: what was done; needed for the milestone of a service, which has no *surat jalan*.
        quantities: units by line id; without it everything that has not arrived sound.

    Raises Refused `courier_needed`, `reason_needed` for a milestone without a report, `nothing_to_send`,
    `more_than_outstanding`, and those of the door.
    """
    assert actor.user_id is not None  # only people ship
    pictures = cleaned(photos)
    step = stepping(purchase_id, "ship", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        told = said(report) if delivery.is_work else ""
        if not delivery.is_work and not courier.strip():
            raise Refused(
                "courier_needed", _("Sebutkan kurir atau pengantarnya."), fix=_("Contoh: diantar sendiri.")
            )
        lines = {line.pk: line for line in purchase.lines.all()}
        sent = _sent(lines, outstanding_of(delivery), quantities)
        shipment = Shipment(
            purchase=purchase,
            delivery=delivery,
            position=purchase.shipments.count() + 1,
            courier=courier.strip()[:120],
            vehicle=vehicle.strip()[:60],
            tracking=tracking.strip()[:60],
            report=told,
            shipped_at=passage.at,
            by_id=actor.user_id,
        )
        shipment.note_number = _noted(
            passage, shipment, [(lines[pk], units) for pk, units in sent.items()], pictures
        )
        shipment.save()
        ShipmentLine.objects.bulk_create(
            ShipmentLine(shipment=shipment, line_id=line_id, quantity=units)
            for line_id, units in sent.items()
        )
        digests = attach(passage, Evidence.Step.SHIPMENT, pictures, delivery)
        purchase.shipped_at = delivery.shipped_at = passage.at
        passage.facts.update(
            number=purchase.number,
            note_number=shipment.note_number,
            lines=[{"line": line_id, "quantity": units} for line_id, units in sent.items()],
            photos=digests,
        )
    return shipment


def _sent(
    lines: Mapping[int, PurchaseLine], outstanding: Mapping[int, int], quantities: Mapping[int, int] | None
) -> dict[int, int]:
    """What travels: the quantities asked for, never more than is still missing."""
    if quantities is None:
        return dict(outstanding)
    for line_id, units in quantities.items():
        left = outstanding.get(line_id, 0)
        if not 0 <= units <= left:
            title = lines[line_id].title if line_id in lines else _("barang lain")
            raise Refused(
                "more_than_outstanding",
                _("“%(title)s” tinggal %(left)d yang harus dikirim, diisi %(units)d.")
                % {"title": title, "left": left, "units": units},
                fix=_("Kirim paling banyak sisanya."),
            )
    sent = {line_id: units for line_id, units in quantities.items() if units}
    if not sent:
        raise Refused(
            "nothing_to_send",
            _("Tidak ada barang yang dipilih untuk dikirim."),
            fix=_("Isi jumlah paling sedikit satu barang."),
        )
    return sent


def _noted(
    passage: Passage[Purchase],
    shipment: Shipment,
    lines: Sequence[tuple[PurchaseLine, int]],
    photos: Sequence[Photo],
) -> str:
    """The number under which the shipment travels: that of its *surat jalan*, which is issued here."""
    if shipment.delivery.is_work:
        return f"{passage.thing.number}/LP/{shipment.position}"
    code = receiver_code(shipment.delivery.pk)
    ReceiverCode.objects.get_or_create(delivery=shipment.delivery, defaults={"code_sha256": digest_of(code)})
    facts = _surat_jalan(passage, shipment, lines, [photo.digest for photo in photos])
    signed = papers.signature_of_vendor(passage.thing, passage.at)
    return issue(passage, "surat_jalan", facts, subject=passage.thing, signatories=[signed]).number


def _surat_jalan(
    passage: Passage[Purchase],
    shipment: Shipment,
    lines: Sequence[tuple[PurchaseLine, int]],
    photos: list[str],
) -> dict[str, Any]:
    delivery: Delivery = shipment.delivery
    return {
        **papers.after_order(passage.thing, at=passage.at),
        "courier": shipment.courier,
        "vehicle": shipment.vehicle,
        "tracking": shipment.tracking,
        "shipped_on": clock.day_of(passage.at).isoformat(),
        "deliveries": [{**papers.delivery(delivery), "code": receiver_code(delivery.pk)}],
        "lines": [
            {"name": line.title, "unit": line.unit, "quantity": units, "condition": _("Baik")}
            for line, units in lines
        ],
        "photos": photos,
    }
