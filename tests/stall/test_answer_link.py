"""A link from a mail answers one order, once, for one person, and never by itself."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from marketplace.accounts.models import Appointment, PurposeLink
from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events import jobs, reading
from procurement.purchasing.actions import confirm
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.links import answer_link
from tests.purchasing import factories
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mail_in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def told():
    """An order that waits for its vendor, and the path of the link in the mail about it."""
    story = factories.story("AWAITING_VENDOR")
    sequence_and_read()
    owner = stalls.owner_of(story.purchase.vendor)
    assert owner.user_id
    bodies = [message.body for message in mail.outbox if "/j/" in message.body]
    found = re.search(r"https?://[^/]+(/j/[\w-]+/)", str(bodies[-1]))
    assert found
    return story, found[1]


def sequence_and_read() -> None:
    sequencer.integrate(wait=True)
    reading.read_all()
    jobs.run_due()


def untouched(story, act) -> None:
    before = (Entry.objects.count(), story.fresh().state, story.fresh().revision)
    act()
    assert (Entry.objects.count(), story.fresh().state, story.fresh().revision) == before


def answer(path: str, story, **said):
    return Client().post(path, {"answer": "confirm", "revision": story.fresh().revision, **said})


def test_the_vendor_accepts_from_the_mail_without_signing_in_and_the_log_says_by_link(told):
    story, path = told
    browser = Client()
    page = browser.get(path)
    assert page.status_code == 200
    assert story.purchase.number in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert "sessionid" not in browser.cookies
    assert story.fresh().state == "AWAITING_VENDOR"

    done = answer(path, story)
    assert done.status_code == 200
    assert story.fresh().state == "ORDERED"
    entry = Entry.objects.get(act="purchase.confirm")
    assert entry.facts["via"] == "link"
    assert entry.user_id == stalls.owner_of(story.purchase.vendor).user_id
    assert "via" not in Entry.objects.get(act="purchase.approve").facts

    untouched(story, lambda: answer(path, story))
    assert answer(path, story).status_code == 410


def test_the_vendor_declines_with_a_reason(told):
    story, path = told
    untouched(story, lambda: answer(path, story, answer="decline", reason="pendek"))
    assert (
        answer(path, story, answer="decline", reason="Bahan baku habis sampai bulan depan.").status_code
        == 200
    )
    assert story.fresh().state == "CANCELLED"


def test_only_the_hash_of_the_token_is_kept(told):
    _story, path = told
    token = path.split("/")[2]
    assert len(token) >= 40
    assert not PurposeLink.objects.filter(token_sha256=token).exists()
    assert token not in str(list(PurposeLink.objects.values()))
    assert token not in str(list(Entry.objects.values_list("payload", flat=True)))


def test_an_old_link_does_nothing(told, frozen_clock):
    story, path = told
    with frozen_clock(story.purchase.due_at + timedelta(seconds=1)):
        assert Client().get(path).status_code == 410
        untouched(story, lambda: answer(path, story))


def test_a_link_ends_with_the_office_it_was_given_to(told):
    story, path = told
    Appointment.objects.filter(organisation=story.purchase.vendor_organisation).update(
        valid_to=clock.today() - timedelta(days=1), valid_from=clock.today() - timedelta(days=9)
    )
    assert Client().get(path).status_code == 410
    untouched(story, lambda: answer(path, story))


def test_an_order_answered_at_the_desk_is_not_answered_again(told):
    story, path = told
    confirm(actor=stalls.owner_of(story.purchase.vendor), purchase_id=story.purchase.pk)
    assert Client().get(path).status_code == 410
    untouched(story, lambda: answer(path, story))


@pytest.mark.parametrize("token", ["x", "a" * 43, "../..", "%00"])
def test_a_guessed_token_is_refused_and_soon_slowed_down(token):
    assert Client().get(f"/j/{token}/").status_code in {404, 410}


def test_guessing_is_slowed_down():
    answers = [Client().get(f"/j/{number:043d}/").status_code for number in range(32)]
    assert answers[0] == 410
    assert answers[-1] == 409


def test_trying_a_known_link_over_and_over_is_slowed_down(told):
    story, path = told
    untouched(story, lambda: [answer(path, story, answer="perhaps") for _number in range(30)])
    untouched(story, lambda: answer(path, story))
    assert answer(path, story).status_code == 409
    assert Client().get(path).status_code == 200


def test_a_page_made_before_a_change_is_refused(told):
    story, path = told
    untouched(story, lambda: answer(path, story, revision=0))
    assert answer(path, story, revision=0).status_code == 409


@pytest.mark.race
def test_of_two_clicks_at_once_one_answers(told):
    story, path = told

    def click(_number: int) -> int:
        try:
            return answer(path, story, revision=revision).status_code
        finally:
            connection.close()

    revision = story.fresh().revision
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(click, range(2)))

    assert codes[0] == 200
    assert codes[1] in {409, 410}
    assert Entry.objects.filter(act="purchase.confirm").count() == 1


def test_nobody_else_gets_a_link():
    story = factories.story("AWAITING_VENDOR")
    before = PurposeLink.objects.count()
    entry = Entry.objects.get(act="purchase.approve")
    for actor in (story.office.actor(Role.PPK), stalls.owner_of(stalls.vendor("Toko Lain"))):
        assert actor.appointment_id
        assert answer_link(entry, actor.appointment_id) == ""
    assert PurposeLink.objects.count() == before
    assert Purchase.objects.get().state == "AWAITING_VENDOR"
