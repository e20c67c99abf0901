"""Reads of competitions for this room and those above. Nothing else fetches one for a person."""

from procurement.competition.queries.access import (
    competition_page,
    competitions_of,
    get_competition_for,
    may_read,
)
from procurement.competition.queries.desk import desk_links, waiting_for
from procurement.competition.queries.matching import matching_listings, matching_vendors, officers_linked
from procurement.competition.queries.ranking import Lot, lots_of

__all__ = [
    "Lot",
    "competition_page",
    "competitions_of",
    "desk_links",
    "get_competition_for",
    "lots_of",
    "matching_listings",
    "matching_vendors",
    "may_read",
    "officers_linked",
    "waiting_for",
]
