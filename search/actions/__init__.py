"""Verbs of the search: what a buyer was shown and chose, the list of synonyms, the health of the index."""

from __future__ import annotations

from search.actions.choices import Chosen, choose, freeze_choices, keep_answer, prune_answers
from search.actions.index import ask_for_check, repair_index
from search.actions.synonyms import add_synonyms, change_synonyms, checked_group, end_synonyms

__all__ = [
    "Chosen",
    "add_synonyms",
    "ask_for_check",
    "change_synonyms",
    "checked_group",
    "choose",
    "end_synonyms",
    "freeze_choices",
    "keep_answer",
    "prune_answers",
    "repair_index",
]
