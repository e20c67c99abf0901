"""What every thing with a state has in common. No table of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import MoveTable, State


class StateField(models.CharField):
    """The state column of a thing: choices and first value come from its table of moves."""

    def __init__(self, table: MoveTable | None = None, **options: Any) -> None:
        if table is not None:
            options |= {"choices": table.choices, "default": table.initial}
        options.setdefault("max_length", 24)
        options.setdefault("editable", False)
        super().__init__(**options)


def state_check(table: MoveTable, name: str) -> models.CheckConstraint:
    """The CHECK constraint that lets the state column hold the table's states alone."""
    return models.CheckConstraint(condition=Q(state__in=[state.code for state in table.states]), name=name)


class ObjectOf(models.Aggregate):
    """The rows of a thing as one JSON object, a key and a value of each: for figures that stand in rows below it."""

    function = "jsonb_object_agg"
    output_field = models.JSONField()


Figures: TypeAlias = Mapping[str, tuple[str, ...]]
"""Column → the facts of acts that tell its value, `act:fact`: the newest of them must still be in the column."""


class Aggregate(models.Model):
    """A thing whose state is changed by the door alone.

    Subclasses name themselves (`aggregate`, as the log calls them), hold their table in `moves`
    and declare `state = StateField(table)` with `state_check(table, …)` among their constraints.
    What else the log tells of their columns stands in `figures`; the audit compares it (see `agreement`).
    """

    aggregate: ClassVar[str]
    moves: ClassVar[MoveTable]
    figures: ClassVar[Figures] = {}
    state: StateField

    revision = models.PositiveIntegerField(_("revisi"), default=0, editable=False)
    due_at = models.DateTimeField(_("tenggat"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("dibuat"), editable=False)

    class Meta:
        abstract = True

    @property
    def region_of_record(self) -> int | None:
        """The region whose calendar and parameters govern this thing: its `region_id` when it has one."""
        return getattr(self, "region_id", None)

    def standing(self, actor: Actor) -> Mapping[str, Any] | None:
        """What the row itself tells the guards about `actor`'s part in it: asked at the door and for buttons.

        None, the default, says nothing: then guards are asked at the door alone, with the action's facts.
        """
        return None

    def agreed_deadline(self, state: str) -> datetime | None:
        """When a `state` without a timer must be left, where people agreed on a day; None: no deadline."""
        return None

    def fitted_deadline(self, state: str, since: datetime, due: datetime) -> datetime:
        """The deadline of a `state` entered at `since` whose timer ends at `due`; earlier where a whole binds it."""
        return due

    @property
    def state_now(self) -> State:
        """The current state with its label."""
        return self.moves.state(self.state)
