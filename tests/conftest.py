"""What all tests share: one database, a clock to freeze, people to sign in as, and a closed network."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation import queries as regulation
from search import synonyms
from tests import baseline, people

pytest_plugins = ("tests.peers.programs",)

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# -- a busy machine ------------------------------------------------------------------------------------

# How long a draw takes says something of the machine, not of the project.
hypothesis_settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("any machine")


SHELVES = (regulation._shelf, synonyms._shelf)
"""What a process keeps of the database for some seconds: dated rules and holidays, the list of synonyms."""
_of_the_baseline: list[dict[str, Any]] = []


@pytest.fixture(autouse=True, scope="session")
def _what_is_kept_stays_kept() -> Iterator[None]:
    """What is kept for some seconds stays: on a busy machine a page must not cost queries for having waited."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regulation, "KEPT_SECONDS", 86_400.0)
        patch.setattr(synonyms, "KEPT_SECONDS", 86_400.0)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_kept_of_the_test_before() -> Iterator[None]:
    """The database goes back to the baseline after every test, and so does what is kept of it."""
    yield
    for shelf, kept in zip(SHELVES, _of_the_baseline, strict=False):
        vars(shelf).update(kept)


def _keep_the_baseline() -> None:
    for shelf in SHELVES:
        shelf.forget()
    regulation._shelf.fresh()
    synonyms.current()
    _of_the_baseline[:] = [dict(vars(shelf)) for shelf in SHELVES]


# -- the database --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database from the models, or take the last one with ``--reuse-db``."""
    with django_db_blocker.unblock():
        name = _creation()._get_test_db_name()
        wanted = baseline.fingerprint(connection)
        reuse = django_db_keepdb and not django_db_createdb and _comment_of(name) == wanted
        connection.close()
        if not reuse:
            _make_empty(name)
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        if not reuse:
            baseline.make(connection)
            with connection.cursor() as cursor:
                cursor.execute(f"COMMENT ON DATABASE {connection.ops.quote_name(name)} IS '{wanted}'")
        baseline.waken(connection)  # of a session that was ended in the middle
        baseline.restore(connection)
        _keep_the_baseline()
    yield
    with django_db_blocker.unblock():
        connection.close()


def _creation() -> Any:
    """Return Django's maker of test databases; we use its names and its way in, not its migrations."""
    return connection.creation


def _comment_of(name: str) -> str | None:
    """Return what the database of that name was made from; None when there is none."""
    with _creation()._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        row = cursor.fetchone()
        return row[0] if row else None


def _make_empty(name: str) -> None:
    """Make an empty database; a test's commits need not survive a power cut."""
    quoted = connection.ops.quote_name(name)
    with _creation()._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted}")
        cursor.execute(f"ALTER DATABASE {quoted} SET synchronous_commit = off")


def _back_to_baseline(test: TransactionTestCase) -> None:
    """Take the place of Django's flush after a test that committed."""
    connection.rollback()
    asleep = baseline.waken(connection)
    baseline.restore(connection)
    assert not asleep, f"guards of the database were left asleep: {asleep} (tests/tampering.py wakens them)"


setattr(TransactionTestCase, "_fixture_teardown", _back_to_baseline)  # noqa: B010 - private, unknown to mypy


# -- time ----------------------------------------------------------------------------------------------


@pytest.fixture
def frozen_clock() -> Callable[[datetime], AbstractContextManager[Any]]:
    """Give ``clock.frozen``: ``with frozen_clock(moment): …``."""
    return clock.frozen


# -- people ----------------------------------------------------------------------------------------------


@pytest.fixture
def client_for(db: None) -> Callable[[Role], Client]:
    """Give ``client_for(Role.PPK)``: the browser session of a newly appointed person of that role."""
    return lambda role: people.signed_in(people.appointment(role))


# -- queries -------------------------------------------------------------------------------------------


@contextmanager
def _at_most(limit: int) -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as captured:
        yield captured
    if len(captured) > limit:
        listed = "\n".join(f"{number:3} {query['sql'][:160]}" for number, query in enumerate(captured, 1))
        pytest.fail(f"{len(captured)} queries, {limit} are allowed:\n{listed}")


@pytest.fixture
def assert_max_queries() -> Callable[[int], AbstractContextManager[CaptureQueriesContext]]:
    """Give ``with assert_max_queries(12): client.get(…)``; a failure lists the queries."""
    return _at_most


@pytest.fixture
def assert_flat_in_rows() -> Callable[[Callable[[], Any], Callable[[], Any]], None]:
    """Give ``assert_flat_in_rows(visit, add_rows)``: as many queries after more rows as before."""

    def check(visit: Callable[[], Any], add_rows: Callable[[], Any]) -> None:
        visit()  # warm what is kept in memory (content types, the site, compiled templates)
        with CaptureQueriesContext(connection) as few:
            visit()
        add_rows()
        visit()  # what is kept for some seconds may have grown old while the rows were made
        with CaptureQueriesContext(connection) as many:
            visit()
        assert len(many) <= len(few), (
            f"{len(few)} queries became {len(many)} with more rows; the last: {many[-1]['sql'][:300]}"
        )

    return check


# -- the network ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(address: Any) -> None:
        local = isinstance(address, (str, bytes)) or address[0] in {"localhost", "::1", "0.0.0.0", ""}
        if not local and not str(address[0]).startswith("127."):
            raise RuntimeError(f"A test tried to reach {address[0]}: tests use this machine only.")

    def connect(self: socket.socket, address: Any) -> None:
        check(address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return real_connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


# -- what tests measured -------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests recorded with ``record_property("told", text)``; it comes from parallel workers, too."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, text in report.user_properties:
                if name == "told":
                    terminalreporter.write_line(f"{report.nodeid}\n{text}")


# -- the browser ---------------------------------------------------------------------------------------


def _browser() -> str | None:
    asked = os.environ.get("CHROMIUM")
    return next((path for path in ([asked] if asked else BROWSERS) if Path(path).exists()), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Point pytest-playwright to the system's Chromium; without one skip here, fail in CI."""
    path = _browser()
    if path is None:
        reason = "No Chromium is here: install it (Debian: apt-get install chromium) or name it in CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": path, "args": BROWSER_ARGUMENTS}


@pytest.fixture
def page_errors(page: Any) -> list[str]:
    """Collect what the page's console complains about (for one, a refused inline script)."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


# -- marks ---------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a page as a browser test, so that `-m "not browser"` leaves all of them out."""
    for item in items:
        if {"page", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    # Playwright's loop must not run in the thread in which Django's ORM is used
    if any(item.get_closest_marker("browser") for item in items):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
