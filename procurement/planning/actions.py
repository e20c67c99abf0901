"""Verbs of planning for the rooms above. The budget's verbs run inside the caller's passage."""

from __future__ import annotations

from procurement.planning.budget import commit, make_payable, release, reserve, spend, uncommit

__all__ = ["commit", "make_payable", "release", "reserve", "spend", "uncommit"]
