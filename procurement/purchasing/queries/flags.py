"""Reads of red flags: on an order's page, and the list of a region or a unit. The vendor never sees any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.keyset import KeysetPage, keyset_page
from procurement.purchasing.flags.consequences import Raised
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.models import Flag, Purchase
from procurement.purchasing.queries.panels import Panel

SEERS: Final = frozenset({Role.PP, Role.PPK, Role.PA, Role.KPA, Role.AUDITOR})
"""Who sees the flags of an order they may read."""
LIST_READERS: Final = frozenset({Role.PA, Role.KPA, Role.AUDITOR})
"""Who has a list of them: PA/KPA of their unit, the auditor of the region."""
UNSEEN_BY_VENDOR: Final = frozenset({"purchase.flag", "purchase.endorse", "purchase.lift_hold"})
"""Entries about an order that only those who see flags are told of."""
PAGE: Final = 25
TONES: Final = {"EXPLAIN": "info", "JUSTIFY": "warning", "SECOND": "warning", "HOLD": "danger"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A flag as a page tells it. `orders` are the other orders it speaks of, as (number, rupiah)."""

    code: str
    title: str
    consequence: str
    label: str
    tone: str
    sentence: str
    basis: str
    justification: str
    orders: Sequence[tuple[str, int]]
    more: int
    moment: str = ""
    at: Any = None


def shown(flag: Flag) -> Shown:
    """A kept flag for a page."""
    return Shown(
        **_told(flag.code, flag.consequence, flag.evidence),
        sentence=flag.sentence,
        basis=flag.legal_basis,
        justification=flag.justification,
        moment=flag.get_moment_display(),
        at=flag.at,
    )


def shown_raised(raised: Iterable[Raised]) -> list[Shown]:
    """Findings not yet kept, for a page that shows them before the act."""
    return [
        Shown(
            **_told(each.code, each.consequence, each.finding.evidence),
            sentence=each.finding.sentence,
            basis=each.basis,
            justification=each.said,
        )
        for each in raised
    ]


def _told(code: str, consequence: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    listed = evidence.get("orders")  # some rules name the orders, others count them
    orders = (
        [(each["number"], each["total"]) for each in listed if each["number"]]
        if isinstance(listed, list)
        else []
    )
    return {
        "code": code,
        "title": CODES.get(code, code),
        "consequence": consequence,
        "label": Flag.Consequence(consequence).label,
        "tone": TONES[consequence],
        "orders": orders[:5],
        "more": max(0, len(orders) - 5),
    }


def codes() -> Mapping[str, str]:
    """Code → title of every rule that can raise a flag, for choosing. No query."""
    return CODES


def flags_of(purchase: Purchase) -> list[Shown]:
    """All flags of an order, oldest first: one query."""
    return [shown(each) for each in purchase.flags.order_by("pk")]


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """The flags on the order's page, for those who may see them. One query."""
    if actor.role not in SEERS:
        return None
    found = flags_of(purchase)
    return Panel("purchasing/flags_panel.html", {"flags": found}) if found else None


def flags_for(actor: Actor) -> QuerySet[Flag]:
    """The flags `actor` may list: the auditor's region, the PA's or KPA's unit; nobody else's."""
    if actor.role == Role.AUDITOR and actor.region_id is not None:
        return Flag.objects.filter(region_id=actor.region_id)
    if actor.role in {Role.PA, Role.KPA} and actor.organisation_id is not None:
        return Flag.objects.filter(organisation_id=actor.organisation_id)
    return Flag.objects.none()


STATES: Final[dict[str, tuple[str, Q]]] = {
    "ditahan": ("Ditahan", Q(purchase__on_hold=True, purchase__state__in=["NEGOTIATING", "AWAITING_PPK"])),
    "menunggu": (
        "Menunggu PA/KPA",
        Q(
            purchase__endorsement_needed=True,
            purchase__endorser__isnull=True,
            purchase__state__in=["NEGOTIATING", "AWAITING_PPK"],
        ),
    ),
    "dijelaskan": ("Dijelaskan pejabat", ~Q(justification="")),
    "dicatat": ("Hanya dicatat", Q(consequence="EXPLAIN")),
}
"""How a flag stands, by the order it belongs to: label and condition."""


def flag_page(
    actor: Actor,
    *,
    codes: Sequence[str] = (),
    states: Sequence[str] = (),
    before: int | None = None,
    after: int | None = None,
) -> KeysetPage[Flag]:
    """The flags of `actor`, narrowed by code and by `STATES` (any of them): one query."""
    found = flags_for(actor).select_related("purchase__vendor__organisation", "organisation")
    if codes:
        found = found.filter(code__in=codes)
    if states:
        found = found.filter(reduce(or_, (STATES[key][1] for key in states)))
    return keyset_page(found, size=PAGE, before=before, after=after)
