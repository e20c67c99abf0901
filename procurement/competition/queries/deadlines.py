"""Competitions as things with deadlines: who holds one, for reminders and for the page of deadlines."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.competition.models import Competition
from procurement.competition.queries.access import competitions_of

HELD_BY_THE_BUYER = frozenset({"CLOSED", "EVALUATED"})
"""While offers are taken the competition waits for time alone; nobody is reminded of it."""


def standing(competition: Competition) -> Standing:
    """Who holds a competition and what it is called. No query after `complete`."""
    buyer = Office(Role(competition.buyer.role), Recipient(user_id=competition.buyer_user_id))
    return Standing(
        holders=(buyer,) if competition.state in HELD_BY_THE_BUYER else (),
        label=_("Mini-kompetisi %(number)s") % {"number": competition.number},
        url=competition.get_absolute_url(),
        organisation_id=competition.organisation_id,
        buyers=(buyer,),
    )


def complete(competitions: QuerySet[Competition]) -> QuerySet[Competition]:
    """Add the buyer, whose role `standing` reads."""
    return competitions.select_related("buyer")


SOURCE = Source(
    Competition,
    standing,
    lambda actor: complete(competitions_of(actor)),
    complete=complete,
    by_clock=frozenset({"open"}),
)
