"""Scores come from the log alone, say how many orders stand behind them, and can be answered and contested."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.events import reading
from tests import people
from tests.purchasing import factories
from tests.vendors import stalls
from vendors import exposure
from vendors.actions import scores
from vendors.exposure import Inputs
from vendors.models import Observation, ObservationReply
from vendors.queries.exposure import known_of_vendors, newcomers
from vendors.queries.scores import scorecards
from vendors.scoring import MEASURES, UNIT, VENDOR, Happened, averaged, observed

START = datetime(2026, 3, 2, 3, tzinfo=UTC)
WEIGHTS = {"quality": 15, "price": 5, "proximity": 5, "capacity": 5, "newcomer": 10, "share": 10}


def days(start: date, end: date) -> int:
    return (end - start).days


def history(*steps: tuple[str, int], **facts: dict[str, object]) -> list[Happened]:
    """An order's entries: (act, day after the start)."""
    told: dict[str, dict[str, object]] = {
        "submit": {"vendor_id": 7, "needed_by": "2026-03-12"},
        "receive": {"good": 9, "damaged": 1, "short": 0},
    }
    told["close"] = {"rating": 4}
    told |= facts
    return [
        Happened(f"purchase.{act}", START + timedelta(days=day, minutes=number), 3, told.get(act, {}))
        for number, (act, day) in enumerate(steps)
    ]


WHOLE = (
    ("submit", 0), ("approve", 1), ("confirm", 2), ("ship", 8), ("receive", 9), ("inspect", 10), ("sign_bast", 11),
    ("accept", 12), ("invoice", 13), ("pay", 15), ("close", 20),
)  # fmt: skip


def values(entries: list[Happened]) -> dict[str, int]:
    found = observed(entries, working_days=days, pay_within=3, day_of=lambda moment: moment.date())
    return {each.measure: each.value for each in found}


def test_a_whole_order_is_observed_on_both_sides():
    told = values(history(*WHOLE))

    assert set(told) == set(MEASURES)
    assert told == {
        "answer": 100, "on_time": 100, "quantity": 90, "trouble": 100, "rating": 75,
        "approval": 100, "acceptance": 100, "payment": 100, "word": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("submit", 0), ("approve", 5)], {"approval": 0}),
        ([("submit", 0), ("approve", 1), ("lapse", 4)], {"approval": 100, "answer": 0}),
        ([("submit", 0), ("approve", 1), ("confirm", 4)], {"approval": 100, "answer": 50}),
        ([("submit", 0), ("refuse", 3)], {"approval": 50}),
        ([("submit", 0), ("lapse", 3)], {}),
        ([("approve", 1)], {}),
    ],
)
def test_what_is_not_finished_is_observed_as_far_as_it_went(steps, told):
    assert values(history(*steps)) == told


@given(st.permutations(history(*WHOLE)))
def test_the_order_in_which_entries_are_given_changes_nothing(entries):
    assert values(list(entries)) == values(history(*WHOLE))


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_later_answer_never_raises_the_score(one, other):
    def answer(day: int) -> int:
        return values(history(("submit", 0), ("approve", 1), ("confirm", 1 + day)))["answer"]

    early, late = sorted((one, other))
    assert answer(early) >= answer(late)
    assert 0 <= answer(late) <= 100


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 2_000)), min_size=1, max_size=30))
def test_an_average_lies_between_its_values_and_old_ones_weigh_less(rows):
    average = averaged(rows, half_life_days=180)
    assert average is not None
    assert min(value for value, _age in rows) - 1e-6 <= average <= max(value for value, _age in rows) + 1e-6
    assert averaged([(100, 0), (0, 360)], half_life_days=180) == pytest.approx(80)


# -- out of the real log -------------------------------------------------------------------------------------------


def read() -> None:
    sequencer.integrate(wait=True)
    reading.read_all()


@pytest.mark.django_db(transaction=True)
def test_the_reader_and_the_rebuilding_say_the_same():
    stories = [factories.story(state) for state in ("ACCEPTED", "ORDERED", "DELIVERED")]
    read()
    read()
    incremental = list(
        Observation.objects.order_by("purchase_id", "measure").values_list("purchase_id", "measure", "value")
    )
    assert {pk for pk, _measure, _value in incremental} == {told.purchase.pk for told in stories}

    Observation.objects.all().delete()
    call_command("rebuild_scores")
    again = list(
        Observation.objects.order_by("purchase_id", "measure").values_list("purchase_id", "measure", "value")
    )
    assert again == incremental
    for told in random.Random(3).sample(stories, 3):
        scores.observe(str(told.purchase.pk))
    assert Observation.objects.count() == len(incremental)


