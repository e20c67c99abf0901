"""Saved searches: one's own; new listings are told of once, once a day, and none that a person may not see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.http import QueryDict

from marketplace.accounts.actors import PUBLIC, Actor
from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events import jobs, reading
from marketplace.events.models import Notice
from marketplace.events.queries import notices_for
from search import actions, saved_watch
from search.actions.saved import MOST_SAVED
from search.models import ListingArrival, SavedSearch, SavedSearchNews
from search.question import Question
from tests import people
from tests.vendors import stalls
from vendors.actions import approve_listing
from vendors.actions.listings import delist_listing, revise_listing, submit_listing
from vendors.actions.sanctions import suspend_vendor
from vendors.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)
PAPER = "kertas hvs"


@pytest.fixture
def stall():
    return stalls.vendor()


@pytest.fixture
def buyer():
    return people.actor(Role.PP)


def paper(stall, title: str = "Kertas HVS A4", **said) -> Listing:
    return stalls.listing(stall, title, way="alat-tulis-kantor/kertas", kind="BARANG", unit="rim", **said)


def keep(actor: Actor, text: str = PAPER, *, name: str = "Kertas kantor", **said) -> SavedSearch:
    return actions.save_search(actor=actor, name=name, question=Question(text=text, **said))


def read_log() -> None:
    """What the runner does several times a second."""
    sequencer.integrate()
    reading.read_all()


def watch() -> int:
    """One minute of the runner: arrivals are read, searches looked at, notices written."""
    read_log()
    told = saved_watch.tick()
    read_log()
    return told


def news(saved: SavedSearch) -> list[list[int]]:
    return [each.listings for each in saved.news.order_by("day")]


def state() -> tuple[list[tuple[object, ...]], int]:
    """All that an act may change: the searches and how long the log is."""
    return list(SavedSearch.objects.order_by("pk").values_list()), Entry.objects.count()


def refused(code: str, act, **said) -> None:
    before = state()
    with pytest.raises(Refused) as refusal:
        act(**said)
    assert refusal.value.code == code
    assert refusal.value.fix
    assert state() == before


# -- telling --------------------------------------------------------------------------------------------


def test_a_new_listing_is_told_of_in_the_tray_and_by_mail_with_a_link_to_it(buyer, stall, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    paper(stall, "Kertas HVS lama")
    read_log()
    saved = keep(buyer)
    new = [paper(stall, "Kertas HVS A4 70 gram"), paper(stall, "Kertas HVS F4")]
    paper(stall, "Amplop coklat")

    assert watch() == 1

    notice = notices_for(buyer).get()
    assert notice.sentence == "2 produk baru cocok dengan pencarian tersimpan “Kertas kantor”."
    assert sorted(news(saved)[0]) == sorted(each.pk for each in new)
    page = people.signed_in(Appointment.objects.get(pk=buyer.appointment_id)).get(notice.url).content.decode()
    assert "Kertas HVS A4 70 gram" in page
    assert "Kertas HVS F4" in page
    assert "Kertas HVS lama" not in page
    jobs.run_due()
    assert [message.to for message in mail.outbox] == [[User.objects.get(pk=buyer.user_id).email]]


def test_a_search_is_told_once_a_day_and_of_no_listing_twice(buyer, stall):
    with clock.frozen(MONDAY) as move:
        saved = keep(buyer)
        first = paper(stall)
        assert watch() == 1
        second = paper(stall, "Kertas HVS F4")
        for hours in (1, 5, 10):
            move(MONDAY + timedelta(hours=hours))
            assert watch() == 0
        move(MONDAY + timedelta(hours=15))  # Tuesday in Jakarta
        assert watch() == 1
        move(MONDAY + timedelta(days=3))
        assert watch() == 0

    assert news(saved) == [[first.pk], [second.pk]]
    assert Notice.objects.count() == 2


def test_looking_twice_at_once_tells_once(buyer, stall):
    saved = keep(buyer)
    paper(stall)
    read_log()

    assert [actions.tell_news(saved_id=saved.pk), actions.tell_news(saved_id=saved.pk)] == [1, 0]
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearchNews.objects.create(saved=saved, day=clock.today(), at=clock.now(), number=1, listings=[1])


def test_what_a_killed_look_had_begun_is_told_of_by_the_next(buyer, stall, monkeypatch):
    keep(buyer)
    paper(stall)
    read_log()
    with monkeypatch.context() as broken:
        broken.setattr("search.actions.news._tell", lambda *_said: 1 / 0)
        assert saved_watch.tick() == 0
    assert not Entry.objects.filter(act="search.news").exists()
    assert saved_watch.tick() == 0  # put off, so that it does not stand before the others

    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert watch() == 1


def test_a_search_that_fails_does_not_stop_the_others(buyer, stall):
    broken, sound = keep(buyer, name="Satu"), keep(people.actor(Role.PP))
    SavedSearch.objects.filter(pk=broken.pk).update(appointment=None)
    paper(stall)
    read_log()
    SavedSearchNews.objects.all().delete()
    original = actions.tell_news

    def tell(*, saved_id: int, tree: object) -> int:
        if saved_id == broken.pk:
            raise ValueError("rusak")
        return original(saved_id=saved_id, tree=tree)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_watch, "tell_news", tell)
        assert saved_watch.tick() == 1
    assert len(news(sound)) == 1


def test_a_listing_that_comes_back_is_no_news(buyer, stall):
    saved = keep(buyer, "nasi kotak")
    back = stalls.handed_in(stall)
    curator = stalls.operation(Role.CURATOR)
    stalls.found_right(back, curator)
    approve_listing(actor=curator, listing_id=back.pk)
    with clock.frozen(clock.now()) as move:
        assert watch() == 1
        delist_listing(
            actor=stalls.owner_of(stall), listing_id=back.pk, reason="Stok sedang kosong di gudang"
        )
        submit_listing(actor=stalls.owner_of(stall), listing_id=back.pk)
        approve_listing(actor=curator, listing_id=back.pk)  # what was found right stays so
        assert Listing.objects.get(pk=back.pk).state == "LIVE"
        move(clock.now() + timedelta(days=1))
        assert watch() == 0

    assert news(saved) == [[back.pk]]
    assert ListingArrival.objects.filter(listing=back).count() == 1


def test_a_listing_is_told_of_when_its_curator_shows_it(buyer, stall):
    saved = keep(buyer, "nasi kotak")
    waiting = stalls.handed_in(stall)
    assert watch() == 0
    curator = stalls.operation(Role.CURATOR)
    stalls.found_right(waiting, curator)
    approve_listing(actor=curator, listing_id=waiting.pk)

    assert watch() == 1
    assert news(saved) == [[waiting.pk]]


def test_what_left_the_show_before_the_look_is_not_told_of(buyer, stall):
    keep(buyer)
    withdrawn = paper(stall)
    revise_listing(actor=stalls.owner_of(stall), listing_id=withdrawn.pk)

    assert watch() == 0


def test_what_left_the_show_afterwards_is_not_shown(buyer, stall):
    saved = keep(buyer)
    paper(stall, "Kertas HVS yang hilang")
    watch()
    suspend_vendor(
        actor=stalls.operation(Role.OPERATOR), vendor_id=stall.pk, reason="Alamat usaha tidak ditemukan"
    )

    page = people.signed_in(Appointment.objects.get(pk=buyer.appointment_id)).get(saved.get_absolute_url())
    assert page.status_code == 200
    assert "Kertas HVS yang hilang" not in page.content.decode()


def test_nothing_outside_the_regions_of_the_appointment_is_told_of(buyer):
    elsewhere = stalls.vendor("Toko Seberang", region=people.region("D001", "Provinsi Lain"))
    saved, of_public = keep(buyer), keep(Actor.of(people.appointment(Role.AUDITOR)))
    far = paper(elsewhere)

    assert watch() == 1
    assert news(saved) == []
    assert news(of_public) == [[far.pk]]


def test_whose_appointment_has_ended_is_told_nothing_and_finds_out_why(buyer, stall):
    saved = keep(buyer)
    paper(stall)
    Appointment.objects.filter(pk=buyer.appointment_id).update(valid_to=clock.today() - timedelta(days=1))

    assert watch() == 0
    client = people.signed_in(people.appointment(Role.PP, person=User.objects.get(pk=buyer.user_id)))
    assert "Penunjukan yang dipakai saat menyimpan sudah berakhir" in (
        client.get(saved.get_absolute_url()).content.decode()
    )


def test_a_pause_is_silent_and_what_arrived_in_it_stays_untold(buyer, stall):
    saved = keep(buyer)
    actions.pause_search(actor=buyer, pk=saved.pk)
    paper(stall)
    assert watch() == 0
    actions.resume_search(actor=buyer, pk=saved.pk)
    assert watch() == 0
    after = paper(stall, "Kertas HVS F4")
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert watch() == 1

    assert news(saved) == [[after.pk]]


@pytest.mark.parametrize(
    ("text", "filters", "title", "fits"),
    [
        ("congklak", {}, "Congklak kayu jati", True),  # nobody had it when it was saved
        ("kertas di bawah 40rb", {}, "Kertas HVS", True),
        ("kertas di bawah 30rb", {}, "Kertas HVS", False),
        ("kertas foto hitam", {}, "Kertas HVS", False),  # all words, not some
        ("", {"category": "alat-tulis-kantor"}, "Kertas HVS", True),
        ("", {"category": "konsumsi"}, "Kertas HVS", False),
        ("", {"category": "sudah-dihapus"}, "Kertas HVS", False),
        ("kertas", {"halal": True}, "Kertas HVS", False),
    ],
)
def test_words_prices_and_filters_decide_what_is_news(buyer, stall, text, filters, title, fits):
    keep(buyer, text, **filters)
    paper(stall, title, description="")

    assert watch() == int(fits)


def test_with_nothing_new_a_minute_costs_two_queries(buyer, stall, assert_max_queries):
    keep(buyer)
    paper(stall)
    with clock.frozen(clock.now()) as move:
        watch()
        move(clock.now() + timedelta(days=2))
        with assert_max_queries(2):
            saved_watch.tick()


# -- keeping --------------------------------------------------------------------------------------------


def test_each_change_of_a_saved_search_stands_in_the_log_without_what_was_asked(buyer):
    saved = keep(buyer, "obat asma")
    actions.rename_search(actor=buyer, pk=saved.pk, name="Klinik")
    actions.pause_search(actor=buyer, pk=saved.pk)
    actions.resume_search(actor=buyer, pk=saved.pk)
    actions.unsave_search(actor=buyer, pk=saved.pk)

    told = Entry.objects.filter(aggregate_type="saved_search").order_by("pk")
    assert [each.act for each in told] == [
        "search.save", "search.rename", "search.pause", "search.resume", "search.unsave",
    ]  # fmt: skip
    assert not any("asma" in str(each.facts) for each in told)
    assert not SavedSearch.objects.exists()


def test_a_saved_question_is_asked_again_as_it_was(buyer):
    asked = Question(
        text="kertas & map", category="alat-tulis-kantor", bands=("1",), place="31.71", halal=True
    )
    saved = actions.save_search(actor=buyer, name="Semua", question=asked)

    assert Question.read(QueryDict(saved.query.removeprefix("?"))) == asked


def test_refusals_of_saving_leave_no_trace(buyer):
    keep(buyer)
    save, asked = actions.save_search, Question(text="map")

    refused("signed_out", save, actor=PUBLIC, name="Map", question=asked)
    refused("saved_empty", save, actor=buyer, name="Semua", question=Question(sort="termurah"))
    for name in ("", "  ", "x" * 81):
        refused("saved_name", save, actor=buyer, name=name, question=asked)
    refused("saved_name_taken", save, actor=buyer, name="KERTAS kantor", question=asked)
    refused("saved_already", save, actor=buyer, name="Lain", question=Question(text=PAPER, page=3))
    for number in range(MOST_SAVED - 1):
        keep(buyer, f"map {number}", name=f"Map {number}")
    refused("saved_many", save, actor=buyer, name="Satu lagi", question=asked)


def test_refusals_of_changes_leave_no_trace(buyer):
    saved, _other = keep(buyer), keep(buyer, "map", name="Map")

    refused("saved_same_name", actions.rename_search, actor=buyer, pk=saved.pk, name=saved.name)
    refused("saved_name_taken", actions.rename_search, actor=buyer, pk=saved.pk, name="map")
    refused("saved_name", actions.rename_search, actor=buyer, pk=saved.pk, name="\x00")
    refused("saved_running", actions.resume_search, actor=buyer, pk=saved.pk)
    actions.pause_search(actor=buyer, pk=saved.pk)
    refused("saved_paused", actions.pause_search, actor=buyer, pk=saved.pk)


def test_nobody_changes_or_sees_anothers_saved_search(buyer):
    saved = keep(buyer)
    colleague = people.appointment(Role.PP)
    stranger, before = Actor.of(colleague), state()

    for act in (actions.pause_search, actions.resume_search, actions.unsave_search):
        with pytest.raises(SavedSearch.DoesNotExist):
            act(actor=stranger, pk=saved.pk)
    with pytest.raises(SavedSearch.DoesNotExist):
        actions.rename_search(actor=stranger, pk=saved.pk, name="Milik saya")
    client = people.signed_in(colleague)
    assert client.get(saved.get_absolute_url()).status_code == 404
    for deed in ("jeda", "lanjut", "hapus"):
        assert client.post(f"{saved.get_absolute_url()}{deed}/").status_code == 404
    assert "Kertas kantor" not in client.get("/cari/tersimpan/").content.decode()
    assert state() == before


# -- pages ----------------------------------------------------------------------------------------------


def test_a_person_saves_renames_pauses_and_removes_without_scripts(buyer, stall):
    paper(stall)
    client = people.signed_in(Appointment.objects.get(pk=buyer.appointment_id))
    form = client.get("/cari/tersimpan/baru/?q=kertas&halal=1")
    assert 'value="kertas"' in form.content.decode()
    client.post("/cari/tersimpan/baru/?q=kertas&halal=1", {"name": "Kertas"})
    saved = SavedSearch.objects.get()
    assert (saved.owner_id, saved.query, saved.name) == (buyer.user_id, "?q=kertas&halal=1", "Kertas")

    again = client.post("/cari/tersimpan/baru/?q=kertas&halal=1", {"name": "Lagi"})
    assert again.status_code == 409
    assert "sudah tersimpan sebagai “Kertas”" in again.content.decode()
    page = saved.get_absolute_url()
    assert client.post(page, {"name": ""}).status_code == 422
    client.post(page, {"name": "Kertas halal"})
    client.post(page + "jeda/")
    assert "Dijeda" in client.get("/cari/tersimpan/").content.decode()
    client.post(page + "lanjut/")
    client.post(page + "hapus/")
    assert "Belum ada pencarian tersimpan" in client.get("/cari/tersimpan/").content.decode()


def test_a_repaired_word_is_kept_as_it_was_answered(buyer, stall):
    paper(stall)
    client = people.signed_in(Appointment.objects.get(pk=buyer.appointment_id))
    client.post("/cari/tersimpan/baru/?q=kertsa", {"name": "Kertas"})

    assert SavedSearch.objects.get().query == "?q=kertas"


def test_the_link_to_save_follows_ticked_boxes_and_the_page_of_a_category(client, stall):
    paper(stall)
    link = 'href="/cari/tersimpan/baru/?'
    part = client.get("/cari/?q=kertas&tersedia=1", headers={"HX-Request": "true"}).content.decode()
    assert f'{link}q=kertas&amp;tersedia=1"' in part
    assert f'{link}kategori=alat-tulis-kantor"' in client.get("/katalog/alat-tulis-kantor/").content.decode()
    assert f'{link}q=tidakada"' in client.get("/cari/?q=tidakada").content.decode()
    assert link not in client.get("/katalog/").content.decode()


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_question(client):
    answer = client.get("/cari/tersimpan/baru/?q=kertas")

    assert answer.status_code == 302
    assert "next=/cari/tersimpan/baru/%3Fq%3Dkertas" in answer["Location"]


def test_lists_cost_as_many_queries_with_many_searches(buyer, stall, assert_flat_in_rows, assert_max_queries):
    client = people.signed_in(Appointment.objects.get(pk=buyer.appointment_id))
    keep(buyer)
    paper(stall)
    watch()

    def more() -> None:
        for number in range(5):
            keep(buyer, f"map {number}", name=f"Map {number}")

    assert_flat_in_rows(lambda: client.get("/cari/tersimpan/"), more)
    with assert_max_queries(12):
        client.get("/cari/tersimpan/")
    with assert_max_queries(12):
        client.get(SavedSearch.objects.earliest("pk").get_absolute_url())
