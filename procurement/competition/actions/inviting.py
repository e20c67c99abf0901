"""Inviting vendors who began to sell what is asked for after the announcement."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.workflow.door import doing
from procurement.competition.models import Competition, Invitation
from procurement.competition.queries.matching import matching_vendors

INVITER = "Penjaga undangan"


def invite_newcomers() -> int:
    """Invite whoever fits a running competition and was not invited yet; returns how many invitations."""
    running = Competition.objects.filter(state="PUBLISHED", closes_at__gt=clock.now())
    return sum(_invite(pk) for pk in running.order_by("pk").values_list("pk", flat=True))


def _invite(competition_id: int) -> int:
    with doing(actor=Actor.system(INVITER)) as deed:
        competition = (
            Competition.objects.select_for_update(of=("self",), no_key=True)
            .select_related("package", "category")
            .get(pk=competition_id)
        )
        if not competition.takes_offers:
            return 0
        known = Invitation.objects.filter(competition=competition).values("vendor_id")
        fresh = list(matching_vendors(competition).exclude(pk__in=known).values_list("pk", flat=True))
        if not fresh:
            return 0
        Invitation.objects.bulk_create(
            Invitation(competition=competition, vendor_id=pk, at=deed.at) for pk in sorted(fresh)
        )
        deed.record("competition.invite", competition, {"number": competition.number, "invited": len(fresh)})
    return len(fresh)
