"""An auditor takes up a flag at the moment in which an evaluation would put a newer version in its place."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from procurement.purchasing.models import Purchase
from procurement.redflags import actions
from procurement.redflags.actions.raising import AT_ONCE, JUDGE, Kept, facts_of
from procurement.redflags.models import RedFlag
from tests.purchasing import factories
from tests.redflags import flags

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def judged_again(purchase: Purchase) -> Kept:
    """The rule sees something else now; as a job does it, in a connection of its own."""
    try:
        found = [flags.dear(purchase, 80_000), replace(flags.dear(purchase), rule="ID02")]
        assert len(found) < AT_ONCE
        return actions.raise_flags(region_id=purchase.region_id, found=found)
    finally:
        connection.close()


def taken_up(actor: Any, flag_id: int) -> str:
    try:
        actions.take_up(actor=actor, red_flag_id=flag_id)
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
    return "taken up"


def wait_for_a_lock(work: Future[Any]) -> None:
    """Until the other transaction waits for ours; fails when it ends without."""
    for _each in range(600):
        assert not work.done(), work.result()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited")


def test_a_flag_taken_up_at_that_moment_stays_with_its_reviewer_and_the_others_are_raised() -> None:
    purchase = factories.story("ORDERED").purchase
    auditor, flag = flags.auditor_of(purchase), flags.raised(purchase)
    with ThreadPoolExecutor(1) as pool:
        with passing(RedFlag, flag.pk, "take_up", actor=auditor) as passage:
            passage.thing.reviewer_id, passage.thing.taken_up_at = auditor.user_id, passage.at
            passage.facts.update(facts_of(passage.thing))
            work = pool.submit(judged_again, purchase)
            wait_for_a_lock(work)
        assert work.result(60) == Kept(new=1, under_review=1)
    flag.refresh_from_db()
    assert (flag.state, flag.reviewer_id) == ("IN_REVIEW", auditor.user_id)
    assert sorted(RedFlag.objects.values_list("rule", "version")) == [("ID02", 1), ("ID05", 1)]
    assert not Entry.objects.filter(act="red_flag.supersede").exists()


def test_a_flag_superseded_at_that_moment_is_not_taken_up() -> None:
    purchase = factories.story("ORDERED").purchase
    auditor, flag = flags.auditor_of(purchase), flags.raised(purchase)
    with ThreadPoolExecutor(1) as pool:
        with passing(RedFlag, flag.pk, "supersede", actor=JUDGE) as passage:
            passage.facts.update(facts_of(passage.thing))
            work = pool.submit(taken_up, auditor, flag.pk)
            wait_for_a_lock(work)
        assert work.result(60) == "wrong_state"
    flag.refresh_from_db()
    assert (flag.state, flag.reviewer_id) == ("SUPERSEDED", None)
    assert not Entry.objects.filter(act="red_flag.take_up").exists()
