"""Who may see which case file, finding and recommendation. Nothing else fetches one for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.oversight.models import AnswerFile, CaseFile, Finding, Recommendation
from procurement.oversight.workflow import ANSWERERS, PUBLISHED
from procurement.purchasing.models import Purchase

FOLLOWERS: Final = (Role.AUDITOR, *ANSWERERS)
"""Who follows recommendations: overseers, and the officers who answer."""
DUTIES: Final = tuple(
    each.name for each in Purchase._meta.get_fields() if each.name.endswith("_user") and each.concrete
)
"""Columns of an order that name persons who acted on it."""


def cases_for(actor: Actor) -> QuerySet[CaseFile]:
    """The case files of the actor's own body, and those of other bodies in the region whose report is out."""
    if actor.role != Role.AUDITOR or actor.region_id is None:
        return CaseFile.objects.none()
    seen = Q(examiner_id=actor.organisation_id) | ~Q(state="OPEN")
    return CaseFile.objects.filter(seen, region_id=actor.region_id).select_related("examiner")


def own_cases(actor: Actor) -> QuerySet[CaseFile]:
    """The open case files this very auditor works on."""
    return cases_for(actor).filter(state="OPEN", members__user_id=actor.user_id or 0)


def get_case_for(actor: Actor, pk: int) -> CaseFile:
    """One case file. Raises CaseFile.DoesNotExist for one the actor may not see."""
    return cases_for(actor).get(pk=pk)


def findings_for(actor: Actor) -> QuerySet[Finding]:
    """The findings of those case files; for officers, those with a published recommendation to their unit."""
    if actor.role == Role.AUDITOR:
        return Finding.objects.filter(case__in=cases_for(actor)).select_related("case__examiner")
    told = recommendations_for(actor).values("finding")
    return Finding.objects.filter(pk__in=told).select_related("case__examiner")


def get_finding_for(actor: Actor, pk: int) -> Finding:
    """One finding. Raises Finding.DoesNotExist for one the actor may not see."""
    return findings_for(actor).get(pk=pk)


def recommendations_for(actor: Actor) -> QuerySet[Recommendation]:
    """The recommendations an auditor of the region may see, or those published to an officer's unit."""
    found = Recommendation.objects.select_related("finding__case", "unit", "examiner")
    if actor.role == Role.AUDITOR:
        return found.filter(finding__case__in=cases_for(actor).order_by())
    if actor.role in ANSWERERS and actor.organisation_id is not None:
        return found.filter(unit_id=actor.organisation_id, state__in=PUBLISHED)
    return found.none()


def get_recommendation_for(actor: Actor, pk: int) -> Recommendation:
    """One recommendation. Raises Recommendation.DoesNotExist for one the actor may not see."""
    return recommendations_for(actor).get(pk=pk)


def get_answer_file_for(actor: Actor, pk: int) -> AnswerFile:
    """An evidence file of an answer. Raises AnswerFile.DoesNotExist."""
    found = AnswerFile.objects.filter(answer__recommendation__in=recommendations_for(actor).order_by())
    return found.select_related("answer__recommendation__finding__case").get(pk=pk)


def orders_worked_on(actor: Actor, purchase_ids: Iterable[int]) -> list[str]:
    """The numbers of those orders on which this very person acted in an office other than auditor's: two queries."""
    wanted = list(purchase_ids)
    if actor.user_id is None or not wanted:
        return []
    acted = Entry.objects.filter(
        aggregate_type="purchase", aggregate_id__in=[str(pk) for pk in wanted], user_id=actor.user_id
    ).exclude(actor_role=Role.AUDITOR)
    keys = [int(key) for key in acted.order_by().values_list("aggregate_id", flat=True).distinct()]
    found = Purchase.objects.filter(named_on([actor.user_id]) | Q(pk__in=keys), pk__in=wanted)
    return list(found.order_by("number").values_list("number", flat=True))


def named_on(users: Collection[int]) -> Q:
    """Orders that name one of those persons in some duty."""
    return reduce(or_, (Q(**{f"{duty}__in": users}) for duty in DUTIES))


def orders_of(finding: Finding) -> list[int]:
    """The ids of the orders a finding is about."""
    return list(finding.orders.values_list("purchase_id", flat=True))
