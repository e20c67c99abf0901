"""No false alarm: whatever honest people and programs do to the log, neither verifier finds anything."""

from __future__ import annotations

import io
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import entries, publishing, signing
from marketplace.audit.models import Checkpoint
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.core import clock
from tests.audit.single_file import VERIFY

pytestmark = pytest.mark.django_db

STATES = ("DRAFT", "SENT", "PAID", "CLOSED")


class History:
    """A log written by chance: acts alone and in bunches, states in chains, passes in between, seal keys changed."""

    def __init__(self, seed: int, actors: list[Actor], seal_keys: dict[str, str], folder: Path) -> None:
        self.chance = random.Random(seed)
        self.actors = actors
        self.seal_keys = seal_keys
        self.folder = folder
        self.states: dict[str, int] = {}
        self.kept: list[Path] = []

    def happen(self) -> None:
        """Between one and ten steps."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for _step in range(self.chance.randint(1, 10)):
            step = self.chance.choice([self._write, self._write, self._move, self._sequence, self._rotate])
            step()

    def _write(self) -> None:
        happenings = [
            entries.Happening("test.note", ("thing", str(self.chance.randint(1, 4))), {"text": self._text()})
            for _entry in range(self.chance.choice([1, 1, 2, 7, 40]))
        ]
        self._record(happenings)

    def _move(self) -> None:
        """A thing goes on from the state it is in."""
        thing = str(self.chance.randint(10, 13))
        at = self.states.get(thing, -1)
        self.states[thing] = after = (at + 1) % len(STATES)
        facts = {"text": "pindah", "state": STATES[after]} | ({"before": STATES[at]} if at >= 0 else {})
        self._record([entries.Happening("test.note", ("thing", thing), facts)])

    def _record(self, happenings: list[entries.Happening]) -> None:
        with transaction.atomic():
            actor = self.chance.choice(self.actors)
            entries.record_many(happenings, actor=actor, deed=uuid4(), at=clock.now())

    def _sequence(self) -> None:
        checkpoint = integrate()
        if checkpoint and self.chance.random() < 0.5:
            kept = self.folder / f"kept-{checkpoint.size}"
            kept.write_text(checkpoint.note)
            self.kept.append(kept)

    def _rotate(self) -> None:
        """A new key for seals; the old ones still verify."""
        name = str(len(self.seal_keys) + 1)
        self.seal_keys[name] = f"kunci {name}"

    def _text(self) -> str:
        return self.chance.choice(
            ["halo", "– ✓ “kutip”", '{"act": "palsu"}', "a" * 500, "", "\\u0000 baris\nbaru"]
        )


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def alarms(history: History) -> list[str]:
    """What either verifier says is wrong."""
    found = [each.sentence for each in verify(known=[kept.read_text() for kept in history.kept]).findings]
    if not Checkpoint.objects.exists():
        return found
    published = history.folder / "log"
    publishing.export(published)
    words = ["verify", str(published), "--vkey", str(signing.signer().verifier)]
    told = io.StringIO()
    with redirect_stdout(told):
        wrong = VERIFY.main([*words, "--old", *map(str, history.kept)])
    return [*found, *([told.getvalue()] if wrong else [])]


def no_alarm_in(seeds: range, ppk: Actor, settings: Any, folder: Path) -> None:
    actors = [ppk, Actor.system("Penjaga tenggat")]
    settings.AUDIT_MAC_KEYS = keys = dict(settings.AUDIT_MAC_KEYS)
    settings.AUDIT_MAC_KEY_ID = ""  # the newest one seals
    first = dict(keys)
    for seed in seeds:
        keys.clear()
        keys.update(first)
        with undone():
            history = History(seed, actors, keys, folder / "history")
            history.happen()
            assert alarms(history) == [], f"history {seed}"


def test_hundreds_of_honest_histories_raise_no_alarm(ppk: Actor, settings: Any, tmp_path: Path) -> None:
    no_alarm_in(range(200), ppk, settings, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_thousands_of_honest_histories_raise_no_alarm(ppk: Actor, settings: Any, tmp_path: Path) -> None:
    """A thousand; `EORDER_HISTORIES` asks for more at night."""
    asked = int(os.environ.get("EORDER_HISTORIES", "1000"))
    no_alarm_in(range(1_000, 1_000 + asked), ppk, settings, tmp_path)