@pytest.mark.django_db(transaction=True)
def test_below_the_smallest_sample_no_number_is_told_and_the_page_says_how_many_lack(assert_flat_in_rows):
    office, item = factories.office(), factories.paper()
    factories.story("ACCEPTED", at=office, wanted=[(item, 5)])
    read()
    card = scorecards(VENDOR, [item.vendor_id])[item.vendor_id]
    assert {score.points for score in card.scores} == {None}
    page = Client().get(item.vendor.get_absolute_url()).content.decode()
    assert "belum cukup data (1 dari 5 pesanan)" in page

    for _number in range(4):
        factories.story("ACCEPTED", at=office, wanted=[(item, 5)])
    read()
    card = scorecards(VENDOR, [item.vendor_id])[item.vendor_id]
    told = {score.measure: (score.points, score.sample) for score in card.scores}
    assert told["answer"] == (100, 5)
    assert card.overall is not None
    unit = office.package.organisation_id
    assert "dari 5 pesanan" in Client().get(f"/instansi/{unit}/").content.decode()
    visitor = Client()
    assert_flat_in_rows(
        lambda: visitor.get("/instansi/"), lambda: [people.organisation() for _number in range(20)]
    )


@pytest.mark.django_db(transaction=True)
def test_the_observed_reply_once_in_public_and_contest():
    story = factories.story("ACCEPTED")
    read()
    owner = stalls.owner_of(story.purchase.vendor)
    browser = people.signed_in(story.purchase.vendor_organisation.appointments.get(role=Role.VENDOR))
    seen = Observation.objects.filter(side=VENDOR, measure="answer").get()
    assert "Menjawab pesanan" in browser.get("/skor-saya/").content.decode()

    said = {"text": "Kami sedang mengganti pemasok pada minggu itu."}
    assert browser.post(f"/skor-saya/{seen.pk}/tanggapi/", said).status_code == 302
    assert said["text"] in Client().get(story.purchase.vendor.get_absolute_url()).content.decode()
    before = Entry.objects.count()
    assert browser.post(f"/skor-saya/{seen.pk}/tanggapi/", said).status_code == 409
    for personal in (
        "Hubungi saya di 0812-3456-7890 ya",
        "NIK saya 3171065208850001 asli",
        "surel sari@contoh.id saja",
    ):
        with pytest.raises(Refused) as refusal:
            scores.contest(actor=owner, observation_id=seen.pk, reason=personal)
        assert refusal.value.code == "personal"
    assert (Entry.objects.count(), ObservationReply.objects.count()) == (before, 1)

    assert (
        browser.post(
            f"/skor-saya/{seen.pk}/bantah/", {"text": "Surel pemberitahuan tidak sampai."}
        ).status_code
        == 302
    )
    operator = people.signed_in(people.appointment(Role.OPERATOR))
    assert "Surel pemberitahuan tidak sampai." in operator.get("/kelola/skor/").content.decode()
    decision = {"uphold": "ya", "reason": "Peladen surel memang mati hari itu."}
    assert operator.post(f"/kelola/skor/{seen.pk}/", decision).status_code == 302
    seen.refresh_from_db()
    assert seen.excluded_at
    assert scorecards(VENDOR, [seen.subject_id])[seen.subject_id].scores[0].sample == 0
    read()
    seen.refresh_from_db()
    assert seen.excluded_at  # what was decided stays, however often the log is read
    before = Entry.objects.count()
    assert operator.post(f"/kelola/skor/{seen.pk}/", decision).status_code == 409
    assert Entry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_others_neither_see_nor_answer_observations():
    factories.story("ACCEPTED")
    read()
    vendors, units = (Observation.objects.filter(side=side).first() for side in (VENDOR, UNIT))
    assert vendors
    assert units
    stranger = people.signed_in(stalls.vendor("Toko Lain").organisation.appointments.get())
    officer = people.signed_in(people.appointment(Role.PPK))
    said = {"text": "Ini bukan pengamatan atas kami."}

    for browser in (stranger, officer):
        for seen in (vendors, units):
            assert browser.post(f"/skor-saya/{seen.pk}/tanggapi/", said).status_code == 404
    assert not ObservationReply.objects.exists()


