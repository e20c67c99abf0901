"""Samples by properties: every rupiah counts alike, strata add up, a seed gives the same sample for ever."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from procurement.oversight import actions, sampling
from procurement.oversight.models import Sample, SampleItem
from procurement.oversight.queries.orders import OrderFilters
from procurement.oversight.queries.samples import packed, rerun, unpacked
from procurement.oversight.sampling import CannotDraw, Unit
from procurement.purchasing.models import Purchase
from tests import people
from tests.oversight.audits import WHY, Audit
from tests.settlement.orders import accepted

amounts = st.lists(st.integers(1, 400), min_size=1, max_size=12)
populations = st.lists(st.integers(1, 90_000_000), min_size=1, max_size=60).map(
    lambda told: [Unit(f"EO-2026-{n:06d}", amount, f"U{n % 4}") for n, amount in enumerate(told)]
)
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine may be busy; what holds, holds slowly, too."""
seeds = st.text("0123456789abcdef", min_size=4, max_size=32)


def units_of(told: list[int]) -> list[Unit]:
    return [Unit(f"k{n}", amount) for n, amount in enumerate(told)]


@CALM
@given(amounts, st.integers(1, 500))
def test_mus_draws_each_unit_with_probability_amount_over_interval_exactly(
    told: list[int], interval: int
) -> None:
    """All starts are tried: each unit below the interval is hit by exactly as many of them as it has rupiah."""
    units = units_of(told)
    hits = Counter(unit.key for start in range(interval) for unit in sampling.hit_by(units, start, interval))
    for unit in units:
        assert hits[unit.key] == (unit.amount if unit.amount < interval else 0)


@CALM
@given(populations, seeds, st.integers(1, 30))
def test_mus_covers_the_whole_and_never_draws_more_than_asked(
    units: list[Unit], seed: str, size: int
) -> None:
    drawn = sampling.monetary_unit(units, seed=seed, size=size)
    assert drawn.interval is not None and drawn.start is not None and 0 <= drawn.start < drawn.interval
    large = {unit.key for unit in units if unit.amount >= drawn.interval}
    assert {pick.unit.key for pick in drawn.picks if pick.certain} == large
    assert len(set(drawn.keys)) == len(drawn.keys) <= size
    # every interval of the rest is hit: what lies between two hits is shorter than two intervals
    rest = sum(unit.amount for unit in units if unit.amount < drawn.interval)
    assert len(drawn.picks) - len(large) == max(0, -(-(rest - drawn.start) // drawn.interval))


@CALM
@given(populations, seeds, st.integers(1, 80))
def test_a_random_sample_has_its_size_and_stays_when_others_join(
    units: list[Unit], seed: str, size: int
) -> None:
    drawn = sampling.simple_random(units, seed=seed, size=size)
    assert len(set(drawn.keys)) == min(size, len(units))
    joined = sampling.simple_random([*units, Unit("EO-2027-1", 1)], seed=seed, size=size)
    assert len(set(drawn.keys) - set(joined.keys)) <= 1
    assert sampling.simple_random(units[::-1], seed=seed, size=size).keys == drawn.keys


@CALM
@given(populations, seeds, st.integers(1, 80), st.booleans())
def test_strata_add_up(units: list[Unit], seed: str, size: int, by_amount: bool) -> None:
    chosen = sampling.by_band([10_000_000, 50_000_000]) if by_amount else sampling.by_group
    drawn = sampling.stratified(units, seed=seed, size=size, stratum_of=chosen)
    assert sum(each.count for each in drawn.strata) == len(units)
    assert sum(each.amount for each in drawn.strata) == sum(unit.amount for unit in units)
    assert sum(each.drawn for each in drawn.strata) == len(drawn.picks) == min(size, len(units))
    assert all(0 <= each.drawn <= each.count for each in drawn.strata)
    if size >= len(drawn.strata):
        assert all(each.drawn for each in drawn.strata)
    assert all(chosen(pick.unit) == pick.stratum for pick in drawn.picks)


@CALM
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 200))
def test_shares_are_near_what_is_due(counts: list[int], size: int) -> None:
    """Never more than there are, and one of each as far as the whole reaches."""
    shares = sampling.allocate(size, counts)
    whole = min(size, sum(counts))
    assert sum(shares) == whole
    for share, count in zip(shares, counts, strict=True):
        assert 0 <= share <= count
    assert sum(share > 0 for share in shares) == min(whole, len(counts))


def test_a_seed_can_be_followed_by_hand() -> None:
    """What the module promises: SHA-256 over seed, line feed, key, as any program computes it."""
    units = units_of([5, 6, 7, 8])
    by_hand = sorted(units, key=lambda unit: sha256(f"abcd\n{unit.key}".encode()).hexdigest())
    assert sampling.simple_random(units, seed="abcd", size=2).keys == [unit.key for unit in by_hand[:2]]
    start = int(sha256(b"abcd\nstart\n0").hexdigest(), 16) % 9
    assert sampling.start_of("abcd", 9) == start
    lines = b"k0\t5\t\nk1\t6\t\nk2\t7\t\nk3\t8\t\n"
    assert sampling.population_hash(units) == sha256(lines).hexdigest()


