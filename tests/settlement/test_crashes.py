"""kill -9 at named points of paying and refunding; after a restart and the janitor all ends as if nothing happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.events.jobs import sweep
from marketplace.events.models import Job
from procurement.settlement.actions import expire_attempt, process_event, send_attempt
from procurement.settlement.actions.notifications import take_up_what_waited
from procurement.settlement.figures import figures_of
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import (
    Entry,
    PaymentAttempt,
    PaymentObligation,
    Payout,
    Refund,
    UnmatchedMoney,
)
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.settlement import crash_worker
from tests.settlement.conftest import SECRET
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import started
from tests.settlement.test_refunds import propose

pytestmark = pytest.mark.django_db(transaction=True)
PROJECT = Path(__file__).resolve().parents[2]
KEY = "sk_test_uji"
SCENES = ("pay", "refund")


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[str]]:
    """A worker of its own on this test's database."""
    told = connection.settings_dict
    place = f"{quote(told['HOST'], safe='')}:{told['PORT']}" if told["PORT"] else quote(told["HOST"], safe="")
    address = f"postgresql://{quote(told['USER'])}:{quote(told['PASSWORD'])}@{place}/{told['NAME']}"
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.settlement.crash_worker"],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def ask(worker: subprocess.Popen[str], told: dict[str, Any]) -> int:
    """The signal that ended the process which the worker made for the scene."""
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write(json.dumps(told) + "\n")
    worker.stdin.flush()
    return int(worker.stdout.readline())


def prepared(scene: str, stripe: FakeStripe) -> tuple[Case, dict[str, Any]]:
    """An order ready for the scene, and the scene as the worker is told it."""
    case = accepted()
    approved(case)
    told: dict[str, Any] = {"scene": scene, "stripe": stripe.url, "key": KEY, "secret": SECRET}
    if scene == "pay":
        treasurer = case.appointments[Role.TREASURER]
        return case, {**told, "appointment": treasurer.pk, "purchase": case.purchase.pk}
    attempt = started(case)
    send_attempt(attempt.pk)
    expire_attempt(attempt.pk)
    crash_worker.deliver_all(told)
    for job in Job.objects.filter(kind="settlement.provider_event").order_by("pk"):
        process_event(job.payload["event"])
    money = UnmatchedMoney.objects.get(attempt=attempt)
    propose(case.treasurer, money)
    home = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    second: Appointment = people.appointment(Role.OPERATOR, home)
    return case, {**told, "appointment": second.pk, "money": money.pk}


def recover(told: dict[str, Any]) -> None:
    """What a restart and some minutes bring: leases run out, jobs run again, people press their button again."""
    for minutes in (0, 3, 6):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            free = "UPDATE events_job SET locked_until = clock_timestamp() - interval '1 second' WHERE done_at IS NULL"
            with connection.cursor() as cursor:
                cursor.execute(free)
            sweep()
            crash_worker.act(told)
            take_up_what_waited()
    assert (
        not Job.objects.filter(done_at=None, kind__startswith="settlement.")
        .exclude(kind__in=["settlement.sync_attempt", "settlement.ask_refund"])
        .exists()
    ), "work was lost"


def end_of(case: Case, stripe: FakeStripe) -> dict[str, Any]:
    """What must be the same however often the worker died; at the provider too."""
    number = case.purchase.number
    obligation = PaymentObligation.objects.get(purchase=case.purchase)
    assert figures_of(obligation, number).accounted and disagreements() == []
    entries = Entry.objects.filter(journal__purchase_number=number)
    references = list(
        PaymentAttempt.objects.filter(obligation=obligation).values_list("reference", flat=True)
    )
    intents = [
        each for each in stripe.state.intents.values() if each["metadata"].get("reference") in references
    ]
    names = {each["id"] for each in intents}
    refunds = [each["amount"] for each in stripe.state.refunds.values() if each["payment_intent"] in names]
    charges = [each["amount"] for each in stripe.state.charges.values() if each["payment_intent"] in names]
    return {
        "order": case.fresh().state,
        "attempts": sorted(
            PaymentAttempt.objects.filter(obligation=obligation).values_list("state", flat=True)
        ),
        "legs": sorted(entries.values_list("journal__kind", "account__kind", "amount")),
        "payouts": Payout.objects.filter(obligation=obligation).count(),
        "refunds": sorted(Refund.objects.filter(purchase_number=number).values_list("state", "amount")),
        "charged by the provider": charges,
        "given back by the provider": refunds,
    }


def straight(
    scene: str, stripe: FakeStripe, worker: subprocess.Popen[str], tmp: Path
) -> tuple[list[str], Any]:
    """The scene without an accident: its points by name, and its end."""
    case, told = prepared(scene, stripe)
    trace = tmp / f"{scene}.json"
    assert ask(worker, {**told, "trace": str(trace)}) == 0
    recover(told)
    return json.loads(trace.read_text()), end_of(case, stripe)


def chosen(names: list[str], wanted: int) -> list[int]:
    """Points between: around every request and every commit first, then evenly over what is left."""
    first = [at for at, name in enumerate(names) if "HTTP" in name]
    writes = [at for at, name in enumerate(names) if "COMMIT" in name or "INSERT" in name or "UPDATE" in name]
    rest = [at for at in writes if at not in first]
    step = max(1, len(rest) // max(1, wanted - len(first)))
    return sorted({*first[:wanted], *rest[::step]})


def die_at(
    scene: str, at: int, stripe: FakeStripe, worker: subprocess.Popen[str]
) -> tuple[int, dict[str, Any]]:
    case, told = prepared(scene, stripe)
    killed = ask(worker, {**told, "kill": at})
    recover(told)
    return killed, end_of(case, stripe)


@pytest.mark.parametrize("scene", SCENES)
def test_a_worker_killed_at_five_points_loses_and_doubles_nothing(
    scene: str, stripe: FakeStripe, worker: subprocess.Popen[str], tmp_path: Path
) -> None:
    names, end = straight(scene, stripe, worker, tmp_path)
    requests = [at for at, name in enumerate(names) if "HTTP POST" in name]
    commits = [at for at, name in enumerate(names) if "COMMIT" in name]
    picked = sorted({*requests[:2], commits[len(commits) // 3], commits[len(commits) // 2]})
    for at in picked:
        assert die_at(scene, at, stripe, worker) == (9, end), names[at]


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scene", SCENES)
def test_a_worker_killed_anywhere_loses_and_doubles_nothing(
    scene: str,
    stripe: FakeStripe,
    worker: subprocess.Popen[str],
    tmp_path: Path,
    record_property: Callable[[str, str], None],
) -> None:
    names, end = straight(scene, stripe, worker, tmp_path)
    rows = []
    for at in chosen(names, 24):
        killed, after = die_at(scene, at, stripe, worker)
        rows.append((at, names[at], killed == 9, after == end))
    told = [f"{scene}: {len(names)} points, {len(rows)} tried"]
    for at, name, killed_there, same in rows:
        said = "same end" if same else "ANOTHER END"
        how = "killed" if killed_there else "not reached"
        told.append(f"  {at:4} {name:48} {how:12} {said}")
    record_property("told", "\n".join(told))
    assert len(rows) >= 20
    assert [row for row in rows if not (row[2] and row[3])] == []
