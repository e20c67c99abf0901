"""The desk: which orders wait for a person, and who holds those that wait for others."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, LABELS, Role
from marketplace.pages.desk import DeskItem, DeskLink
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.workflow import DROPPED, PURCHASE, holders, states_held_by

DESK_ROWS = 50


def holder_of(purchase: Purchase) -> str:
    """In words, who must act next; empty when the order has ended."""
    if PURCHASE.state(purchase.state).terminal:
        return ""
    if purchase.state == "INSPECTED":
        waiting: tuple[Role, ...] = (Role.VENDOR if purchase.bast_ppk_at else Role.PPK,)
    elif purchase.state == "PAYMENT_APPROVED":  # the move is the provider's word, the work is the treasurer's
        waiting = (Role.TREASURER,)
    else:
        waiting = holders(purchase.state)
    return _(" atau ").join(LABELS[role] for role in waiting)


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to all orders, for everybody who may read some. No query."""
    if actor.role not in BUYING | {Role.VENDOR, Role.AUDITOR, Role.OPERATOR}:
        return []
    papers = DeskLink(
        _("Dokumen saya"), reverse("vendor-papers"), "file", _("Surat Pesanan, BAST, bukti potong")
    )
    own = [papers] if actor.role is Role.VENDOR else []
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
    return named.annotate(mine=Value(mine)).order_by("due_at", "pk")[:DESK_ROWS]


def _held(actor: Actor) -> QuerySet[Purchase]:
    """The orders whose next move is `actor`'s."""
    states = states_held_by(actor.role)
    if not states:
        return Purchase.objects.none()
    found = purchases_of(actor).filter(state__in=states)
    if actor.role == Role.PPK:
        found = found.filter(ppk_user_id=actor.user_id).exclude(state="INSPECTED", bast_ppk_at__isnull=False)
    elif actor.role == Role.VENDOR:
        found = found.exclude(state="INSPECTED", bast_ppk_at__isnull=True)
    return found


def _item(purchase: Purchase, actor: Actor, *, mine: bool) -> DeskItem:
    other = purchase.organisation.name if actor.role == Role.VENDOR else purchase.vendor.name
    return DeskItem(
        title=purchase.number,
        url=purchase.get_absolute_url(),
        state_label=purchase.get_state_display(),
        state=purchase.state,
        due_at=purchase.due_at,
        amount=purchase.total,
        holder=holder_of(purchase),
        mine=mine,
        detail=f"{other} · {purchase.package.name}",
    )
