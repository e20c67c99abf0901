"""The BAST: first the PPK signs what was accepted and what it is worth, then the vendor; then it is owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import issue
from procurement.fulfilment.counting import Lateness, accepted_quantities, lateness
from procurement.fulfilment.queries import arrivals_of
from procurement.planning.actions import make_payable, uncommit
from procurement.purchasing.models import Purchase, PurchaseLine
from procurement.purchasing.queries import papers, taxes


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a BAST states: units a line, price before tax and what is owed (rupiah), lateness and fine."""

    quantities: dict[int, int]
    price: int
    total: int
    late: Lateness


def acceptance_of(purchase: Purchase) -> Acceptance:
    """Work out what would be accepted now. Three queries; nothing is written."""
    lines = list(purchase.lines.all())
    arrivals = arrivals_of(purchase)
    quantities = accepted_quantities({line.pk: line.quantity for line in lines}, arrivals)
    goods = sum(quantities[line.pk] * line.agreed_price for line in lines)
    rate = parameter("penalty.late_per_mille_a_day", region_id=purchase.region_id)
    return Acceptance(
        quantities,
        goods + purchase.shipping,
        _owed(purchase, lines, quantities),
        lateness(arrivals, needed_by=purchase.needed_by, per_mille_a_day=int(rate.value)),
    )


def _owed(purchase: Purchase, lines: list[PurchaseLine], quantities: dict[int, int]) -> int:
    """Price and taxes on top of what was accepted, by the tax facts and the day of the order.

    The whole order is owed as agreed; a part is worked out anew, because taxes are rounded once a document.
    """
    if all(quantities[line.pk] == line.quantity for line in lines):
        return purchase.total
    parts = [(line.kind, quantities[line.pk] * line.agreed_price) for line in lines if quantities[line.pk]]
    return taxes.preview(
        parts,
        shipping=purchase.shipping,
        facts=purchase.tax_facts,
        mechanism=purchase.mechanism,
        on=clock.day_of(purchase.submitted_at),
        region_id=purchase.region_id,
    ).gross


def sign_bast(*, actor: Actor, purchase_id: int, revision: int | None = None) -> None:
    """Sign the BAST as the PPK: fixes what is accepted, its value, the days of delay and the fine.

    The state stays until the vendor signs too. Raises Refused `already_signed`, and those of the door.
    """
    with passing(Purchase, purchase_id, "sign_bast", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        found = acceptance_of(purchase)
        for line in purchase.lines.all():
            PurchaseLine.objects.filter(pk=line.pk).update(accepted=found.quantities[line.pk])
        purchase.accepted_price, purchase.accepted_total = found.price, found.total
        purchase.late_days, purchase.penalty = found.late.days, found.late.penalty
        purchase.bast_ppk_at = passage.at
        passage.facts.update(
            number=purchase.number,
            accepted_rupiah=found.total,
            late_days=found.late.days,
            penalty_rupiah=found.late.penalty,
            lines=[{"line": pk, "accepted": units} for pk, units in found.quantities.items()],
        )


def accept(*, actor: Actor, purchase_id: int, revision: int | None = None) -> None:
    """Sign the BAST as the vendor: the accepted value is owed from now on, what fell away is free again.

    Raises Refused `not_signed` before the PPK, and those of the door.
    """
    with passing(Purchase, purchase_id, "accept", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        assert purchase.accepted_total is not None  # fixed with the PPK's signature
        make_payable(passage, purchase.budget_line_id, purchase.accepted_total, reference=purchase.number)
        fallen_away = purchase.total - purchase.accepted_total
        if fallen_away:
            uncommit(passage, purchase.budget_line_id, fallen_away, reference=purchase.number)
        purchase.bast_vendor_at = passage.at
        signed = papers.both_sign(purchase, ppk_at=purchase.bast_ppk_at, vendor_at=passage.at)
        paper = issue(passage, "bast", _bast(passage), subject=purchase, signatories=signed)
        purchase.bast_number = paper.number
        passage.facts.update(
            number=purchase.number,
            bast_number=paper.number,
            accepted_rupiah=purchase.accepted_total,
            penalty_rupiah=purchase.penalty,
        )


def _bast(passage: Passage[Purchase]) -> dict[str, Any]:
    purchase = passage.thing
    assert purchase.accepted_price is not None and purchase.accepted_total is not None
    assert purchase.inspected_at is not None
    lines = list(purchase.lines.all())
    return {
        **papers.after_order(purchase, at=passage.at),
        "ppk": papers.officer(papers.ppk_of(purchase)),
        "final": True,
        "location": purchase.delivery_address,
        "checked_on": clock.day_of(purchase.inspected_at).isoformat(),
        "lines": papers.priced_lines(lines, {line.pk: line.accepted or 0 for line in lines}),
        "subtotal": purchase.accepted_price - purchase.shipping,
        "shipping": purchase.shipping,
        "ppn": purchase.accepted_total - purchase.accepted_price,
        "ppn_label": papers.on_top_label(purchase),
        "total": purchase.accepted_total,
        "late_days": purchase.late_days or 0,
        "penalty": purchase.penalty or 0,
        "statement": _(
            "Jumlah, fungsi, dan waktu penyerahan telah diperiksa dan dinyatakan sesuai daftar di atas."
        ),
    }
