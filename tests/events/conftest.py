"""Handlers that leave a trace, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from marketplace.accounts.actors import Actor
from marketplace.audit import sequencer
from marketplace.audit.acts import Act, register
from marketplace.events import registry
from marketplace.workflow.door import doing

register(Act("test.happened", "{actor} mencoba {what}", ("what",)))


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Mapping[str, Any]]]:
    """Declare a job kind for one test; returns the payloads its handler has seen."""

    def declare(name: str, handler: Callable[[Mapping[str, Any]], None] | None = None, **options: Any) -> Any:
        seen: list[Mapping[str, Any]] = []

        def trace(payload: Mapping[str, Any]) -> None:
            seen.append(payload)
            if handler is not None:
                handler(payload)

        kind = registry.JobKind(name, trace, **options)
        monkeypatch.setitem(registry._JOBS, name, kind)
        return seen

    return declare


@pytest.fixture
def only_reader(monkeypatch: pytest.MonkeyPatch) -> Callable[..., registry.Reader]:
    """Let one reader be the only one there is."""

    def declare(
        handler: registry.ReaderHandler,
        *acts: str,
        name: str = "test",
        batch: registry.BatchHandler | None = None,
    ) -> registry.Reader:
        reader = registry.Reader(name, handler, acts, batch)
        monkeypatch.setattr(registry, "_READERS", {name: reader})
        return reader

    return declare


@pytest.fixture
def happen() -> Callable[..., None]:
    """Write entries of the act `test.happened` and put them into the tree."""

    def write(*whats: str) -> None:
        for what in whats:
            with doing(actor=Actor.system("test")) as deed:
                deed.record("test.happened", ("test", what), {"what": what})
        sequencer.integrate()

    return write
