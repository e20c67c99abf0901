"""Durable jobs: nothing lost, nothing kept by the dead, nothing done twice while its lease lasts."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

import marketplace.celery
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events import actions, jobs, registry, wakeups
from marketplace.events.models import AT_ONCE, Job

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(user_id=None, name="Operator", role=Role.OPERATOR)


def expire_leases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_job SET locked_until = clock_timestamp() - interval '1 second'")


def test_a_job_exists_exactly_when_its_transaction_commits(handled):
    handled("test.kept")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.enqueue("test.kept", {}, key="lost")
        raise ZeroDivisionError
    with transaction.atomic():
        actions.enqueue("test.kept", {}, key="kept")
    assert list(Job.objects.values_list("key", flat=True)) == ["kept"]


def test_one_kind_and_key_is_one_job_for_ever(handled):
    seen = handled("test.once")
    assert actions.enqueue("test.once", {"n": 1}, key="a") is True
    assert actions.enqueue("test.once", {"n": 2}, key="a") is False
    assert jobs.run_due() == 1
    assert actions.enqueue("test.once", {"n": 3}, key="a") is False
    assert jobs.run_due() == 0
    assert seen == [{"n": 1}]


def test_a_kind_that_nobody_handles_is_refused_at_once():
    with pytest.raises(registry.UnknownKind):
        actions.enqueue("test.nobody", {}, key="a")
    assert not Job.objects.exists()


def test_jobs_run_in_the_order_they_came(handled):
    seen = handled("test.order")
    for number in range(5):
        actions.enqueue("test.order", {"n": number}, key=str(number))
    assert jobs.run_due() == 5
    assert [payload["n"] for payload in seen] == list(range(5))
    assert Job.objects.filter(done_at__isnull=False, locked_by="", attempts=1).count() == 5


def test_a_scheduled_job_waits_for_its_business_time(handled):
    seen = handled("test.later")
    noon = datetime(2026, 10, 8, 12, tzinfo=clock.JAKARTA)
    with clock.frozen(noon) as move_to:
        actions.enqueue("test.later", {}, key="a", run_at=noon + timedelta(hours=1))
        assert jobs.run_due() == 0
        move_to(noon + timedelta(hours=1))
        assert jobs.run_due() == 1
    assert len(seen) == 1


def test_the_handler_runs_outside_any_transaction(handled):
    inside = []
    handled("test.outside", lambda payload: inside.append(connection.in_atomic_block))
    actions.enqueue("test.outside", {}, key="a")
    jobs.run_due()
    assert inside == [False]


def test_a_failing_job_pauses_and_is_tried_again(handled):
    outcomes = iter([ValueError("Budi, NIK 3171"), None])

    def fail_once(payload):
        if (error := next(outcomes)) is not None:
            raise error

    handled("test.flaky", fail_once)
    actions.enqueue("test.flaky", {}, key="a")
    assert jobs.run_due() == 1
    job = Job.objects.get()
    assert job.done_at is None
    assert job.failed_at is None
    assert "ValueError" in job.last_error
    assert "Budi" not in job.last_error, "messages quote people's data"
    assert jobs.run_due() == 0, "the pause holds it back"
    expire_leases()
    assert jobs.run_due() == 1
    job.refresh_from_db()
    assert job.done_at is not None
    assert job.last_error == ""


def test_pauses_grow_and_are_spread():
    for attempt, middle in ((1, 5), (2, 15), (3, 45), (7, 3600), (50, 3600)):
        pauses = {jobs.pause_after(attempt) for _ in range(20)}
        assert all(0.75 * middle <= pause <= 1.25 * middle for pause in pauses)
        assert len(pauses) > 1


def test_a_job_that_always_fails_is_parked_and_an_operator_lets_it_run_again(handled):
    def fail(payload):
        raise ValueError

    handled("test.poison", fail, max_attempts=3)
    actions.enqueue("test.poison", {}, key="a")
    for _attempt in range(3):
        jobs.run_due()
        expire_leases()
    job = Job.objects.get()
    assert (job.attempts, job.failed_at is not None) == (3, True)
    assert jobs.run_due() == 0

    actions.retry_job(actor=OPERATOR, job_id=job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.failed_at) == (0, None)
    assert jobs.run_due() == 1
    assert Entry.objects.get(act="job.retry").facts == {"kind": "test.poison"}


@pytest.mark.parametrize("role", [Role.PPK, Role.VENDOR, Role.AUDITOR])
def test_only_operators_let_a_parked_job_run_again(handled, role):
    handled("test.poison")
    actions.enqueue("test.poison", {}, key="a")
    Job.objects.update(failed_at=clock.now(), attempts=8)
    with pytest.raises(Refused, match="berwenang"):
        actions.retry_job(actor=Actor(user_id=None, name="", role=role), job_id=Job.objects.get().pk)
    assert Job.objects.get().attempts == 8
    assert not Entry.objects.exists()


def test_a_job_that_is_not_parked_cannot_be_retried(handled):
    handled("test.fine")
    actions.enqueue("test.fine", {}, key="a")
    with pytest.raises(Refused) as refused:
        actions.retry_job(actor=OPERATOR, job_id=Job.objects.get().pk)
    assert refused.value.code == "not_parked"
    assert not Entry.objects.exists()


def test_a_dead_workers_job_comes_back_and_its_late_ghost_cannot_mark_it_done(handled):
    seen = handled("test.ghost")
    actions.enqueue("test.ghost", {}, key="a")
    ghost = jobs.claim_next()
    assert ghost is not None
    assert jobs.claim_next() is None, "the lease holds"
    assert jobs.sweep() == 0, "not before its end"
    expire_leases()
    assert jobs.claim_next() is None, "leases are given back by the sweeper alone"
    assert jobs.sweep() == 1

    second = jobs.claim_next()
    assert second is not None
    assert second.attempt == 2
    jobs.run(ghost)
    assert Job.objects.get().done_at is None, "the ghost does not hold the lease any more"
    jobs.run(second)
    assert Job.objects.get().done_at is not None
    assert len(seen) == 2


def test_a_job_that_kills_its_workers_is_parked_by_the_sweeper(handled):
    handled("test.killer", max_attempts=2)
    actions.enqueue("test.killer", {}, key="a")
    for _attempt in range(2):
        assert jobs.claim_next() is not None
        expire_leases()
        assert jobs.sweep() == 1
    assert jobs.claim_next() is None
    assert Job.objects.get().failed_at is not None


def test_long_work_keeps_its_lease(handled, monkeypatch):
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.6))
    swept = []

    def work(payload):
        for _tick in range(8):
            time.sleep(0.2)
            swept.append(jobs.sweep())

    handled("test.long", work)
    actions.enqueue("test.long", {}, key="a")
    jobs.run_due()
    assert sum(swept) == 0
    assert (Job.objects.get().attempts, Job.objects.get().done_at is not None) == (1, True)


@pytest.mark.race
def test_parallel_workers_never_share_a_job(handled):
    seen = handled("test.race")
    for number in range(120):
        actions.enqueue("test.race", {"n": number}, key=str(number))
    barrier = threading.Barrier(6)

    def work() -> None:
        try:
            barrier.wait()
            jobs.run_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(payload["n"] for payload in seen) == list(range(120))
    assert Job.objects.filter(done_at__isnull=False, attempts=1).count() == 120


def test_a_commit_wakes_the_runner_of_this_process(handled):
    handled("test.wake")
    wakeups.jobs_waiting.clear()
    with transaction.atomic():
        actions.enqueue("test.wake", {}, key="a")
        assert not wakeups.jobs_waiting.is_set()
    assert wakeups.jobs_waiting.is_set()


def test_a_lost_broker_delays_a_job_and_fails_nothing(handled, settings, monkeypatch):
    handled("test.nobroker")
    monkeypatch.setattr(wakeups, "_broker_rests_until", 0.0)
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(marketplace.celery.app.conf, "broker_url", settings.CELERY_BROKER_URL)
    with transaction.atomic():
        actions.enqueue("test.nobroker", {}, key="a")
    started = time.monotonic()
    with transaction.atomic():
        actions.enqueue("test.nobroker", {}, key="b")
    assert time.monotonic() - started < 0.5, "a broker that did not answer is left alone for a while"
    assert Job.objects.filter(done_at=None, run_at=AT_ONCE).count() == 2
