"""The BAST of a delivery: first the PPK signs what was accepted and its worth, then the vendor; then it is owed."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.oscar.stock import return_stock
from marketplace.regulation.queries import Rule
from marketplace.workflow.door import Passage
from procurement.documents.actions import issue
from procurement.documents.queries import officer
from procurement.fulfilment.queries import acceptance_of, undelivered_of
from procurement.fulfilment.queries.papers import part_of
from procurement.planning.actions import make_payable, uncommit
from procurement.purchasing.actions import stepping
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase, PurchaseLine
from procurement.purchasing.queries import papers
from procurement.purchasing.workflow import UNDER_WAY


def sign_bast(
    *, actor: Actor, purchase_id: int, delivery_id: int | None = None, revision: int | None = None
) -> None:
    """Sign the BAST as the PPK: fixes what is accepted, its value, the days of delay and the fine.

    The stage stays until the vendor signs too. Raises Refused `already_signed`, and those of the door.
    """
    step = stepping(purchase_id, "sign_bast", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        quantities = fix(purchase, delivery)
        purchase.bast_ppk_at = delivery.bast_ppk_at = passage.at
        passage.facts.update(
            number=purchase.number,
            accepted_rupiah=delivery.accepted_total,
            late_days=delivery.late_days,
            penalty_rupiah=delivery.penalty,
            lines=[{"line": pk, "accepted": units} for pk, units in quantities.items()],
        )


def fix(purchase: Purchase, delivery: Delivery) -> dict[int, int]:
    """Write down what is accepted of a delivery and what it is worth; returns the units by line."""
    found = acceptance_of(purchase, delivery)
    for line_id, units in found.quantities.items():
        DeliveryLine.objects.filter(delivery=delivery, line=line_id).update(accepted=units)
    delivery.accepted_price, delivery.accepted_total = found.price, found.total
    delivery.late_days, delivery.penalty = found.late.days, found.late.penalty
    return found.quantities


def accept(
    *, actor: Actor, purchase_id: int, delivery_id: int | None = None, revision: int | None = None
) -> None:
    """Sign the BAST as the vendor: the accepted value is owed from now on, what fell away is free again.

    Raises Refused `not_signed` before the PPK, and those of the door.
    """
    step = stepping(purchase_id, "accept", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        purchase.bast_vendor_at = delivery.bast_vendor_at = passage.at
        take_over(passage, delivery)


def take_over(passage: Passage[Purchase], delivery: Delivery, *, rule: Rule | None = None) -> None:
    """What follows an acceptance whose value is fixed: it is owed, the rest is free, the BAST is issued.

    `rule` is that under which silence counts as acceptance.
    """
    purchase = passage.thing
    owe(passage, delivery)
    return_stock(undelivered_of(delivery))
    signed = papers.both_sign(purchase, ppk_at=delivery.bast_ppk_at, vendor_at=delivery.bast_vendor_at)
    facts = bast_facts(passage, delivery, rule)
    paper = issue(passage, "bast", facts, subject=purchase, signatories=signed)
    purchase.bast_number = delivery.bast_number = paper.number
    passage.facts.update(
        number=purchase.number,
        bast_number=paper.number,
        accepted_rupiah=delivery.accepted_total,
        penalty_rupiah=delivery.penalty,
    )


def owe(passage: Passage[Purchase], delivery: Delivery) -> None:
    """Make a delivery's accepted value payable; with the last one, free the money of what fell away."""
    purchase = passage.thing
    assert delivery.accepted_price is not None and delivery.accepted_total is not None
    if delivery.accepted_total:
        make_payable(passage, purchase.budget_line_id, delivery.accepted_total, reference=purchase.number)
    here = DeliveryLine.objects.filter(delivery=delivery, line=OuterRef("pk")).values("accepted")
    PurchaseLine.objects.filter(purchase=purchase).update(
        accepted=Coalesce(F("accepted"), 0) + Coalesce(Subquery(here), 0)
    )
    purchase.accepted_price = (purchase.accepted_price or 0) + delivery.accepted_price
    purchase.accepted_total = (purchase.accepted_total or 0) + delivery.accepted_total
    purchase.late_days = max(purchase.late_days or 0, delivery.late_days or 0)
    purchase.penalty = (purchase.penalty or 0) + (delivery.penalty or 0)
    if not _others(purchase, delivery) and (left := purchase.total - purchase.accepted_total):
        uncommit(passage, purchase.budget_line_id, left, reference=purchase.number)


def _others(purchase: Purchase, delivery: Delivery) -> bool:
    return purchase.deliveries.filter(stage__in=UNDER_WAY).exclude(pk=delivery.pk).exists()


def bast_facts(passage: Passage[Purchase], delivery: Delivery, rule: Rule | None = None) -> dict[str, Any]:
    """The facts of the BAST of one delivery whose value is fixed; `rule` when it is accepted by silence."""
    purchase = passage.thing
    assert delivery.accepted_price is not None and delivery.accepted_total is not None
    checked = delivery.inspected_at or delivery.arrived_at
    assert checked is not None
    accepted = dict(DeliveryLine.objects.filter(delivery=delivery).values_list("line", "accepted"))
    lines = [line for line in purchase.lines.all() if accepted.get(line.pk)]
    return {
        **papers.after_order(purchase, at=passage.at),
        **part_of(purchase, delivery),
        **({"milestone": delivery.title} if delivery.is_work else {}),
        **({"deemed": True, "deemed_rule": rule.legal_basis} if rule else {}),
        "ppk": officer(papers.ppk_of(purchase)),
        "final": not _others(purchase, delivery),
        "location": delivery.address,
        "checked_on": clock.day_of(checked).isoformat(),
        "lines": papers.priced_lines(lines, {pk: units or 0 for pk, units in accepted.items()}),
        "subtotal": delivery.accepted_price - delivery.shipping,
        "shipping": delivery.shipping,
        "ppn": delivery.accepted_total - delivery.accepted_price,
        "ppn_label": papers.on_top_label(purchase),
        "total": delivery.accepted_total,
        "late_days": delivery.late_days or 0,
        "penalty": delivery.penalty or 0,
        "statement": _statement(rule),
    }


def _statement(rule: Rule | None) -> str:
    if rule is not None:
        return _(
            "Tidak ada jawaban sampai lewat tenggat; sesuai syarat Surat Pesanan, yang dihitung baik oleh penerima "
            "dianggap diterima."
        )
    return _("Jumlah, fungsi, dan waktu penyerahan telah diperiksa dan dinyatakan sesuai daftar di atas.")
