"""The rounds of a negotiation as people read them: first, last and what each line came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from procurement.purchasing.models import NegotiationLine, NegotiationRound, Purchase, PurchaseLine, Side
from procurement.purchasing.queries.panels import Panel


@dataclass(frozen=True, slots=True)
class Compared:
    """One line over the rounds: the list price and quantity it began with, and what was said last."""

    line: PurchaseLine
    first: NegotiationLine
    last: NegotiationLine

    @property
    def saving(self) -> int:
        """Rupiah before tax by which the last word is below the list price, for its own quantity."""
        return (self.first.price - self.last.price) * self.last.quantity


@dataclass(frozen=True, slots=True)
class Negotiation:
    """All rounds of an order, the list prices first."""

    purchase: Purchase
    rounds: Sequence[NegotiationRound]
    compared: Sequence[Compared]

    @property
    def first(self) -> NegotiationRound:
        """The list prices."""
        return self.rounds[0]

    @property
    def last(self) -> NegotiationRound:
        """The word that stands."""
        return self.rounds[-1]

    @property
    def open(self) -> bool:
        """Whether people still bargain."""
        return self.purchase.state == "NEGOTIATING"

    @property
    def saving(self) -> int:
        """Rupiah the budget keeps by the last word against the first; below zero where more is bought."""
        return self.first.total - self.last.total

    @property
    def gone(self) -> list[PurchaseLine]:
        """Lines whose product is not on show now; asked on pages that read listings ahead."""
        return [each.line for each in self.compared if each.line.listing.state != "LIVE"]


def negotiation_of(purchase: Purchase) -> Negotiation:
    """The rounds of a negotiated order: three queries. Raises Refused `not_negotiated` for one that had none."""
    rounds = list(purchase.rounds.select_related("by").prefetch_related("lines"))
    if not rounds:
        raise Refused("not_negotiated", _("Pesanan ini diajukan tanpa negosiasi."))
    first, last = ({each.line_id: each for each in said.lines.all()} for said in (rounds[0], rounds[-1]))
    lines = purchase.lines.select_related("listing")
    return Negotiation(purchase, rounds, [Compared(line, first[line.pk], last[line.pk]) for line in lines])


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """The rounds on the order's page, for both sides and whoever audits."""
    if not purchase.negotiated:
        return None
    said = negotiation_of(purchase)
    return Panel("purchasing/rounds_panel.html", {"said": said, "vendor": Side.VENDOR})
