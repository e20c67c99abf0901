"""The one door: what a passage leaves, and that a refused one leaves nothing. Shown on RUP packages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.acts import MissingFact
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import beginning, deadline_of, doing, legal_moves, passing
from procurement.planning.models import Package
from tests import people
from tests.planning import plans

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 10, 9, 2, 0, tzinfo=UTC)
FACTS = {
    "kd_rup": "60999001",
    "announced": True,
    "active": True,
    "pagu": 5,
    "hps_total": 5,
    "ppk_user": 1,
    "pp_user": 2,
    "under_way": 0,
}


@pytest.fixture
def package() -> Package:
    return plans.package()


@pytest.fixture
def pa(package) -> Actor:
    return people.actor(Role.PA, package.organisation)


def dispose(package: Package, actor: Actor, *, revision: int | None = None, facts=None) -> None:
    ppk = people.appointment(Role.PPK, package.organisation)
    gathered = {**FACTS, **(facts or {})}
    with passing(
        Package, package.pk, "dispose", actor=actor, revision=revision, facts=lambda _: gathered
    ) as passage:
        passage.thing.ppk, passage.thing.ppk_user = ppk, ppk.user
        passage.facts.update(kd_rup=package.kd_rup, ppk_appointment=ppk.pk, decree="SK-1")


def stands_untouched(package: Package) -> None:
    before = (package.state, package.revision, package.due_at, package.ppk_id)
    package.refresh_from_db()
    assert (package.state, package.revision, package.due_at, package.ppk_id) == before
    assert not Entry.objects.exists()


def test_a_passage_saves_state_revision_deadline_and_one_entry(package, pa) -> None:
    with clock.frozen(FRIDAY):
        dispose(package, pa, revision=0)
    package.refresh_from_db()
    assert (package.state, package.revision) == ("ASSIGNED", 1)
    assert package.due_at == datetime(2026, 10, 14, 23, 59, 59, tzinfo=clock.JAKARTA)
    entry = Entry.objects.get()
    assert (entry.act, entry.aggregate_type, entry.aggregate_id) == (
        "package.dispose",
        "package",
        str(package.pk),
    )
    assert (entry.user_id, entry.actor_role, entry.at) == (pa.user_id, "PA", FRIDAY)
    assert entry.facts["before"] == "PLANNED"
    assert entry.facts["state"] == "ASSIGNED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"revision": 7}, "stale"),
        ({"facts": {"announced": False}}, "not_announced"),
        ({"facts": {"pagu": 0}}, "no_budget"),
    ],
)
def test_a_refused_passage_leaves_nothing(package, pa, change, code: str) -> None:
    with pytest.raises(Refused) as refused:
        dispose(package, pa, **change)
    assert refused.value.code == code
    stands_untouched(package)


def test_wrong_role_wrong_state_unknown_move_and_absent_thing(package, pa) -> None:
    def walk(move: str, actor: Actor, pk: int = package.pk) -> None:
        with passing(Package, pk, move, actor=actor, facts=lambda _: FACTS):
            pytest.fail("the door stood open")

    for move, actor, code in (
        ("dispose", people.actor(Role.VENDOR), "wrong_role"),
        ("revise", people.actor(Role.PPK), "wrong_state"),
        ("fly", pa, "unknown_move"),
    ):
        with pytest.raises(Refused) as refused:
            walk(move, actor)
        assert refused.value.code == code
    with pytest.raises(Package.DoesNotExist):
        walk("dispose", pa, 0)
    stands_untouched(package)


def test_whatever_goes_wrong_inside_takes_everything_back(package, pa) -> None:
    woken: list[str] = []
    with (
        pytest.raises(ZeroDivisionError),
        passing(Package, package.pk, "dispose", actor=pa, facts=lambda _: FACTS) as passage,
    ):
        passage.record("package.close", passage.thing, {"kd_rup": "1", "reason": "x"})
        passage.after_commit(lambda: woken.append("woken"))
        package.lines.update(available=0, reserved=25_000_000)
        _ = 1 / 0
    stands_untouched(package)
    assert package.lines.get().available == 25_000_000
    assert woken == []


def test_an_entry_without_its_facts_is_a_programming_error_and_moves_nothing(package, pa) -> None:
    ppk = people.appointment(Role.PPK, package.organisation)
    with (
        pytest.raises(MissingFact),
        passing(Package, package.pk, "dispose", actor=pa, facts=lambda _: FACTS) as passage,
    ):
        passage.thing.ppk, passage.thing.ppk_user = ppk, ppk.user
    stands_untouched(package)


def test_further_entries_share_the_deed(package, pa) -> None:
    with doing(actor=pa) as deed:
        deed.record("package.close", package, {"kd_rup": "1", "reason": "a"})
        deed.record("package.close", package, {"kd_rup": "1", "reason": "b"})
    entries = Entry.objects.order_by("event_no")
    assert [entry.event_no for entry in entries] == [1, 2]
    assert {entry.deed for entry in entries} == {deed.uuid}
    assert {entry.at for entry in entries} == {deed.at}


def test_wake_ups_come_after_the_commit(package, pa, django_capture_on_commit_callbacks) -> None:
    woken: list[str] = []
    with django_capture_on_commit_callbacks(execute=True), doing(actor=pa) as deed:
        deed.after_commit(lambda: woken.append("woken"))
        assert woken == []
    assert woken == ["woken"]


@pytest.mark.django_db(transaction=True)
def test_the_door_is_not_entered_from_within_a_transaction() -> None:
    package = plans.package()
    pa = people.actor(Role.PA, package.organisation)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        dispose(package, pa)
    stands_untouched(package)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_hands_on_one_door_one_passes() -> None:
    package = plans.package()
    actors = [people.actor(role, package.organisation) for role in (Role.PA, Role.KPA)]
    start = Barrier(2)

    def walk(actor: Actor) -> str:
        try:
            connection.ensure_connection()
            start.wait(30)
            dispose(package, actor)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "passed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(walk, actors)) == ["passed", "wrong_state"]
    package.refresh_from_db()
    assert package.revision == 1
    assert Entry.objects.filter(act="package.dispose").count() == 1


def test_a_beginning_makes_a_thing_in_its_first_state_or_nothing(package, pa) -> None:
    with beginning(Package, act="package.announce", actor=pa) as passage:
        passage.thing = plans.package(at=package.organisation)
        passage.facts.update(kd_rup=passage.thing.kd_rup, pagu_rupiah=1, lines=[], sha256="0")
    assert Entry.objects.get().facts["state"] == "PLANNED"
    count = Package.objects.count()
    with (
        pytest.raises(AssertionError, match="first state"),
        beginning(Package, act="package.announce", actor=pa) as passage,
    ):
        passage.thing = plans.prepared(at=package.organisation)
    assert Package.objects.count() == count


def test_deadlines_follow_the_regions_own_rule(package) -> None:
    assert deadline_of(package, "PLANNED", FRIDAY) is None
    due = deadline_of(package, "ASSIGNED", FRIDAY)
    assert due is not None
    assert clock.day_of(due).isoformat() == "2026-10-14"


def test_a_page_offers_what_the_door_allows(package, pa) -> None:
    assert [move.name for move in legal_moves(pa, package)] == ["dispose", "close"]
    assert legal_moves(people.actor(Role.AUDITOR), package) == []
