"""Which competitions a person may see, one of them, a page of them. Sealed offers are in none of these reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from procurement.competition.models import Competition, Invitation
from procurement.competition.queries.matching import matching_vendors
from procurement.competition.workflow import SHOWN

PAGE = 25


def competitions_of(actor: Actor) -> QuerySet[Competition]:
    """Own unit's; of a vendor those it is invited to; auditors and operators see what their region announced."""
    if actor.organisation_id is None or actor.region_id is None:
        return Competition.objects.none()
    if actor.role in BUYING:
        return Competition.objects.filter(organisation_id=actor.organisation_id)
    if actor.role == Role.VENDOR:
        invited = Invitation.objects.filter(
            competition=OuterRef("pk"), vendor__organisation_id=actor.organisation_id
        )
        return Competition.objects.filter(Exists(invited), state__in=SHOWN, published_at__isnull=False)
    if actor.role in {Role.AUDITOR, Role.OPERATOR}:
        return Competition.objects.filter(region_id=actor.region_id, published_at__isnull=False)
    return Competition.objects.none()


def get_competition_for(actor: Actor, number: str) -> Competition:
    """The competition `number` if `actor` may see it. Raises Competition.DoesNotExist.

    A vendor that began to sell what is asked for after the announcement may come in while offers are taken.
    """
    named = Competition.objects.select_related(
        "region", "organisation", "package", "budget_line", "category", "buyer__user"
    )
    found = named.filter(pk__in=competitions_of(actor).values("pk"), number=number).first()
    if found is not None:
        return found
    if actor.role == Role.VENDOR and actor.organisation_id is not None:
        late = named.filter(number=number, state="PUBLISHED").first()
        if late is not None and matching_vendors(late).filter(organisation_id=actor.organisation_id).exists():
            return late
    raise Competition.DoesNotExist


def may_read(actor: Actor, aggregate_id: str) -> bool:
    """Whether `actor` may read the papers of the competition with that id in the log."""
    return aggregate_id.isdecimal() and competitions_of(actor).filter(pk=int(aggregate_id)).exists()


def aggregate_id_of(number_or_id: str) -> str | None:
    """The log's id of a competition given by number or id; None when there is none. For the audit commands."""
    wanted = number_or_id.strip().upper()
    found = Competition.objects.filter(number=wanted).values_list("pk", flat=True).first()
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Page:
    """One keyset page, newest first; `older` is the id to go on from, None at the end."""

    rows: Sequence[Competition]
    older: int | None


def competition_page(actor: Actor, *, states: Sequence[str] = (), before: int | None = None) -> Page:
    """The competitions of `actor`: one query."""
    found = competitions_of(actor).select_related("organisation", "package", "category")
    if states:
        found = found.filter(state__in=states)
    rows = list((found.filter(pk__lt=before) if before else found).order_by("-pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return Page(rows, rows[-1].pk if more else None)