def test_random_seeds_draw_all_alike() -> None:
    """Ten units, three drawn, 4,000 seeds: each is drawn about 1,200 times (six standard deviations)."""
    units = units_of([1] * 10)
    drawn = Counter(
        key for n in range(4_000) for key in sampling.simple_random(units, seed=f"s{n}", size=3).keys
    )
    assert all(1_026 < drawn[unit.key] < 1_374 for unit in units), drawn


@pytest.mark.parametrize(
    ("method", "params"),
    [("RANDOM", {}), ("RANDOM", {"size": 0}), ("MUS", {"interval": -1}), ("MUS", {}), ("LUCK", {"size": 1})],
)
def test_what_cannot_be_drawn_is_said(method: str, params: dict[str, Any]) -> None:
    with pytest.raises(CannotDraw):
        sampling.draw(units_of([5]), method=method, seed="abcd", params=params)
    with pytest.raises(CannotDraw):
        sampling.draw([], method="RANDOM", seed="abcd", params={"size": 1})


@CALM
@given(populations)
def test_a_population_is_kept_and_read_again(units: list[Unit]) -> None:
    assert unpacked(packed(units)) == units


@CALM
@given(
    st.builds(
        OrderFilters, units=st.just((3, 4)), least=st.integers(0, 9), flag=st.sampled_from(["", "ID08"])
    )
)
def test_filters_are_kept_and_read_again(filters: OrderFilters) -> None:
    assert OrderFilters.from_told(filters.told()) == filters


# ── in the house ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def orders(audit: Audit, count: int) -> list[Purchase]:
    return [accepted([("BARANG", 10 + n, 50_000)], at=audit.unit).purchase for n in range(count)]


def drawn(audit: Audit, **told: Any) -> Sample:
    given: dict[str, Any] = {
        "purpose": "Uji petik belanja alat tulis",
        "filters": OrderFilters(units=(audit.unit.pk,)),
        "method": "RANDOM",
        "params": {"size": 3},
    }
    return actions.draw_sample(actor=audit["LEADER"], **{**given, **told})


@pytest.mark.django_db(transaction=True)
def test_a_draw_stands_in_the_log_with_all_that_repeats_it(audit: Audit) -> None:
    made = orders(audit, 5)
    sample = drawn(audit)
    facts = Entry.objects.get(act="sample.draw").facts
    assert facts["seed"] == sample.seed and len(sample.seed) == 32 and facts["seed_given"] is False
    assert facts["algorithm"] == "e-order-sampling/1" and facts["population"] == 5
    kept = [Unit(each.number, each.total, audit.unit.code) for each in made]
    assert facts["population_sha256"] == sampling.population_hash(kept)
    again = sampling.simple_random(kept, seed=facts["seed"], size=3).keys
    assert again == [each.purchase.number for each in sample.items.select_related("purchase")]
    assert facts["drawn_sha256"] == sha256("\n".join(again).encode()).hexdigest()
    # the same seed given by hand draws the same
    repeated = drawn(audit, seed=sample.seed)
    assert [each.purchase_id for each in repeated.items.all()] == [
        each.purchase_id for each in sample.items.all()
    ]


@pytest.mark.django_db(transaction=True)
def test_drawing_again_gives_the_same_or_says_what_changed(audit: Audit) -> None:
    made = orders(audit, 4)
    sample = drawn(audit, filters=OrderFilters(states=("ACCEPTED",), most=10**9))
    told = rerun(audit["LEADER"], sample)
    assert told.frame_intact and told.same_sample and told.same_population
    late = accepted(at=audit.unit).purchase
    Purchase.objects.filter(pk=made[0].pk).update(state="CLOSED")
    told = rerun(audit["LEADER"], sample)
    assert told.frame_intact and told.same_sample and not told.same_population
    said = {each.number: each.what for each in told.differences}
    assert "statusnya kini" in said[made[0].number] and "baru memenuhi" in said[late.number]


