"""Who handles what: the register of job handlers and of readers of the log.

Rooms declare theirs in their own `tasks.py`, which is imported when the project starts:

    @job("documents.render")
    def render(payload: Mapping[str, Any]) -> None: ...

    @reader("notices", acts=("purchase.",))
    def tell(entry: Entry) -> None: ...

A **job** runs outside any transaction and at least once: it may call the door, a provider, the mail; doing it
twice must leave the same result as doing it once.
A **reader** runs inside the transaction that moves its cursor: it writes rows and enqueues jobs, nothing else.
What it wrote and the step of the cursor stand or fall together. One that reads much for each entry is declared with
`batch_reader` and takes all its entries of a batch at once; it must leave the same when it takes them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeAlias

from marketplace.audit.models import Entry

JobHandler: TypeAlias = Callable[[Mapping[str, Any]], None]
ReaderHandler: TypeAlias = Callable[[Entry], None]
BatchHandler: TypeAlias = Callable[[Sequence[Entry]], None]

LEASE: Final = timedelta(seconds=10)
"""How long a claimed job belongs to its worker unless renewed; a killed worker's job waits at most this long."""

MAX_ATTEMPTS: Final = 8
"""Attempts before a job is parked for an operator; with the backoff that is an hour and a half."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: its name, what runs it, and how often it may fail."""

    name: str
    handler: JobHandler
    max_attempts: int = MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of the log: its name (also its cursor's) and the beginnings of the acts it wants.

    `batch` takes several entries at once, in the order of the log, and leaves what `handler` would, one by one.
    """

    name: str
    handler: ReaderHandler
    acts: tuple[str, ...] = ()
    batch: BatchHandler | None = None

    def wants(self, act: str) -> bool:
        """Whether the reader is called for `act`; a reader without prefixes is called for everything."""
        return not self.acts or act.startswith(self.acts)


class DeclaredTwice(ValueError):
    """Two handlers claim one name: a programming error, raised when the project starts."""


class UnknownKind(LookupError):
    """Nothing handles this kind of job: a programming error, or a job of a newer release."""


_JOBS: Final[dict[str, JobKind]] = {}
_READERS: Final[dict[str, Reader]] = {}


def job(name: str, *, max_attempts: int = MAX_ATTEMPTS) -> Callable[[JobHandler], JobHandler]:
    """Declare the decorated function as the handler of jobs called `name`. Raises DeclaredTwice."""

    def declare(handler: JobHandler) -> JobHandler:
        _declare_once(_JOBS, name, handler)
        _JOBS[name] = JobKind(name, handler, max_attempts)
        return handler

    return declare


def reader(name: str, *, acts: tuple[str, ...] | list[str] = ()) -> Callable[[ReaderHandler], ReaderHandler]:
    """Declare the decorated function as a reader of entries whose act begins with one of `acts`.

    Raises DeclaredTwice.
    """

    def declare(handler: ReaderHandler) -> ReaderHandler:
        _declare_once(_READERS, name, handler)
        _READERS[name] = Reader(name, handler, tuple(acts))
        return handler

    return declare


def batch_reader(
    name: str, *, acts: tuple[str, ...] | list[str] = ()
) -> Callable[[BatchHandler], BatchHandler]:
    """Declare the decorated function as a reader that takes all its entries of a batch at once.

    Where it fails, its entries are given to it one by one, and those it fails at are parked. Raises DeclaredTwice.
    """

    def declare(handler: BatchHandler) -> BatchHandler:
        @wraps(handler)
        def one(entry: Entry) -> None:
            handler([entry])

        _declare_once(_READERS, name, one)
        _READERS[name] = Reader(name, one, tuple(acts), handler)
        return handler

    return declare


def _declare_once(known: Mapping[str, JobKind | Reader], name: str, handler: Callable[..., None]) -> None:
    before = known.get(name)
    if before is not None and before.handler.__qualname__ != handler.__qualname__:
        raise DeclaredTwice(f"“{name}” is handled by {before.handler.__qualname__} already")


def job_kind(name: str) -> JobKind:
    """Return the kind of job called `name`. Raises UnknownKind."""
    try:
        return _JOBS[name]
    except KeyError:
        raise UnknownKind(f"no room handles the job “{name}”") from None


def job_kinds() -> Mapping[str, JobKind]:
    """Return all kinds of jobs by name."""
    return _JOBS


def readers() -> list[Reader]:
    """Return all readers, sorted by name."""
    return [_READERS[name] for name in sorted(_READERS)]
