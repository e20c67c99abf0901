"""Competitions as things with deadlines: who holds one, for reminders and for the page of deadlines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.competition.models import Competition
from procurement.competition.queries.access import competitions_of

HELD_BY_THE_BUYER = frozenset({"CLOSED", "EVALUATED"})
"""While offers are taken the competition waits for time alone; nobody is reminded of it."""


def standing(competition: Competition) -> Standing:
    """Who holds a competition and what it is called. No query but that for the buyer's role, loaded by `SOURCE`."""
    buyer = Office(Role(competition.buyer.role), Recipient(user_id=competition.buyer_user_id))
    return Standing(
        holders=(buyer,) if competition.state in HELD_BY_THE_BUYER else (),
        label=_("Mini-kompetisi %(number)s") % {"number": competition.number},
        url=competition.get_absolute_url(),
        organisation_id=competition.organisation_id,
        buyers=(buyer,),
    )


SOURCE = Source(
    Competition,
    standing,
    lambda actor: competitions_of(actor).select_related("buyer"),
    loads=("buyer",),
    by_clock=frozenset({"open"}),
)
