"""The PPK's look at what arrived: as agreed, or not, and then what is done about it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.workflow.door import Passage
from procurement.documents.actions import issue
from procurement.fulfilment.actions.pictures import attach, cleaned
from procurement.fulfilment.counting import accepted_quantities
from procurement.fulfilment.models import Decision, Discrepancy, Evidence, VendorComment
from procurement.fulfilment.queries import arrivals_of, asked_of, outstanding_of
from procurement.fulfilment.queries.papers import inspection_facts
from procurement.purchasing.actions import said, stepping
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.queries import papers


def inspect(
    *, actor: Actor, purchase_id: int, delivery_id: int | None = None, revision: int | None = None
) -> None:
    """State as the PPK that everything arrived is fit for use (*Pemeriksaan Tepat Guna*).

    Raises Refused `incomplete` when not everything arrived sound, and those of the door.
    """
    step = stepping(purchase_id, "inspect", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        passage.thing.inspected_at = delivery.inspected_at = passage.at
        delivery.inspected_by_id = actor.user_id
        record_inspection(passage, delivery, conforms=True, decision=_("Sesuai pesanan"))
        passage.facts.update(number=passage.thing.number, result="tepat guna")


def report_discrepancy(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    photos: Sequence[bytes] = (),
    delivery_id: int | None = None,
    revision: int | None = None,
) -> None:
    """Report that what arrived is not what was agreed; the PPK then decides. Raises Refused."""
    pictures = cleaned(photos)
    step = stepping(
        purchase_id, "report_discrepancy", actor=actor, delivery_id=delivery_id, revision=revision
    )
    with step as (passage, delivery):
        assert actor.user_id is not None  # only people report
        Discrepancy.objects.create(
            delivery=delivery,
            position=delivery.discrepancies.count() + 1,
            reason=said(reason),
            reported_at=passage.at,
            by_id=actor.user_id,
        )
        delivery.vendor_heard = False
        digests = attach(passage, Evidence.Step.DISCREPANCY, pictures, delivery)
        passage.facts.update(number=passage.thing.number, reason=said(reason), photos=digests)


def replace(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    delivery_id: int | None = None,
    revision: int | None = None,
) -> None:
    """Ask the vendor to send what is missing or damaged again, at its own cost. Raises Refused."""
    step = stepping(purchase_id, "replace", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        missing = [{"line": pk, "quantity": units} for pk, units in outstanding_of(delivery).items()]
        decide(passage, delivery, Decision.Kind.REPLACE, reason)
        passage.facts.update(number=purchase.number, reason=said(reason), missing=missing)


def accept_short(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    delivery_id: int | None = None,
    revision: int | None = None,
) -> None:
    """Be content with the sound units that arrived; the rest of the order falls away with the BAST.

    Raises Refused `nothing_good`, and those of the door.
    """
    step = stepping(purchase_id, "accept_short", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        ordered = asked_of(delivery)
        accepted = accepted_quantities(ordered, arrivals_of(delivery))
        decide(passage, delivery, Decision.Kind.SHORT, reason)
        purchase.inspected_at = delivery.inspected_at = passage.at
        delivery.inspected_by_id = actor.user_id
        passage.facts.update(
            number=purchase.number,
            reason=said(reason),
            lines=[{"line": pk, "accepted": units, "ordered": ordered[pk]} for pk, units in accepted.items()],
        )


def comment(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    delivery_id: int | None = None,
    revision: int | None = None,
) -> None:
    """Answer a reported discrepancy as the vendor, once, before the PPK decides; the deadline stays.

    Raises Refused `already_said`, and those of the door.
    """
    step = stepping(purchase_id, "comment", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        assert actor.user_id is not None  # only people answer
        words = said(reason)
        reported = delivery.discrepancies.order_by("-position").first()
        if reported is not None:
            VendorComment.objects.create(
                discrepancy=reported, words=words, said_at=passage.at, by_id=actor.user_id
            )
        delivery.vendor_heard = delivery.keeps_deadline = True
        passage.facts.update(number=passage.thing.number, reason=words)


def decide(passage: Passage[Purchase], delivery: Delivery, kind: Decision.Kind, reason: str) -> Decision:
    """Keep what the PPK decided about a delivery, with the report it answers, and write its *berita acara*.

    Raises Refused `reason_needed`.
    """
    assert passage.actor.user_id is not None  # only people decide
    last = delivery.discrepancies.filter(decision__isnull=True).order_by("-position").first()
    decided = Decision.objects.create(
        delivery=delivery,
        discrepancy=last,
        kind=kind,
        reason=said(reason),
        after_shipment=delivery.shipments.aggregate(last=Max("position"))["last"] or 0,
        decided_at=passage.at,
        by_id=passage.actor.user_id,
    )
    record_inspection(
        passage, delivery, conforms=False, decision=decided.get_kind_display(), reason=decided.reason
    )
    return decided


def record_inspection(
    passage: Passage[Purchase], delivery: Delivery, *, conforms: bool, decision: str, reason: str = ""
) -> None:
    """Issue the *berita acara pemeriksaan* of a delivery, signed by the PPK."""
    facts = inspection_facts(passage, delivery, conforms=conforms, decision=decision, reason=reason)
    signed = papers.signature_of_ppk(passage.thing, passage.at)
    issue(passage, "ba_pemeriksaan", facts, subject=passage.thing, signatories=[signed])
