"""The desk: which orders wait for a person, and who holds those that wait for others."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.pages.desk import DeskItem, DeskLink
from procurement.purchasing.models import Delivery, Purchase, Side
from procurement.purchasing.queries.holders import holder_of, waiting_deliveries, with_deliveries
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.workflow import DROPPED, RUNNING, stages_held_by, states_held_by

DESK_ROWS = 50


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to all orders, for everybody who may read some. No query."""
    if actor.role not in BUYING | {Role.VENDOR, Role.AUDITOR, Role.OPERATOR}:
        return []
    papers = DeskLink(
        _("Dokumen saya"), reverse("vendor-papers"), "file", _("Surat Pesanan, BAST, bukti potong")
    )
    own = [papers] if actor.role is Role.VENDOR else []
    if actor.role in {Role.PA, Role.KPA, Role.AUDITOR}:
        own = [
            DeskLink(_("Peringatan"), reverse("flags"), "log", _("Pesanan yang perlu dilihat lebih teliti"))
        ]
    return [
        *own,
        DeskLink(_("Pesanan"), reverse("purchases"), "box", _("Semua pesanan, yang terbaru di atas")),
    ]


def waiting_for(actor: Actor) -> list[DeskItem]:
    """What waits for `actor`, and for the vendor and PP/PPK also what waits for others: one query for both.

    Only the soonest due of each are listed: the desk is for today, the list of orders has them all.
    """
    held = _held(actor)
    found = _soonest(held, mine=True)
    if actor.role in {Role.VENDOR, Role.PP, Role.PPK, Role.PA, Role.KPA}:
        running = purchases_of(actor).exclude(state__in=[*DROPPED, "CLOSED"])
        found = found.union(_soonest(running.exclude(pk__in=held.values("pk")), mine=False), all=True)
    return [_item(each, actor, mine=each.mine) for each in found]


def _soonest(found: QuerySet[Purchase], *, mine: bool) -> QuerySet[Any]:
    named = found.select_related("vendor__organisation", "organisation", "package")
    return with_deliveries(named).annotate(mine=Value(mine)).order_by("due_at", "pk")[:DESK_ROWS]


_ASKED: Final[dict[str, Q]] = {
    Role.PPK: Q(state="AWAITING_PPK", on_hold=False)
    & (Q(endorsement_needed=False) | Q(endorser__isnull=False))
    | Q(state="NEGOTIATING", last_round_by=Side.VENDOR, pp_user__isnull=True),
    Role.PP: Q(state="NEGOTIATING", last_round_by=Side.VENDOR),
    Role.VENDOR: Q(state="NEGOTIATING", last_round_by=Side.BUYER),
    Role.PA: Q(state="AWAITING_PPK", endorsement_needed=True, endorser__isnull=True),
    Role.KPA: Q(state="AWAITING_PPK", endorsement_needed=True, endorser__isnull=True),
    Role.AUDITOR: Q(state="AWAITING_PPK", on_hold=True),
}
"""Before an order runs: whose word it waits for, where the state alone does not say."""

_SIGNED_BY_PPK: Final = Q(stage="INSPECTED", bast_ppk_at__isnull=False)


def _held(actor: Actor) -> QuerySet[Purchase]:
    """The orders whose next move is `actor`'s: by their state, or by the stage of one of their deliveries."""
    stated = states_held_by(actor.role) - {*RUNNING, "NEGOTIATING", "AWAITING_PPK"}
    asked = Q(state__in=stated) | _ASKED.get(actor.role, Q(pk__in=[]))
    if stages := stages_held_by(actor.role):
        waiting = Delivery.objects.filter(stage__in=stages)
        if actor.role == Role.PPK:
            waiting = waiting.exclude(_SIGNED_BY_PPK)
        elif actor.role == Role.VENDOR:
            waiting = waiting.exclude(stage="INSPECTED", bast_ppk_at__isnull=True)
        asked |= Q(state__in=RUNNING, pk__in=waiting.values("purchase"))
    found = purchases_of(actor).filter(asked)
    if actor.role == Role.PPK:
        return found.filter(ppk_user_id=actor.user_id)
    return found.filter(pp_user_id=actor.user_id) if actor.role == Role.PP else found


def _item(purchase: Purchase, actor: Actor, *, mine: bool) -> DeskItem:
    other = purchase.organisation.name if actor.role == Role.VENDOR else purchase.vendor.name
    waiting = waiting_deliveries(purchase)
    asked = [each for each in waiting if actor.role in each.roles] if mine and len(waiting) > 1 else []
    return DeskItem(
        title=" · ".join([purchase.number, *(each.name for each in asked)]),
        url=purchase.get_absolute_url() + (f"#kiriman-{asked[0].position}" if asked else ""),
        state_label=purchase.get_state_display(),
        state=purchase.state,
        due_at=min((each.due_at for each in asked if each.due_at), default=purchase.due_at),
        amount=purchase.total,
        holder=holder_of(purchase, seen_by=actor.role),
        mine=mine,
        detail=f"{other} · {purchase.package.name}",
    )
