"""What red flags put on a desk and on an order's page."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.shares import percent
from marketplace.pages.desk import DeskItem, DeskLink
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.panels import Panel
from procurement.redflags.models import RedFlag
from procurement.redflags.queries.access import flags_for
from procurement.redflags.queries.of_orders import flags_of_order, rule_titles
from procurement.redflags.queries.precision import Figures, on_notice
from procurement.redflags.workflow import RED_FLAG

ROWS: Final = 25
_WAITS_FOR_ANSWER: Final = Q(asked_at__isnull=False) & (
    Q(answered_at__isnull=True) | Q(answered_at__lt=F("asked_at"))
)
"""`RedFlag.waits_for_answer`, as the database asks it."""


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to the flags for those who review them."""
    if actor.role != Role.AUDITOR:
        return []
    hint = _("Temuan aturan atas banyak pesanan, jaringan penyedia, dan ketepatan aturan")
    return [DeskLink(_("Tanda bahaya"), reverse("red-flags"), "flag", hint)]


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Questions this officer has not answered; flags this auditor reviews that wait for nobody else; rules on notice
    for an operator, who may propose other figures: one query.
    """
    if actor.role == Role.OPERATOR:
        return [_notice(code, told) for code, told in on_notice(actor.region_id or 0).items()]
    reviewed = flags_for(actor).filter(state="IN_REVIEW").order_by("due_at", "pk")
    if actor.role == Role.AUDITOR:
        mine = reviewed.filter(~_WAITS_FOR_ANSWER, reviewer_id=actor.user_id)
        return [_item(each, _("Putuskan tanda bahaya")) for each in mine[:ROWS]]
    label = str(RED_FLAG.move("answer").label)
    return [_item(each, label, answer=True) for each in reviewed.filter(_WAITS_FOR_ANSWER)[:ROWS]]


def _item(flag: RedFlag, action: str, *, answer: bool = False) -> DeskItem:
    return DeskItem(
        title=_("Tanda bahaya %(rule)s") % {"rule": flag.rule},
        url=flag.get_absolute_url(),
        state_label=flag.get_state_display(),
        state=flag.state,
        due_at=flag.due_at,
        detail=flag.sentence[:160],
        since=flag.asked_at if answer else flag.answered_at or flag.taken_up_at,
        action=action,
        action_url=reverse("red_flag-answer", args=[flag.pk]) if answer else flag.get_absolute_url(),
        kind=_("Tanda bahaya"),
    )


def _notice(code: str, told: Figures) -> DeskItem:
    url = f"{reverse('red-flag-rules')}#{code}"
    return DeskItem(
        title=_("Aturan %(code)s melebihi batas alarm palsunya") % {"code": code},
        url=url,
        state="OVER",
        state_label=_("Terlalu banyak alarm palsu"),
        detail=_(
            "%(title)s: %(unfounded)d dari %(closed)d tanda yang ditutup tidak berdasar; batasnya %(most)s."
        )
        % {
            "title": rule_titles()[code],
            "unfounded": told.unfounded,
            "closed": told.closed,
            "most": percent(told.budget_bp or 0),
        },
        action=_("Usulkan ambang lain"),
        action_url=url,
        kind=_("Aturan tanda bahaya"),
    )


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """The order's flags on its page, the gravest first, as far as `actor` may see them."""
    found = list(flags_of_order(purchase.pk, flags_for(actor)))
    titles = rule_titles()
    told = [(each, titles.get(each.rule, each.rule)) for each in found]
    return Panel("redflags/panel.html", {"flags": told}) if told else None
