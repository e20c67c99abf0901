"""The desk: which orders wait for a person, and who holds those that wait for others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.pages.desk import DeskCount, DeskItem, DeskLink
from marketplace.pages.moves import buttons
from procurement.purchasing.models import Delivery, Purchase, Side
from procurement.purchasing.queries.holders import PAYING, Waiting, due_of, holder_of, waiting_deliveries
from procurement.purchasing.queries.order_list import LIVING
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.queries.short import in_short
from procurement.purchasing.queries.together import tick_of
from procurement.purchasing.workflow import (
    DELIVERY,
    PURCHASE,
    RUNNING,
    STAGE_OF_STATE,
    stages_held_by,
    states_held_by,
)

DESK_ROWS = 20


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
    if actor.role in {Role.PA, Role.KPA, Role.PPK, Role.PP, Role.AUDITOR, Role.OPERATOR}:
        own.append(
            DeskLink(_("Laporan bulanan"), reverse("monthly-report"), "file", _("Untuk dicetak, atau CSV"))
        )
    return [
        *own,
        DeskLink(_("Pesanan"), reverse("purchases"), "box", _("Semua pesanan, yang terbaru di atas")),
    ]


OFFICERS: Final = frozenset({Role.PA, Role.KPA, Role.PPK, Role.PP, Role.RECEIVER})
"""Whose desks count everything that waits and put the next step one press away."""


def waiting_for(actor: Actor) -> list[DeskItem]:
    """What waits for `actor`, and for the vendor and the buyer also what waits for others: one query for both.

    Only the soonest due of each are listed: the desk is for today, the list of orders has them all. For officers one
    more query reads the deliveries, from which their next steps follow.
    """
    living = _living(actor)
    found = _soonest(living.filter(_may_be_held(actor.role)), mine=True)
    if actor.role in {Role.VENDOR, Role.PP, Role.PPK, Role.PA, Role.KPA}:
        found = found.union(_soonest(living, mine=False), all=True)
    rows = list(found)
    if actor.role in OFFICERS:
        prefetch_related_objects(rows, "deliveries")
    return [_item(each, actor, mine=each.mine) for each in rows]


def waiting_counts(actor: Actor) -> list[DeskCount]:
    """All orders that wait for an officer, by the step they wait at: one query."""
    if actor.role not in OFFICERS:
        return []
    held = _living(actor).filter(_may_be_held(actor.role), mine=True)
    rows = (
        held.order_by()
        .values_list("state")
        .annotate(
            found=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=clock.now())),
            amount=Sum("total"),
            oldest=Min(_LATEST),
        )
    )
    return [
        DeskCount(
            kind=_kind(state, actor.role),
            count=count,
            late=late,
            amount=amount,
            oldest=oldest,
            url=f"{reverse('purchases')}?status={state}&urut=tenggat",
        )
        for state, count, late, amount, oldest in rows
    ]


def _living(actor: Actor) -> QuerySet[Any]:
    """The orders that have not ended, each with whether it is `mine`."""
    return purchases_of(actor).filter(state__in=LIVING).annotate(mine=_is_held(actor))


def _soonest(living: QuerySet[Any], *, mine: bool) -> QuerySet[Any]:
    return in_short(living.filter(mine=mine)).order_by("due_at", "pk")[:DESK_ROWS]


_MOMENTS: Final = (
    "submitted_at",
    "approved_at",
    "confirmed_at",
    "shipped_at",
    "delivered_at",
    "inspected_at",
    "bast_ppk_at",
    "bast_vendor_at",
)
_LATEST: Final = Greatest(*_MOMENTS)
"""The last thing that happened to an order before it began to wait; PostgreSQL leaves out what has not happened."""


def waits_since(purchase: Purchase) -> datetime:
    """When an order began to wait for its next step: the last moment its row tells of."""
    return max(moment for name in _MOMENTS if (moment := getattr(purchase, name)) is not None)


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
_BEFORE: Final = frozenset({"NEGOTIATING", "AWAITING_PPK"})
_ASKED_ELSEWHERE: Final = _BEFORE | {*RUNNING, *PAYING}
"""Where more than the state says who holds an order; those being paid are the desk of settlement's to list."""

