"""Verbs of the search: keeping what a buyer was shown, choosing from it, freezing what was chosen."""

from __future__ import annotations

from search.actions.choices import Chosen, choose, freeze_choices, keep_answer, prune_answers

__all__ = ["Chosen", "choose", "freeze_choices", "keep_answer", "prune_answers"]
