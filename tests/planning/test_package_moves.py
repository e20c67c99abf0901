"""Disposition, preparation and closing of a package: by whom, under which guards, and what the log then holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.planning import actions, budget, queries
from procurement.planning.models import Package
from tests import people
from tests.planning import plans

pytestmark = pytest.mark.django_db


class Unit:
    """One agency unit with its officers and a package to work on."""

    def __init__(self, **package) -> None:
        self.unit = people.organisation()
        self.pa = people.actor(Role.PA, self.unit)
        self.ppk = people.appointment(Role.PPK, self.unit)
        self.pp = people.appointment(Role.PP, self.unit)
        self.package = plans.package(at=self.unit, **package)

    def dispose(self, **changes):
        return actions.dispose(
            **{"actor": self.pa, "package_id": self.package.pk, "ppk_id": self.ppk.pk, **changes}
        )

    def prepare(self, **changes):
        arguments = {
            "actor": Actor.of(self.ppk),
            "package_id": self.package.pk,
            "pp_id": self.pp.pk,
            "kak": "Kertas 200 rim",
            "hps_total": 9_000_000,
            "hps_basis": "Harga tayang tiga penyedia",
        }
        return actions.prepare(**{**arguments, **changes})

    def refuses(self, call, code: str) -> None:
        before, entries = Package.objects.values().get(pk=self.package.pk), Entry.objects.count()
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == code
        assert Package.objects.values().get(pk=self.package.pk) == before
        assert Entry.objects.count() == entries


@pytest.fixture
def unit() -> Unit:
    return Unit()


def test_the_handbooks_package_goes_from_pa_to_ppk_to_pp(unit: Unit) -> None:
    with clock.frozen(datetime(2026, 10, 5, 3, tzinfo=UTC)):
        package = unit.dispose()
    assert (package.state, package.ppk, package.ppk_user) == ("ASSIGNED", unit.ppk, unit.ppk.user)
    assert package.due_at == datetime(2026, 10, 8, 23, 59, 59, tzinfo=clock.JAKARTA)
    package = unit.prepare()
    assert (package.state, package.pp, package.hps_total) == ("PREPARED", unit.pp, 9_000_000)
    assert package.due_at is None
    assert len(package.kak_sha256) == 64
    entries = Entry.objects.filter(aggregate_type="package").order_by("event_no")
    assert [entry.act for entry in entries] == ["package.dispose", "package.prepare"]
    assert entries[1].facts["hps_rupiah"] == 9_000_000
    assert entries[0].region_id == unit.unit.region_id


@pytest.mark.parametrize(
    ("package", "code"),
    [
        ({"announced": False}, "not_announced"),
        ({"active": False}, "not_announced"),
        ({"pagu": 0}, "no_budget"),
    ],
)
def test_nothing_is_disposed_before_its_announcement_or_without_budget(package, code: str) -> None:
    unit = Unit(**package)
    unit.refuses(unit.dispose, code)


def test_only_ppks_in_force_of_the_same_unit_take_a_package(unit: Unit) -> None:
    for other in (people.appointment(Role.PPK), people.appointment(Role.PP, unit.unit)):
        unit.refuses(lambda other=other: unit.dispose(ppk_id=other.pk), "no_such_officer")
    type(unit.ppk).objects.filter(pk=unit.ppk.pk).update(valid_to=date(2025, 6, 1))
    unit.refuses(unit.dispose, "no_such_officer")


@pytest.mark.parametrize("role", [Role.PPK, Role.PP, Role.PPTK, Role.TREASURER, Role.AUDITOR])
def test_nobody_but_pa_and_kpa_disposes(unit: Unit, role: Role) -> None:
    at = unit.unit if role != Role.AUDITOR else people.organisation("AUDITOR_BODY")
    unit.refuses(lambda: unit.dispose(actor=people.actor(role, at)), "wrong_role")


def test_the_pa_of_another_unit_or_region_does_not_even_see_it(unit: Unit) -> None:
    elsewhere = people.organisation(in_region=people.region("D107", "Provinsi Contoh"))
    for stranger in (people.actor(Role.PA), people.actor(Role.PA, elsewhere)):
        with pytest.raises(Package.DoesNotExist):
            unit.dispose(actor=stranger)
    assert not Entry.objects.exists()


def test_a_page_that_is_out_of_date_moves_nothing(unit: Unit) -> None:
    unit.dispose(revision=0)
    unit.refuses(lambda: unit.dispose(revision=0), "stale")
    unit.refuses(unit.dispose, "wrong_state")


def test_hps_must_lie_within_the_pagu(unit: Unit) -> None:
    unit.dispose()
    for hps in (0, -1, 25_000_001):
        unit.refuses(lambda hps=hps: unit.prepare(hps_total=hps), "hps_out_of_pagu")
    small = Unit(pagu=9_000_000)
    small.dispose()
    assert small.prepare(hps_total=9_000_000).hps_total == 9_000_000


def test_ppk_and_pp_of_one_package_are_two_persons(unit: Unit) -> None:
    both = people.appointment(Role.PP, unit.unit, person=unit.ppk.user)
    unit.dispose()
    unit.refuses(lambda: unit.prepare(pp_id=both.pk), "ppk_is_pp")


def test_only_the_ppk_who_holds_the_package_prepares_it(unit: Unit) -> None:
    unit.dispose()
    other = people.actor(Role.PPK, unit.unit)
    unit.refuses(lambda: unit.prepare(actor=other), "other_ppk")
    unit.refuses(lambda: unit.prepare(kak=" "), "kak_missing")


def test_another_ppk_starts_afresh(unit: Unit) -> None:
    unit.dispose()
    unit.prepare()
    other = people.appointment(Role.PPK, unit.unit)
    package = actions.reassign(
        actor=unit.pa, package_id=unit.package.pk, ppk_id=other.pk, reason="PPK lama pindah tugas"
    )
    assert (package.state, package.ppk, package.pp, package.hps_total) == ("ASSIGNED", other, None, None)
    unit.refuses(
        lambda: actions.reassign(actor=unit.pa, package_id=unit.package.pk, ppk_id=other.pk, reason="x"),
        "same_ppk",
    )


def test_money_under_way_keeps_a_package_open(unit: Unit) -> None:
    unit.dispose()
    unit.prepare()
    line = unit.package.lines.get()
    with doing(actor=Actor.of(unit.pp)) as deed:
        budget.reserve(deed, line.pk, 1_000_000, reference="EO-1")
    arguments: dict[str, Any] = {"package_id": unit.package.pk, "reason": "Tidak jadi"}
    unit.refuses(lambda: actions.close(actor=unit.pa, **arguments), "orders_under_way")
    unit.refuses(lambda: actions.revise(actor=Actor.of(unit.ppk), **arguments), "orders_under_way")
    with doing(actor=Actor.of(unit.pp)) as deed:
        budget.release(deed, line.pk, 1_000_000, reference="EO-1")
    unit.refuses(
        lambda: actions.close(actor=unit.pa, package_id=unit.package.pk, reason=" "), "reason_missing"
    )
    assert actions.revise(actor=Actor.of(unit.ppk), **arguments).state == "ASSIGNED"
    assert actions.close(actor=unit.pa, **arguments).state == "CLOSED"


def test_the_desk_leads_to_the_packages(unit: Unit) -> None:
    assert [link.url for link in queries.desk_links(unit.pa)] == ["/paket/"]
    assert queries.desk_links(people.actor(Role.VENDOR)) == []


def test_what_waits_on_whose_desk(unit: Unit) -> None:
    def desk(who) -> list[str]:
        actor = who if isinstance(who, Actor) else Actor.of(who)
        return [item.state for item in queries.waiting_for(actor)]

    assert (desk(unit.pa), desk(unit.ppk), desk(unit.pp)) == (["PLANNED"], [], [])
    unit.dispose()
    assert (desk(unit.pa), desk(unit.ppk), desk(unit.pp)) == ([], ["ASSIGNED"], [])
    unit.prepare()
    assert (desk(unit.pa), desk(unit.ppk), desk(unit.pp)) == ([], [], ["PREPARED"])
    assert [package.pk for package in queries.packages_to_buy_for(Actor.of(unit.pp))] == [unit.package.pk]
    assert desk(people.actor(Role.PP, unit.unit)) == []


# -- what the database refuses by itself --


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "LOST"}, "package_state"),
        ({"state": "ASSIGNED"}, "package_assigned_has_ppk"),
        ({"state": "PREPARED"}, "package_prepared_is_complete"),
        ({"hps_total": 25_000_001}, "package_hps_within_pagu"),
        ({"hps_total": 0}, "package_hps_within_pagu"),
        ({"pagu": -1}, "package_pagu_not_negative"),
        ({"kd_rup": "12x"}, "package_kd_rup_shape"),
    ],
)
def test_the_database_refuses(unit: Unit, change, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Package.objects.filter(pk=unit.package.pk).update(**change)


def test_the_database_keeps_ppk_and_pp_apart(unit: Unit) -> None:
    with pytest.raises(IntegrityError, match="package_ppk_is_not_pp"), transaction.atomic():
        Package.objects.filter(pk=unit.package.pk).update(ppk_user=unit.ppk.user, pp_user=unit.ppk.user)


def test_the_database_knows_a_package_once_a_year(unit: Unit) -> None:
    with pytest.raises(IntegrityError, match="package_once_a_year"), transaction.atomic():
        plans.package(at=unit.unit, kd_rup=unit.package.kd_rup)
    plans.package(at=unit.unit, kd_rup=unit.package.kd_rup, year=2027)
