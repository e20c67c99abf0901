"""The comparison of the log with the tables, by itself: quick, and without the tree, which is others' matter."""

from __future__ import annotations

from copy import copy

from marketplace.audit.models import Entry
from marketplace.audit.tables import Remembered

Findings = set[tuple[str, str]]


class Noted:
    """Takes findings by code and place."""

    def __init__(self) -> None:
        self.found: Findings = set()

    def add(self, code: str, place: str, sentence: str) -> None:
        assert sentence.endswith(".")
        self.found.add((code, place))


def remembered() -> Remembered:
    """What the whole log tells."""
    told = Remembered(Noted())
    for entry in Entry.objects.order_by("pk").iterator():
        told.see((entry.aggregate_type, entry.aggregate_id), entry.act, entry.facts, str(entry))
    return told


def findings(log: Remembered | None = None) -> Findings:
    """What comparing the log, read again or as it was, with the tables brings to light."""
    noted, told = Noted(), copy(log or remembered())
    told.report, told.states, told.figures = noted, dict(told.states), dict(told.figures)
    told.compare()
    return noted.found
