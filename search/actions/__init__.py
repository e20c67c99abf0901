"""Verbs of the search: what a buyer was shown and chose, the list of synonyms, the health of the index."""

from __future__ import annotations

from search.actions.choices import Chosen, choose, freeze_choices, keep_answer, prune_answers
from search.actions.index import ask_for_check, repair_index
from search.actions.news import tell_news
from search.actions.saved import pause_search, rename_search, resume_search, save_search, unsave_search
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
    "pause_search",
    "prune_answers",
    "rename_search",
    "repair_index",
    "resume_search",
    "save_search",
    "tell_news",
    "unsave_search",
]
