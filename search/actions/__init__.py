"""Verbs of the search: keeping what a buyer was shown and chose, and the list of synonyms."""

from __future__ import annotations

from search.actions.choices import Chosen, choose, freeze_choices, keep_answer, prune_answers
from search.actions.synonyms import add_synonyms, change_synonyms, checked_group, end_synonyms

__all__ = [
    "Chosen",
    "add_synonyms",
    "change_synonyms",
    "checked_group",
    "choose",
    "end_synonyms",
    "freeze_choices",
    "keep_answer",
    "prune_answers",
]