@pytest.mark.django_db(transaction=True)
def test_what_was_drawn_is_never_drawn_otherwise(audit: Audit) -> None:
    orders(audit, 3)
    sample = drawn(audit)
    for statement in (
        "UPDATE oversight_sample SET seed = 'lain'",
        "DELETE FROM oversight_sampleitem",
        "UPDATE oversight_sampleitem SET position = position + 10",
        "DELETE FROM oversight_sample",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    case = audit.case()
    actions.attach_sample(actor=audit["LEADER"], sample_id=sample.pk, case_id=case.pk)
    other = audit.case()
    with pytest.raises(Refused, match="sudah ada dalam berkas"):
        actions.attach_sample(actor=audit["LEADER"], sample_id=sample.pk, case_id=other.pk)


@pytest.mark.django_db(transaction=True)
def test_examining_needs_the_team_and_no_own_hand_in_the_order(audit: Audit) -> None:
    (first, *_rest) = orders(audit, 1)
    case = audit.case()
    sample = drawn(audit, case_id=case.pk, params={"size": 1})
    item = sample.items.get()
    with pytest.raises(Refused, match="tim pemeriksaan"):
        actions.examine(actor=audit["SECOND"], item_id=item.pk, result="FITTING")
    with pytest.raises(Refused, match="paling sedikit"):
        actions.examine(actor=audit["LEADER"], item_id=item.pk, result="FINDING")
    with pytest.raises(SampleItem.DoesNotExist):
        actions.examine(actor=people.actor(Role.AUDITOR), item_id=item.pk, result="FITTING")
    Purchase.objects.filter(pk=first.pk).update(approver_user=audit["LEADER"].user_id)
    before = Entry.objects.count()
    with pytest.raises(Refused, match="Anda sendiri pernah bertindak"):
        actions.examine(actor=audit["LEADER"], item_id=item.pk, result="FITTING")
    assert Entry.objects.count() == before
    item.refresh_from_db()
    assert item.result == ""
    Purchase.objects.filter(pk=first.pk).update(approver_user=None)
    actions.examine(actor=audit["LEADER"], item_id=item.pk, result="FINDING", note=WHY)
    assert Entry.objects.get(act="sample.examine").facts["result"] == "Ada temuan"


def shown_strata(client: Client, sample: Sample) -> set[str]:
    """What the page of a sample calls the strata of its orders."""
    page = client.get(sample.get_absolute_url()).content.decode().partition('id="terpilih"')[2]
    return set(re.findall(r'data-label="Strata">([^<]+)<', page))


@pytest.mark.django_db(transaction=True)
def test_a_sample_is_drawn_and_read_by_clicks(audit: Audit, assert_flat_in_rows: Any) -> None:
    orders(audit, 4)
    case = audit.case()
    leader = people.signed_in(audit.appointed("LEADER"))
    typed = {"purpose": "Uji petik belanja", "method": "STRATIFIED", "size": 3, "bands": "600.000 700.000"}
    page = leader.get(f"/pemeriksaan/sampel/baru/?berkas={case.pk}&status=ACCEPTED")
    assert page.status_code == 200 and f'value="{case.pk}" selected' in page.content.decode()
    answer = leader.post("/pemeriksaan/sampel/baru/", {**typed, "unit": audit.unit.pk, "case_id": case.pk})
    assert answer.status_code == 302, answer.content.decode()
    sample = Sample.objects.get()
    where = sample.get_absolute_url()
    assert answer.headers["Location"] == where
    shown = leader.get(f"{where}?ulang=1").content.decode()
    assert sample.seed in shown and shown.count("SAMA") == 3 and "BEDA" not in shown
    assert leader.get(f"{where}lembar/").status_code == 200
    rows = leader.get(f"{where}sampel.csv").content.decode().splitlines()
    assert len(rows) == 4 and rows[1].startswith("1;EO-2026-")
    item = sample.items.first()
    assert item is not None
    done = leader.post(f"/pemeriksaan/sampel/butir/{item.pk}/", {"result": "FINDING", "note": WHY})
    assert done.status_code == 302
    assert "Tulis temuan" in leader.get(where).content.decode()
    other = people.signed_in(people.appointment(Role.AUDITOR))
    assert {other.get(each).status_code for each in (where, f"{where}lembar/", f"{where}sampel.csv")} == {404}
    bands = {"di bawah Rp600.000", "Rp600.000 sampai di bawah Rp700.000", "Rp700.000 ke atas"}
    assert shown_strata(leader, sample) and shown_strata(leader, sample) <= bands
    assert "600000" not in shown.partition("<main")[2]
    by_unit = drawn(audit, method="STRATIFIED", params={"size": 2})
    assert shown_strata(leader, by_unit) == {audit.unit.name}
    assert "Strata" not in leader.get(drawn(audit).get_absolute_url()).content.decode()
    wrong = leader.post("/pemeriksaan/sampel/baru/", {**typed, "seed": "a b"}).content.decode()
    assert "Benih terdiri dari 4 sampai 64" in wrong.partition('name="bands"')[2], "at its field"
    empty = leader.post("/pemeriksaan/sampel/baru/", {**typed, "nilai_dari": "900.000.000.000"})
    assert empty.status_code == 409 and "Tidak ada pesanan" in empty.content.decode()
    assert_flat_in_rows(lambda: leader.get("/pemeriksaan/sampel/"), lambda: [drawn(audit) for _n in range(3)])
