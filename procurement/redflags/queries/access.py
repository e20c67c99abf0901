"""Who sees which red flags: the auditors of the region all of them, officers those they were asked about."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.regulation.queries import parameter
from procurement.redflags.models import RedFlag


def flags_for(actor: Actor) -> QuerySet[RedFlag]:
    """The flags `actor` may see: before they are asked, officers know of none (handbook §9.2)."""
    if actor.role == Role.AUDITOR and actor.region_id is not None:
        return RedFlag.objects.filter(region_id=actor.region_id)
    if actor.organisation_id is None or actor.user_id is None:
        return RedFlag.objects.none()
    asked = RedFlag.objects.filter(organisation_id=actor.organisation_id, asked_at__isnull=False)
    if actor.role in {Role.PA, Role.KPA}:
        return asked
    if actor.role in {Role.PP, Role.PPK}:
        return asked.filter(Q(purchase__pp_user=actor.user_id) | Q(purchase__ppk_user=actor.user_id))
    return RedFlag.objects.none()


def fewest_letters(region_id: int) -> int:
    """How many letters a question, an answer or a reason has at least in a region."""
    return int(parameter("flag.reason_letters", region_id=region_id).value)


def get_red_flag_for(actor: Actor, pk: int) -> RedFlag:
    """One flag with what its page names. Raises RedFlag.DoesNotExist for one the actor may not see."""
    return (
        flags_for(actor)
        .select_related(
            "purchase", "competition", "vendor__organisation", "organisation", "reviewer", "answered_by"
        )
        .get(pk=pk)
    )
