"""An engine that may fail, with one behind it that does not: a page always gets its answer, and in time.

The breaker is one a process. Closed, the first engine is asked. It opens when that engine was too slow once, or failed
a few times in a row; then nobody asks it for a while. After the while one question, and only one, tries it: an answer
closes the breaker, another failure opens it for twice as long.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from elasticsearch import ConnectionTimeout

from marketplace.events.failures import described
from search.engines.elastic.finder import NotWhole
from search.finder import Asked, Engine, Found

logger = logging.getLogger(__name__)

MOST_FAILURES: Final = 3
"""Failures in a row that open the breaker. A refused connection costs a page a millisecond, so a few are borne."""
FIRST_REST, LONGEST_REST = 2.0, 30.0
"""Seconds for which an open breaker spares the engine: at first, and at most."""


@dataclass
class Breaker:
    """Whether an engine may be asked. Safe to share between threads.

    Attributes:
        now: seconds of a clock that only goes forward.
        reason: what the last failure was; empty while all is well.
    """

    now: Callable[[], float] = time.monotonic
    reason: str = ""
    _failures: int = 0
    _rest: float = 0.0
    _opened_until: float = 0.0
    _probing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def state(self) -> str:
        """`closed`, `open`, or `half-open`: the next question will try."""
        with self._lock:
            return self._state()

    def _state(self) -> str:
        if not self._rest:
            return "closed"
        return "open" if self.now() < self._opened_until else "half-open"

    def may_ask(self) -> bool:
        """Whether the caller may ask. Who got a yes tells `went_well` or `failed` afterwards."""
        with self._lock:
            state = self._state()
            if state == "half-open" and not self._probing:
                self._probing = True
                return True
            return state == "closed"

    def went_well(self) -> None:
        """The engine answered: it is asked again by everybody."""
        with self._lock:
            was_open, self._rest = bool(self._rest), 0.0
            self._failures, self._probing, self.reason = 0, False, ""
        if was_open:
            logger.warning("search.breaker closed")

    def failed(self, reason: str, *, slow: bool = False) -> None:
        """The engine did not answer, or too late (`slow`: everybody who asks now would wait as long)."""
        with self._lock:
            probe, self._probing = self._probing, False
            self._failures += 1
            self.reason = reason
            if not (slow or probe or self._failures >= MOST_FAILURES):
                return
            already = self._state() == "open"
            if not already:
                self._rest = min(2 * self._rest, LONGEST_REST) or FIRST_REST
                self._opened_until = self.now() + self._rest
            rest = self._rest
        if not already:
            logger.warning("search.breaker open for %.0f s: %s", rest, reason)


@dataclass(frozen=True)
class GuardedEngine:
    """Asks `first`; where that fails or is spared, `behind`, and says so in the answer."""

    first: Engine
    behind: Engine
    breaker: Breaker = field(default_factory=Breaker)

    @property
    def name(self) -> str:
        """That of the first engine."""
        return self.first.name

    def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
        """The answer of one of the two; `degraded` when it is that of the second."""
        if self.breaker.may_ask():
            try:
                found = self.first.ask(asked, limit=limit, offset=offset)
            # whatever it was, the page must not suffer from it
            except Exception as error:
                self.breaker.failed(described(error), slow=isinstance(error, ConnectionTimeout | NotWhole))
            except BaseException as ending:  # the process is being ended; the next one asked may try
                self.breaker.failed(described(ending))
                raise
            else:
                self.breaker.went_well()
                return found
        return replace(self.behind.ask(asked, limit=limit, offset=offset), degraded=True)
