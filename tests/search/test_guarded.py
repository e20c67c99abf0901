"""An engine that fails costs nobody their answer: the breaker, and the engine behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search import engines
from search.engines.elastic.connecting import Address
from search.engines.elastic.finder import ElasticEngine
from search.engines.guarded import FIRST_REST, LONGEST_REST, MOST_FAILURES, Breaker, GuardedEngine
from search.finder import Asked, Counts, Found
from search.finding import TextFinder
from search.question import Question
from search.terms import Terms
from tests.vendors import stalls

ASKED = Asked(Question(), Terms(), None, None, date(2026, 3, 2), 0)
NOBODY = "http://127.0.0.1:9/eorder"
"""An address where nothing listens."""


class Clock:
    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Behind:
    name = "postgresql"

    def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
        return Found([(7, 50)], Counts(total=1), self.name)


class Server:
    """A server on loopback that gives every search the same answer."""

    def __init__(self, status: int, body: bytes, *, silent: bool = False) -> None:
        self.asked = 0
        told = self
        self.go_on = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.asked += 1
                if silent:
                    told.go_on.wait(20)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *said: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def served() -> Iterator[Any]:
    """Give `served(status, body, silent=False)`: a server that lives as long as the test."""
    made: list[Server] = []

    def start(status: int, body: bytes, *, silent: bool = False) -> Server:
        made.append(Server(status, body, silent=silent))
        return made[-1]

    yield start
    for each in made:
        each.close()


def guarded(url: str, clock: Clock) -> GuardedEngine:
    engine = ElasticEngine(Address(url, "market"))
    return GuardedEngine(engine, engine, Behind(), Breaker(now=clock), beside=at_once)


def at_once(work: Callable[[], None]) -> None:
    work()


COUNTS = b'{"doc_count":0,"counted":{"buckets":[]}}'
WELL = (
    b'{"timed_out":false,"_shards":{"failed":0},"hits":{"total":{"value":3,"relation":"eq"},"hits":[{"_id":"5",'
    b'"_score":41.5}]},"aggregations":{"categories":%s,"places":%s,"codes":%s}}' % (COUNTS, COUNTS, COUNTS)
)
BAD = {
    "an error of the server": (500, b'{"error":"x"}'),
    "no such index": (404, b'{"error":{"type":"index_not_found_exception"},"status":404}'),
    "a question it cannot read": (400, b'{"error":{"type":"parsing_exception"},"status":400}'),
    "a rejection": (429, b"{}"),
    "a proxy's page": (200, b"<html>Bad gateway</html>"),
    "nothing": (200, b""),
    "an empty answer": (200, b"{}"),
    "a list": (200, b"[]"),
    "half an answer": (200, WELL[:90]),
    "not the whole": (200, WELL.replace(b'"timed_out":false', b'"timed_out":true')),
    "a part of the index": (200, WELL.replace(b'"failed":0', b'"failed":1')),
    "no counts": (200, WELL.replace(b'"codes"', b'"other"')),
    "a hit that is no listing": (200, WELL.replace(b'"5"', b'"five"')),
}


def test_a_good_answer_is_passed_on(served: Any) -> None:
    found = guarded(served(200, WELL).url, Clock()).ask(ASKED, limit=24)

    assert (list(found.hits), found.counts.total) == ([(5, 41)], 3)
    assert (found.engine, found.degraded) == ("elasticsearch", False)


@pytest.mark.parametrize("bad", BAD)
def test_whatever_the_engine_answers_there_is_an_answer(served: Any, bad: str) -> None:
    clock = Clock()
    server = served(*BAD[bad])
    engine = guarded(server.url, clock)

    for _try in range(MOST_FAILURES + 3):
        found = engine.ask(ASKED, limit=24)
        assert (list(found.hits), found.engine, found.degraded) == ([(7, 50)], "postgresql", True)

    assert engine.breaker.state == "open"
    assert 1 <= server.asked <= MOST_FAILURES
    assert engine.breaker.reason


def test_nobody_there_is_noticed_a_few_times_and_then_not_tried(served: Any) -> None:
    engine = guarded("http://127.0.0.1:9", Clock())

    assert all(engine.ask(ASKED, limit=24).degraded for _try in range(10))
    assert engine.breaker.state == "open"


def test_an_engine_that_hangs_is_waited_for_once(served: Any) -> None:
    server = served(200, WELL, silent=True)
    engine = guarded(server.url, Clock())

    assert all(engine.ask(ASKED, limit=24).degraded for _try in range(10))
    assert server.asked == 1


def test_it_recovers_by_itself_and_the_page_that_tries_does_not_wait(served: Any) -> None:
    clock = Clock()
    engine = guarded(served(200, WELL).url, clock)
    engine.breaker.failed("slow", slow=True)
    assert engine.ask(ASKED, limit=24).degraded
    assert engine.breaker.state == "open"

    clock.seconds += FIRST_REST

    assert engine.breaker.state == "half-open"
    assert engine.ask(ASKED, limit=24).degraded
    assert (engine.breaker.state, engine.breaker.reason) == ("closed", "")
    assert not engine.ask(ASKED, limit=24).degraded


class Late(Behind):
    """An engine that answers, but needs so many seconds."""

    name = "elasticsearch"

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock, self.seconds = clock, seconds

    def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
        self.clock.seconds += self.seconds
        return super().ask(asked, limit=limit, offset=offset)


def test_an_engine_that_is_still_slow_is_tried_again_soon_until_it_is_warm() -> None:
    clock = Clock()
    late = Late(clock, 3.0)
    engine = GuardedEngine(late, late, Behind(), Breaker(now=clock), beside=at_once)
    engine.breaker.failed("slow", slow=True)
    for _try in range(6):
        clock.seconds += FIRST_REST
        assert engine.ask(ASKED, limit=24).degraded
        assert engine.breaker.state == "open"

    late.seconds = 0.1
    clock.seconds += FIRST_REST
    engine.ask(ASKED, limit=24)

    assert engine.breaker.state == "closed"


def test_only_one_of_many_tries_a_half_open_breaker() -> None:
    clock = Clock()
    breaker = Breaker(now=clock)
    breaker.failed("slow", slow=True)
    clock.seconds += FIRST_REST
    ready, allowed = threading.Barrier(16), []

    def ask() -> None:
        ready.wait()
        allowed.append(breaker.may_try())

    threads = [threading.Thread(target=ask) for _each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert allowed.count(True) == 1


def test_each_failed_try_spares_the_engine_twice_as_long() -> None:
    clock = Clock()
    breaker = Breaker(now=clock)
    rests = []
    breaker.failed("gone", slow=True)
    for _try in range(7):
        before = clock.seconds
        while not breaker.may_try():
            clock.seconds += 0.5
        rests.append(clock.seconds - before)
        breaker.failed("gone")

    assert rests == [2.0, 4.0, 8.0, 16.0, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_failures_that_are_not_in_a_row_leave_it_closed() -> None:
    breaker = Breaker(now=Clock())
    for _round in range(5):
        for _failure in range(MOST_FAILURES - 1):
            breaker.failed("sometimes")
        breaker.went_well()

    assert breaker.state == "closed"


def test_many_late_failures_count_as_one() -> None:
    """Whoever had asked before it opened tells of the same trouble."""
    clock = Clock()
    breaker = Breaker(now=clock)
    for _thread in range(20):
        breaker.failed("slow", slow=True)
    clock.seconds += FIRST_REST

    assert breaker.state == "half-open"


def test_a_try_that_is_ended_leaves_the_next_one_free() -> None:
    class Ending(Behind):
        def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
            raise SystemExit

    clock = Clock()
    engine = GuardedEngine(Ending(), Ending(), Behind(), Breaker(now=clock), beside=at_once)
    engine.breaker.failed("slow", slow=True)
    clock.seconds += FIRST_REST
    engine.ask(ASKED, limit=24)
    clock.seconds += LONGEST_REST

    assert engine.breaker.may_try()


# -- which engine ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "postgresql:"])
def test_postgresql_searches_unless_told_otherwise(settings: Any, url: str) -> None:
    settings.SEARCH_URL = url

    assert engines.engine().name == engines.engine("elasticsearch").name == "postgresql"
    assert engines.guarded() is None


def test_the_address_of_an_engine_chooses_it(settings: Any) -> None:
    settings.SEARCH_URL = NOBODY

    assert engines.engine().name == "elasticsearch"
    assert engines.engine("postgresql").name == "postgresql"
    assert engines.engine() is engines.engine()


@pytest.mark.django_db(transaction=True)
def test_the_page_answers_while_the_engine_is_away(settings: Any, client: Any) -> None:
    stalls.listing(stalls.vendor(), "Kertas HVS A4", way="alat-tulis-kantor/kertas")
    settings.SEARCH_URL = NOBODY

    pages = [client.get("/cari/", {"q": "kertas"}) for _visit in range(5)]
    answer = TextFinder().find(Question(text="kertas"), regions=None)

    assert {page.status_code for page in pages} == {200}
    assert all("Kertas HVS A4" in page.content.decode() for page in pages)
    assert (answer.engine, answer.degraded, answer.total) == ("postgresql", True, 1)
