"""What the rows themselves say, for the log's audit to compare: a state changed past the door is found here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from marketplace.workflow.models import Aggregate

CHUNK = 4_096


def states() -> Iterator[tuple[str, str, str, str]]:
    """(kind, id, state, first state) of everything that has a state: one query for each kind of thing.

    What came in bulk and never moved has no entry that tells its state; it must still be in its first.
    """
    for model in apps.get_models():
        if issubclass(model, Aggregate):
            rows: QuerySet[Any, Any] = model._default_manager.order_by("pk")
            for pk, state in rows.values_list("pk", "state").iterator(chunk_size=CHUNK):
                yield model.aggregate, str(pk), state, model.moves.initial
