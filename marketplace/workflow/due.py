"""What time alone does: one pattern for every verb that the clock takes when a deadline has passed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.models import Aggregate

logger = logging.getLogger(__name__)

BATCH: Final = 200
"""Most keys read at once: bounds memory, however long the clock stood still."""

CLOCK: Final = Actor.system("Penjaga tenggat")
"""Who the log says acted when a deadline did."""


def each_due(due: QuerySet[Any], act: Callable[[int], object], *, batch: int = BATCH) -> int:
    """Call `act` with the key of every thing of `due` whose `due_at` has passed; returns how many acts went through.

    `due` names the states; give its model an index on `due_at` for them. Only due rows are read, oldest first, a
    batch at a time. `act` takes the thing through the door by itself: one that is refused (it was answered
    meanwhile) or fails does not stop the others. Raises OperationalError when the database is away.
    """
    return sum(_acted(act, key) for key in _keys(due, clock.now(), batch))


def must_be_due(thing: Aggregate, at: datetime) -> None:
    """Raise Refused `not_due` unless the thing's deadline has passed `at` that moment; asked under the row's lock."""
    if thing.due_at is None or thing.due_at > at:
        raise Refused("not_due", _("Tenggatnya belum lewat."))


def _keys(due: QuerySet[Any], now: datetime, batch: int) -> Iterator[int]:
    rows = due.filter(due_at__lt=now).order_by("due_at", "pk").values_list("due_at", "pk")
    found = list(rows[:batch])
    while found:
        yield from (key for _moment, key in found)
        if len(found) < batch:
            return
        moment, key = found[-1]
        later = Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=key)
        found = list(rows.filter(later, due_at__gte=moment)[:batch])


def _acted(act: Callable[[int], object], key: int) -> bool:
    try:
        act(key)
    except Refused:
        return False
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # what an exception says may quote people's data; where it happened is enough to look
        logger.error(
            "workflow.due_failed: %s of %d: %s", getattr(act, "__name__", "act"), key, type(error).__name__
        )
        return False
    return True
