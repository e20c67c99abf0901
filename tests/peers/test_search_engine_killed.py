"""The engine is killed, comes back, and hangs, while people search: every page answers, and all by itself."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from search import engines
from search.engines.guarded import Breaker
from tests.peers.lucene.node import LuceneNode
from tests.search.contract import indexes
from tests.vendors import stalls

pytestmark = [pytest.mark.peer, pytest.mark.long, pytest.mark.django_db(transaction=True)]
PEOPLE = 3
PAUSE = 0.1
WAIT = 60.0


@dataclass
class Traffic:
    """People who search without a break; each answer is kept under the phase in which it was asked."""

    url: str
    phase: str = ""
    answers: list[tuple[str, int, float, bool]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._person, args=(each,)) for each in range(PEOPLE)]
        for thread in self._threads:
            thread.start()

    def _person(self, number: int) -> None:
        with requests.Session() as session:
            while not self._stop.is_set():
                text, phase, began = ("kertas", "nasi kotak", "")[number % 3], self.phase, time.perf_counter()
                answer = session.get(f"{self.url}/cari/", params={"q": text}, timeout=WAIT)
                took = time.perf_counter() - began
                self.answers.append(
                    (phase, answer.status_code, took, "Kertas HVS" in answer.text or number == 1)
                )
                self._stop.wait(PAUSE)

    def go_through(self, phase: str, seconds: float = 4.0) -> None:
        self.phase = phase
        self._stop.wait(seconds)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def told(self) -> Iterator[str]:
        """What each phase took, for whoever reads the report."""
        for phase in dict.fromkeys(each[0] for each in self.answers):
            took = sorted(each[2] * 1_000 for each in self.answers if each[0] == phase)
            yield (
                f"{phase:<24} {len(took):>4} pages  p50 {took[len(took) // 2]:>6.0f} ms"
                f"  p95 {took[int(len(took) * 0.95)]:>6.0f} ms  most {took[-1]:>6.0f} ms"
            )


def until_closed(breaker: Breaker, traffic: Traffic) -> None:
    """Let people search on until the breaker has closed by itself."""
    until = time.monotonic() + WAIT
    while breaker.state != "closed":
        assert time.monotonic() < until, f"not recovered: {breaker.reason}"
        traffic.go_through("recovering", 0.2)


def test_every_page_answers_while_the_engine_is_killed_restarted_and_hangs(
    lucene_node: LuceneNode, live_server: Any, settings: Any, record_property: Callable[[str, str], None]
) -> None:
    stall = stalls.vendor()
    for number in range(30):
        stalls.listing(stall, f"Kertas HVS A4 {number}", way="alat-tulis-kantor/kertas")
        stalls.listing(stall, f"Nasi kotak ayam {number}")
    with indexes.filled(lucene_node.url) as address:
        settings.SEARCH_URL = f"{address.url}/{address.name}"
        guard = engines.guarded()
        assert guard is not None
        traffic, states = Traffic(live_server.url), []
        traffic.start()
        try:
            traffic.go_through("warming up", 6)
            until_closed(guard.breaker, traffic)
            traffic.go_through("well")
            lucene_node.kill()
            traffic.go_through("killed")
            states.append(guard.breaker.state)
            lucene_node.start()
            until_closed(guard.breaker, traffic)
            traffic.go_through("well again")
            lucene_node.pause()
            traffic.go_through("hanging")
            states.append(guard.breaker.state)
            lucene_node.go_on()
            until_closed(guard.breaker, traffic)
            traffic.go_through("well at last")
        finally:
            traffic.stop()
    record_property("told", "\n".join(traffic.told()))

    assert set(states) <= {"open", "half-open"}
    assert Counter(status for _phase, status, _took, _right in traffic.answers) == {200: len(traffic.answers)}
    assert all(right for *_rest, right in traffic.answers)
    assert {"well", "killed", "well again", "hanging", "well at last"} <= {
        each[0] for each in traffic.answers
    }
