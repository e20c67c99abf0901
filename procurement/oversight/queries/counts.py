"""How much of each kind waits for an overseer: counted by the database in one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import BigIntegerField, CharField, Count, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskCount
from procurement.oversight.queries.access import findings_for, own_cases, recommendations_for
from procurement.oversight.queries.deadlines import own_holds
from procurement.oversight.workflow import FINDING, RECOMMENDATION
from procurement.redflags.queries import flags_for

_NOTHING: Final = Cast(Value(None), BigIntegerField())
_DUE: Final = F("amount_due") - F("recovered")


def steps_of(actor: Actor) -> Mapping[str, Q]:
    """By move: which recommendations wait for that step of this auditor, as the move's guards would say."""
    own, user = actor.organisation_id or 0, actor.user_id or 0
    examined = Q(examiner_id=own)
    as_apip = Q(examiner_id=own, external=False) | ~Q(examiner_id=own) & Q(external=True)
    return {
        "verify": Q(state="ANSWERED") & as_apip,
        "propose": Q(state="VERIFIED") & examined,
        "confirm": Q(state="PROPOSED") & examined & ~Q(proposed_by_id=user) & ~Q(verified_by_id=user),
    }


def drafts_to_review(actor: Actor) -> QuerySet[Any]:
    """The drafts of the own body that somebody else wrote."""
    drafts = findings_for(actor).filter(state="DRAFT", case__examiner_id=actor.organisation_id)
    return drafts.exclude(author_id=actor.user_id or 0)


def waiting_counts(actor: Actor) -> list[DeskCount]:
    """What waits, by kind, with the age of the oldest and where it is listed: one query, none for other roles."""
    if actor.role != Role.AUDITOR:
        return []  # officers owe few answers: their rows are counted as they are
    kinds = _watched(actor)
    first, *rest = (_counted(place, *each[2:]) for place, each in enumerate(kinds))
    told = []
    for place, count, late, amount, oldest in first.union(*rest, all=True):
        if count:
            kind, url = kinds[int(place)][:2]
            sum_of = None if amount is None else int(amount) or None
            told.append(DeskCount(kind, count=count, late=late, amount=sum_of, oldest=oldest, url=url))
    return told


Kind = tuple[str, str, QuerySet[Any], str, Any]
"""What it is called, where it is listed, its rows, since when one waits, and its amount (rupiah)."""


def _watched(actor: Actor) -> list[Kind]:
    seen, listed = recommendations_for(actor), reverse("follow_up")
    escalated = flags_for(actor).filter(state="ESCALATED")
    return [
        (
            _label(FINDING, "confirm"),
            f"{reverse('findings')}?tampil=reviu",
            drafts_to_review(actor),
            "created_at",
            F("amount"),
        ),
        *(
            (
                _label(RECOMMENDATION, name),
                f"{listed}?langkah={name}",
                seen.filter(wanted),
                "answered_at",
                _DUE,
            )
            for name, wanted in steps_of(actor).items()
        ),
        (
            _("Penahanan transfer"),
            f"{reverse('payouts')}?status=ditahan",
            own_holds(actor),
            "held_at",
            F("payout__amount"),
        ),
        (
            _("Tanda bahaya ditingkatkan"),
            f"{reverse('red-flags')}?keadaan=ditingkatkan",
            escalated,
            "created_at",
            None,
        ),
        (_("Berkas berjalan"), f"{reverse('case_files')}?tampil=saya", own_cases(actor), "created_at", None),
    ]


def _label(table: Any, name: str) -> str:
    return str(table.move(name).label)


def _counted(place: int, rows: QuerySet[Any], since: str, amount: Any) -> QuerySet[Any]:
    plain = rows.select_related(None).order_by().annotate(place=Value(str(place), CharField()))
    return (
        plain.values("place")
        .annotate(
            found=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=clock.now())),
            total=_NOTHING if amount is None else Cast(Sum(amount), BigIntegerField()),
            oldest=Min(since),
        )
        .values_list("place", "found", "late", "total", "oldest")
    )