_SIGNED_BY_PPK: Final = Q(stage="INSPECTED", bast_ppk_at__isnull=False)


def _may_be_held(role: Role) -> Q:
    """Which orders can wait for `role` at all, so that no others are read: by their states where these say it."""
    stated = {*(states_held_by(role) - _ASKED_ELSEWHERE), *(RUNNING if stages_held_by(role) else ())}
    asked = _ASKED.get(role)
    if not stated:
        return asked or Q(pk__in=[])
    return Q(state__in=sorted(stated | _BEFORE if asked else stated))


def _is_held(actor: Actor) -> Case:
    """Whether an order's next move is `actor`'s: by its state, or by the stage of one of its deliveries."""
    stated = states_held_by(actor.role) - _ASKED_ELSEWHERE
    asked = Q(state__in=stated) | _ASKED.get(actor.role, Q(pk__in=[]))
    if stages := stages_held_by(actor.role):
        waiting = Delivery.objects.filter(purchase=OuterRef("pk"), stage__in=stages)
        if actor.role == Role.PPK:
            waiting = waiting.exclude(_SIGNED_BY_PPK)
        elif actor.role == Role.VENDOR:
            waiting = waiting.exclude(stage="INSPECTED", bast_ppk_at__isnull=True)
        asked |= Q(Exists(waiting), state__in=RUNNING)
    if actor.role == Role.PPK:
        asked &= Q(ppk_user_id=actor.user_id)
    elif actor.role == Role.PP:
        asked &= Q(pp_user_id=actor.user_id)
    return Case(When(asked, then=Value(True)), default=Value(False), output_field=BooleanField())


def _kind(state: str, role: Role) -> str:
    """The step an order in `state` waits for, as a count calls it: the first primary move of that role."""
    moves = [each for each in PURCHASE.legal(state, role) if each.primary and not each.danger]
    if state in RUNNING:
        stage = STAGE_OF_STATE[state]
        steps = [each for each in DELIVERY.legal(stage, role) if each.primary]
        return steps[0].label if steps else PURCHASE.state(state).label
    return moves[0].label if moves else PURCHASE.state(state).label


def _item(purchase: Purchase, actor: Actor, *, mine: bool) -> DeskItem:
    other = purchase.organisation.name if actor.role == Role.VENDOR else purchase.vendor.name
    step = _next_step(purchase, actor) if mine and actor.role in OFFICERS else None
    waiting = waiting_deliveries(purchase)
    asked = [each for each in waiting if actor.role in each.roles] if mine and len(waiting) > 1 else []
    return DeskItem(
        title=" · ".join([purchase.number, *(each.name for each in asked)]),
        url=purchase.get_absolute_url() + (f"#kiriman-{asked[0].position}" if asked else ""),
        state_label=purchase.get_state_display(),
        state=purchase.state,
        due_at=min((each.due_at for each in asked if each.due_at), default=due_of(purchase)),
        amount=purchase.total,
        holder=holder_of(purchase, seen_by=actor.role),
        mine=mine,
        detail=f"{other} · {purchase.package.name}",
        since=waits_since(purchase),
        action=str(step["move"].label) if step else "",
        action_url=_address(step, asked),
        kind=_kind(purchase.state, actor.role) if mine and actor.role in OFFICERS else "",
        tick=tick_of(purchase, actor) if mine else "",
    )


def _address(step: dict[str, Any] | None, asked: Sequence[Waiting]) -> str:
    """Where the step is taken; of several deliveries the first that waits is meant."""
    if step is None:
        return ""
    return f"{step['url']}?kiriman={asked[0].position}" if asked else str(step["url"])


def _next_step(purchase: Purchase, actor: Actor) -> dict[str, Any] | None:
    """The button of the step the order waits for, as the door's own table offers it."""
    offered = buttons(actor, purchase, purchase.number)
    return next((each for each in offered if each["primary"]), offered[0] if offered else None)
