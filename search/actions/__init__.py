"""Verbs of the search."""

from __future__ import annotations

from search.actions.synonyms import add_synonyms, change_synonyms, checked_group, end_synonyms

__all__ = ["add_synonyms", "change_synonyms", "checked_group", "end_synonyms"]
