"""Doing something for every row that is due: a batch of keys at a time, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet

from marketplace.core.transitions import Refused

BATCH: Final = 200


def each_due(due: QuerySet[Any], act: Callable[[int], object]) -> int:
    """Do `act` for every row of `due`; returns how often it was done. What was settled meanwhile is left alone."""
    done, after = 0, 0
    while True:
        batch = list(due.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        for pk in batch:
            done += _done(act, pk)
            after = pk
        if len(batch) < BATCH:
            return done


def _done(act: Callable[[int], object], pk: int) -> bool:
    try:
        act(pk)
    except Refused:
        return False
    return True
