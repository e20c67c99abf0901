"""Reads of red flags. Nothing else fetches one for a person."""

from procurement.redflags.queries.access import fewest_letters, flags_for, get_red_flag_for
from procurement.redflags.queries.desk import desk_links, panel, waiting_for
from procurement.redflags.queries.listing import AGES, STATES, flag_page, units_with_flags
from procurement.redflags.queries.of_orders import flags_of_order, rule_titles

__all__ = [
    "AGES",
    "STATES",
    "desk_links",
    "fewest_letters",
    "flag_page",
    "flags_for",
    "flags_of_order",
    "get_red_flag_for",
    "panel",
    "rule_titles",
    "units_with_flags",
    "waiting_for",
]
