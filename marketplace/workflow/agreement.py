"""What the rows themselves say, for the log's audit to compare: what was changed past the door is found here.

States are told by every entry of the door. Further columns are told by the facts that a model names in `figures`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from marketplace.workflow.models import Aggregate, Figures

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


def told() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """By act: the columns its facts tell, each with the way to the fact. The act's aggregate says of which thing."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for _kind, model in kinds():
        for column, tellers in figures_of(model).items():
            for teller in tellers:
                act, _colon, fact = teller.partition(":")
                found[act].append((column, tuple(fact.split("."))))
    return dict(found)


def figures() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(kind, id, column → value) of everything whose columns the log tells: one query for each kind of thing."""
    for kind, model in kinds():
        if figures_of(model):
            for pk, values in now(model):
                yield kind, pk, values


def now(model: type[Model], pks: Iterable[object] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, column → value) of a model's rows as they stand: all of them, or those of the keys given."""
    rows: QuerySet[Any, Any] = model._default_manager.annotate(**getattr(model, "figure_columns", {}))
    if pks is not None:
        rows = rows.filter(pk__in=list(pks))
    columns = list(figures_of(model))
    for pk, *values in rows.order_by("pk").values_list("pk", *columns).iterator(chunk_size=CHUNK):
        yield str(pk), dict(zip(columns, values, strict=True))


def figures_of(model: type[Model]) -> Figures:
    """The columns of a model that the log tells."""
    named: Figures = getattr(model, "figures", {})
    return named


def kinds() -> Iterator[tuple[str, type[Model]]]:
    """(kind, model) of everything that the log knows under a name of its own."""
    for model in apps.get_models():
        kind = getattr(model, "aggregate", None)
        if isinstance(kind, str):
            yield kind, model