@pytest.mark.django_db
def test_the_formula_pages_are_public_and_work_their_example_out():
    page = Client().get("/skor/").content.decode()
    assert "Hasil contoh" in page
    assert "180 hari" in page
    assert "pesanan pertama" in Client().get("/peringkat/").content.decode()


# -- fair exposure -------------------------------------------------------------------------------------------------


def test_how_well_a_listing_fits_always_decides_most():
    worst = Inputs(quality=0, price_band="HIGH", proximity=0, capacity=0, share_of_even=1000)
    best = Inputs(quality=100, price_band="LOW", proximity=3, capacity=10, newcomer=True)

    assert exposure.points(1.0, worst, WEIGHTS) == 50
    assert exposure.points(0.0, best, WEIGHTS) == 50
    assert exposure.points(1.0, best, WEIGHTS) == 100
    with pytest.raises(ValueError, match="outweighs"):
        exposure.points(1.0, best, {"quality": 51})


@given(st.integers(0, 100), st.integers(0, 1_000), st.booleans(), st.floats(0, 1))
def test_points_are_bounded_and_a_larger_share_never_helps(quality, share, newcomer, fit):
    def told(of_even: int) -> float:
        return exposure.points(
            fit, Inputs(quality, "MIDDLE", newcomer=newcomer, share_of_even=of_even), WEIGHTS
        )

    assert 0 <= told(share) <= 100
    assert told(share) >= told(min(share + 1, 1_000))


@given(
    st.builds(
        Inputs,
        st.one_of(st.none(), st.integers(0, 100)),
        st.sampled_from([None, *exposure.BANDS]),
        st.one_of(st.none(), st.integers(0, 5)),
        st.one_of(st.none(), st.integers(0, 30)),
        st.booleans(),
        st.integers(0, 1_000),
        st.integers(0, 4),
    ),
    st.sampled_from([WEIGHTS, {**WEIGHTS, "quality": 10, "domestic": 5}, {"share": 7, "domestic": 3}]),
)
def test_whole_points_of_the_parts_are_the_exact_ones_but_for_rounding(inputs, weights):
    told = exposure.parts(inputs, weights)

    assert set(told) == set(exposure.PARTS)
    assert all(0 <= told[part] <= weights.get(part, 0) for part in told)
    assert abs(sum(told.values()) - exposure.points(0, inputs, weights)) <= len(weights) / 2


def test_the_exact_formula_is_worked_out_by_hand_once():
    inputs = Inputs(quality=90, price_band="MIDDLE", proximity=2, capacity=4, share_of_even=200, domestic=3)
    weights = {**WEIGHTS, "quality": 10, "domestic": 5}

    assert exposure.parts(inputs, weights) == {
        "quality": 9, "price": 3, "proximity": 3, "capacity": 2, "newcomer": 0, "share": 3, "domestic": 4,
    }  # fmt: skip


def test_a_turn_is_worked_out_again_by_anybody_and_everybody_is_first_some_day():
    days_of_a_season = [date(2026, 1, 1) + timedelta(days=n) for n in range(120)]

    assert {
        min(range(10), key=lambda listing: exposure.turn("nasi kotak", day, listing))
        for day in days_of_a_season
    } == set(range(10))
    assert exposure.turn("nasi kotak", date(2026, 1, 1), 1) == pytest.approx(0.27915551730263033)


@pytest.mark.django_db(transaction=True)
def test_what_is_known_of_vendors_is_read_for_many_at_once(assert_max_queries):
    story = factories.story("ACCEPTED")
    read()
    new = stalls.listing(stalls.vendor("Dapur Baru"))
    old = story.purchase.vendor_id
    with assert_max_queries(5):
        told = known_of_vendors([new.vendor_id, old])

    assert (told[new.vendor_id].newcomer, told[old].newcomer) == (True, False)
    assert told[old].share_of_even == 200
    assert [vendor.pk for vendor in newcomers()] == [new.vendor_id]
    assert "Dapur Baru" in Client().get("/umkm/pesanan-pertama/").content.decode()
