"""An engine that may fail, with one behind it that does not: a page always gets its answer, and in time.

The breaker is one a process. Closed, the first engine is asked. It opens when that engine was too slow once, or failed
a few times in a row; then nobody asks it for a while. After the while one question, and only one, is put to it beside
the page that brought it: with patience, since an engine that has just started is slow until it was asked a few times,
and at nobody's cost. An answer in time closes the breaker; a late one has it tried again soon, a failure later.
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
from search.engines.elastic.client import SECONDS
from search.engines.elastic.finder import NotWhole
from search.finder import Asked, Engine, Found

logger = logging.getLogger(__name__)

MOST_FAILURES: Final = 3
"""Failures in a row that open the breaker. A refused connection costs a page a millisecond, so a few are borne."""
FIRST_REST, LONGEST_REST = 2.0, 30.0
"""Seconds for which an open breaker spares the engine: at first, and at most."""
IN_TIME: Final = SECONDS
PATIENT: Final = 5.0
"""Seconds in which an answer closes the breaker, and for which it is waited beside the page."""


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
    _trying: bool = False
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
        """Whether a page may ask. Who got a yes tells `went_well` or `failed` afterwards."""
        with self._lock:
            return self._state() == "closed"

    def may_try(self) -> bool:
        """Whether the caller, and nobody else, may try an engine that was spared, and tell afterwards."""
        with self._lock:
            if self._state() != "half-open" or self._trying:
                return False
            self._trying = True
            return True

    def went_well(self) -> None:
        """The engine answered in time: it is asked again by everybody."""
        with self._lock:
            was_open, self._rest = bool(self._rest), 0.0
            self._failures, self._trying, self.reason = 0, False, ""
        if was_open:
            logger.warning("search.breaker closed")

    def failed(self, reason: str, *, slow: bool = False) -> None:
        """The engine did not answer, or too late (`slow`: everybody who asks now would wait as long)."""
        with self._lock:
            tried, self._trying = self._trying, False
            self._failures += 1
            self.reason = reason
            if self._state() == "open" or not (slow or tried or self._failures >= MOST_FAILURES):
                return
            again = min(2 * self._rest, LONGEST_REST) or FIRST_REST
            self._rest = FIRST_REST if slow else again
            self._opened_until = self.now() + self._rest
            rest = self._rest
        logger.warning("search.breaker open for %.0f s: %s", rest, reason)


def beside(work: Callable[[], None]) -> None:
    """Have something done while the page goes on."""
    threading.Thread(target=work, name="search-trying", daemon=True).start()


@dataclass(frozen=True)
class GuardedEngine:
    """Asks `first`; where that fails or is spared, `behind`, and says so in the answer.

    Attributes:
        patient: the first engine with more time, for trying it again.
        beside: has work done while the page goes on.
    """

    first: Engine
    patient: Engine
    behind: Engine
    breaker: Breaker = field(default_factory=Breaker)
    beside: Callable[[Callable[[], None]], None] = beside

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
            else:
                self.breaker.went_well()
                return found
        elif self.breaker.may_try():
            self.beside(lambda: self._try(asked, limit, offset))
        return replace(self.behind.ask(asked, limit=limit, offset=offset), degraded=True)

    def _try(self, asked: Asked, limit: int, offset: int) -> None:
        began = self.breaker.now()
        try:
            self.patient.ask(asked, limit=limit, offset=offset)
        except BaseException as error:  # the next one may try, however this one ended
            self.breaker.failed(described(error))
            return
        took = self.breaker.now() - began
        if took > IN_TIME:
            self.breaker.failed(f"answered after {took:.1f} s", slow=True)
        else:
            self.breaker.went_well()
