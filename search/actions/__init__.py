"""Verbs of the search."""

from __future__ import annotations

from search.actions.index import ask_for_check, repair_index
from search.actions.synonyms import add_synonyms, change_synonyms, checked_group, end_synonyms

__all__ = [
    "add_synonyms",
    "ask_for_check",
    "change_synonyms",
    "checked_group",
    "end_synonyms",
    "repair_index",
]
