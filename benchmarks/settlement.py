"""What money costs: how fast the webhook answers, how many journals a second one hot pair of accounts takes, how long
a month of bank statements needs.

    .venv/bin/python benchmarks/settlement.py [webhooks] [journals] [reconcile]

A database of its own with fsync and synchronous commits is made and dropped. `webhooks` runs the site under gunicorn
and sends signed notifications over HTTP; `journals` posts with several threads and measures against bare inserts of
the same rows in the same run. `reconcile`: a month of 10,000 payments at three banks (MT940, camt.053, CSV), two lines
in a hundred gone wrong, imported and matched; prints seconds, the share matched by rule, wrong matches (must be none)
and what became of the noise.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
NAME = "bench_settlement"
SECRET = "whsec_ukur"
DELIVERIES = 2_000
SECONDS = 8.0
THREADS = 4
PAYMENTS = 10_000


def main() -> None:
    """Make a database, measure the parts asked for, drop it."""
    from benchmarks.own_database import own_database

    parts = sys.argv[1:] or ["webhooks", "journals", "reconcile"]
    os.environ["STRIPE_API_KEY"], os.environ["STRIPE_WEBHOOK_SECRETS"] = "sk_test_ukur", SECRET
    with own_database(NAME, again=True, environment="test"):
        from django.core.management import call_command
        from django.db import connection

        with connection.cursor() as cursor:
            for setting in ("fsync", "synchronous_commit"):
                cursor.execute(f"SHOW {setting}")
                print(setting, *cursor.fetchone(), end=", " if setting == "fsync" else "\n")
        call_command("create_schema", verbosity=0)
        call_command("load_regulation", verbosity=0)
        for part in parts:
            {"webhooks": webhooks, "journals": journals, "reconcile": reconcile}[part]()


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────
def webhooks() -> None:
    """p50 and p95 of the receiver's answer: one hand after the other, then four hands at once."""
    from tests.settlement.storm import deliveries, percentile, strike

    events = [
        {
            "id": f"evt_{number}",
            "object": "event",
            "type": "payment_intent.processing",
            "data": {"object": {"id": f"pi_{number}", "metadata": {"reference": "BYR-0"}, "currency": "idr"}},
        }
        for number in range(DELIVERIES // 2)
    ]
    storm = deliveries(events, total=DELIVERIES, secret=SECRET, chance=random.Random(1))
    with site() as url:
        strike(url, storm[:50], hands=1)  # warm
        for hands, part in ((1, storm[50:550]), (4, storm[550:])):
            began = time.perf_counter()
            answers = strike(url, part, hands=hands)
            rate = len(answers) / (time.perf_counter() - began)
            wrong = sum(each.status != each.expected for each in answers)
            print(
                f"webhooks, {hands} at once: p50 {percentile(answers, 0.5):.1f} ms, "
                f"p95 {percentile(answers, 0.95):.1f} ms, {rate:.0f}/s, {wrong} wrong answers (target p95 < 50 ms)"
            )


@contextlib.contextmanager
def site() -> Iterator[str]:
    """The site under gunicorn with two workers; the address of its receiver."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "marketplace.wsgi", "-w", "2", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--log-level", "error", "--keep-alive", "30"], cwd=PROJECT)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/webhook/stripe/"
    finally:
        process.terminate()
        process.wait(30)


# ── journals ─────────────────────────────────────────────────────────────────────────────────────────────────────
def journals() -> None:
    """Journals a second on one hot pair of accounts, and what bare inserts of as many rows reach in the same run."""
    from marketplace.accounts.actors import Actor
    from marketplace.regulation.models import Region
    from marketplace.workflow.door import doing
    from procurement.settlement.ledger.accounts import AccountName
    from procurement.settlement.ledger.posting import credit, debit, post
    from procurement.settlement.models import AccountKind, Posting

    region = Region.objects.create(klpd_code="B001", name="Kota Ukur", kind="KOTA")
    clerk = Actor.system("ukur")
    fee = AccountName(AccountKind.FEE_EXPENSE, region.pk)
    clearing = AccountName(AccountKind.PROVIDER_CLEARING, region.pk)

    def one(key: str) -> None:
        with doing(actor=clerk) as deed:
            post(deed, Posting.FEE, key, [debit(fee, 1), credit(clearing, 1)], region_id=region.pk)

    one("warm")
    posted = rate(one)
    bare = rate(bare_insert())
    share = posted / bare
    print(
        f"journals, {THREADS} threads on one pair: {posted:.0f}/s (target ≥ 100/s); bare inserts {bare:.0f}/s; "
        f"ratio {share:.2f}"
    )


def bare_insert() -> Callable[[str], None]:
    """Four rows in one commit on one hot row: what the machine gives without any of our rules."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, key text UNIQUE, amount bigint)")
        cursor.execute("CREATE TABLE bare_sum (id int PRIMARY KEY, amount bigint)")
        cursor.execute("INSERT INTO bare_sum VALUES (1, 0), (2, 0)")

    def one(key: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare (key, amount) VALUES (%s, 1), (%s, -1)", [f"{key}a", f"{key}b"])
            cursor.execute("UPDATE bare_sum SET amount = amount + 1 WHERE id = 1")
            cursor.execute("UPDATE bare_sum SET amount = amount - 1 WHERE id = 2")

    return one


def rate(act: Callable[[str], None]) -> float:
    """How often a second several threads do it, one connection each."""
    from django.db import connection

    done = [0] * THREADS
    until = time.monotonic() + SECONDS

    def work(thread: int) -> None:
        while time.monotonic() < until:
            act(f"{thread}:{done[thread]}")
            done[thread] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(each,)) for each in range(THREADS)]
    began = time.monotonic()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(done) / (time.monotonic() - began)


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────
def reconcile() -> None:
    """Import and match a month; print the figures."""
    from marketplace.accounts.roles import Role
    from tests import people
    from tests.reconciliation import month
    from tests.settlement.orders import accepted

    case = accepted()
    body = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    result = month.run(case, people.actor(Role.OPERATOR, body), PAYMENTS)
    print(f"{result.payments:>8,} payments, {result.lines:,} lines")
    print(f"{result.seconds:>8.1f} s import and match ({result.lines / result.seconds:,.0f} lines a second)")
    print(f"{result.rate:>8.2%} matched by rule ({result.matched:,})")
    print(f"{result.false:>8} wrong matches")
    print(f"         noise:      {_listed(result.noise)}")
    print(f"         exceptions: {_listed(result.exceptions)}")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    main()
