"""What the rows themselves say, for the log's audit to compare: what was changed past the door is found here.

Every model that the log knows by a name (`aggregate`) takes part:

- its rows never go, unless it says `vanishes = True`;
- a thing that has states or says `told_from_birth` (True, or which of its rows) has an entry from its first moment, and
  so has what the entries of another thing name, by the facts in `named_in`: a row that the log does not know was made
  past the door;
- states are told by every move of the door;
- further columns are told by the facts that the model names in `figures`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.apps import apps
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet

from marketplace.audit.own_acts import TAKEN_OVER
from marketplace.audit.tables import Naming
from marketplace.workflow.models import Aggregate, Figures

CHUNK: Final = 4_096


class AllTables:
    """The tables of all rooms, as `marketplace.audit.tables` asks for them."""

    def told(self) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
        """By act: the columns its facts tell, each with the way to the fact; the entry says of which thing."""
        found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        columns = {column for _kind, model in kinds() for column in figures_of(model)}
        found[TAKEN_OVER] = [(column, ("values", column)) for column in sorted(columns)]
        for _kind, model in kinds():
            for column, tellers in figures_of(model).items():
                for teller in tellers:
                    act, _colon, fact = teller.partition(":")
                    found[act].append((column, tuple(fact.split("."))))
        return dict(found)

    def named(self) -> dict[str, list[Naming]]:
        """By act: the things that its facts name, and with which columns; the entry is another thing's."""
        found: dict[str, list[Naming]] = defaultdict(list)
        for kind, model in kinds():
            for namer in named_in(model):
                act, _colon, fact = namer.partition(":")
                columns = {
                    column: teller.removeprefix(f"{namer}.")
                    for column, tellers in figures_of(model).items()
                    for teller in tellers
                    if teller.startswith(f"{namer}.")
                }
                found[act].append((kind, fact, columns))
        return dict(found)

    def things(self) -> Iterator[tuple[str, str, bool]]:
        """(kind, id, whether an entry must tell of it) of everything."""
        for kind, model in kinds():
            rows = _rows(model).annotate(told=ExpressionWrapper(told_from_birth(model), BooleanField()))
            for pk, must_be_told in rows.values_list("pk", "told").iterator(chunk_size=CHUNK):
                yield kind, str(pk), must_be_told

    def kept(self) -> frozenset[str]:
        """The kinds whose rows never go."""
        return frozenset(kind for kind, model in kinds() if not getattr(model, "vanishes", False))

    def states(self) -> Iterator[tuple[str, str, str, str]]:
        """(kind, id, state, first state) of everything that has a state: one query for each kind of thing.

        What came in bulk and never moved has no entry that tells its state; it must still be in its first.
        """
        for kind, model in kinds():
            if issubclass(model, Aggregate):
                for pk, state in _rows(model).values_list("pk", "state").iterator(chunk_size=CHUNK):
                    yield kind, str(pk), state, model.moves.initial

    def figures(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(kind, id, column → value) of everything whose columns the log tells: one query for each kind."""
        for kind, model in kinds():
            if figures_of(model):
                for pk, values in now(model):
                    yield kind, pk, values


TABLES: Final = AllTables()


def now(model: type[Model], pks: Iterable[object] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, column → value) of a model's rows as they stand: all of them, or those of the keys given."""
    rows = _rows(model).annotate(**getattr(model, "figure_columns", {}))
    if pks is not None:
        rows = rows.filter(pk__in=list(pks))
    columns = list(figures_of(model))
    for pk, *values in rows.values_list("pk", *columns).iterator(chunk_size=CHUNK):
        yield str(pk), dict(zip(columns, map(_as_told, values), strict=True))


def _as_told(value: Any) -> Any:
    """A column as facts tell it: a day as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value


def told_from_birth(model: type[Model]) -> Q:
    """Which rows of a model the log knows from their first moment: all, none, or those it names."""
    whether = issubclass(model, Aggregate) or bool(named_in(model))
    named: Q | bool = getattr(model, "told_from_birth", whether)
    return named if isinstance(named, Q) else Q(pk__isnull=not named)


def named_in(model: type[Model]) -> tuple[str, ...]:
    """The facts of other things' acts that name rows of a model, `act:fact`."""
    named: tuple[str, ...] = getattr(model, "named_in", ())
    return named


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


def _rows(model: type[Model]) -> QuerySet[Any, Any]:
    return model._default_manager.order_by("pk")
