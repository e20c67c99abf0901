"""Sealed until the closing: nobody reads an offer, nor learns who offered, and a changed one is found out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.competition import actions, sealing
from procurement.competition.models import Offer, SealedOffer, SealKey
from tests import people
from tests.competition import contests
from tests.tampering import guards_asleep

pytestmark = pytest.mark.django_db

PRICE = 31_337


def dump() -> str:
    """Every row of every table of ours, as text: what somebody with the database alone reads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [row[0] for row in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM public."{table}" t')
            rows += [row[0] for row in cursor.fetchall()]
    # payloads of the log are bytes
    rows += [bytes(payload).decode() for payload in Entry.objects.values_list("payload", flat=True)]
    return "\n".join(rows)


def new_since(before: str) -> str:
    """The rows of a dump that are new or changed, without times of the day, whose fractions are any digits."""
    fresh = "\n".join(set(dump().split("\n")) - set(before.split("\n")))
    return re.sub(r"\d\d:\d\d:\d\d\.\d+", "", fresh)


def test_a_dump_of_the_whole_database_holds_no_offered_amount() -> None:
    contest = contests.published(sellers=2)
    before = dump()

    contest.offer(0, PRICE, shipping=123_457, note="catatan rahasia")

    fresh = new_since(before)
    assert "competition.seal" in fresh
    for secret in (str(PRICE), str(PRICE * 80), "123457", "catatan rahasia", "31.337"):
        assert secret not in fresh


def test_the_database_alone_does_not_tell_who_offered_or_where() -> None:
    contest = contests.published(sellers=2)
    before = dump()

    contest.offer(0, PRICE)

    fresh = new_since(before)
    vendor = contest.stalls[0][0]
    assert contest.thing.number not in fresh
    assert vendor.organisation.name not in fresh
    row = SealedOffer.objects.get()
    assert str(vendor.pk) not in {row.box, row.sender}
    entry = Entry.objects.get(act="competition.seal")
    assert (entry.user_id, entry.organisation_id, entry.actor_role) == (None, None, "SYSTEM")
    assert set(entry.facts) == {"commitment"}


def test_a_withdrawal_looks_like_an_offer() -> None:
    contest = contests.published(sellers=1)
    contest.offer(0, PRICE)

    actions.withdraw(actor=contest.owner(0), number=contest.thing.number, seen_version=1)

    lengths = {len(sealed) for sealed in SealedOffer.objects.values_list("sealed", flat=True)}
    assert len(lengths) == 1
    assert Entry.objects.filter(act="competition.seal").count() == 2


def test_the_receipt_proves_what_was_sealed() -> None:
    contest = contests.published(sellers=1)

    receipt = contest.offer(0, PRICE)
    contest.open()

    offer = Offer.objects.get()
    assert receipt.commitment == offer.commitment
    assert sealing.commitment_of(offer.content.encode()) == offer.commitment
    assert Entry.objects.get(act="competition.seal").facts["commitment"] == offer.commitment


def test_the_last_version_counts_and_a_withdrawn_one_does_not() -> None:
    contest = contests.published(sellers=2)
    contest.offer(0, 35_000)
    contest.offer(0, 33_000, seen_version=1)
    contest.offer(1, 30_000)
    actions.withdraw(actor=contest.owner(1), number=contest.thing.number, seen_version=1)

    contest.open()

    offer = Offer.objects.get()
    assert (offer.vendor, offer.version, offer.goods_total) == (contest.stalls[0][0], 2, 80 * 33_000)
    facts = Entry.objects.get(act="competition.open").facts
    assert (facts["offers"], facts["withdrawn"], facts["broken"]) == (1, 1, 0)


@pytest.mark.parametrize("who", ["buyer", "clock"])
def test_nobody_opens_before_the_hour(who: str) -> None:
    contest = contests.published(sellers=1)
    contest.offer(0, PRICE)
    actor = contest.pp if who == "buyer" else Actor.system("jam")
    entries = Entry.objects.count()

    with pytest.raises(Refused) as refused:
        actions.open_offers(actor=actor, competition_id=contest.thing.pk)

    assert refused.value.code == "still_open"
    assert contest.fresh().state == "PUBLISHED"
    assert (Entry.objects.count(), Offer.objects.count()) == (entries, 0)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.PA, Role.VENDOR, Role.PPK])
def test_only_the_buyer_and_the_clock_open(role: Role) -> None:
    contest = contests.published(sellers=1)
    contest.offer(0, PRICE)
    actor = contest.owner(0) if role == Role.VENDOR else people.actor(role)
    if role in {Role.PA, Role.PPK}:
        actor = contest.office.actor(role)
    entries = Entry.objects.count()

    with contests.after(contest.thing), pytest.raises(Refused):
        actions.open_offers(actor=actor, competition_id=contest.thing.pk)

    assert (contest.fresh().state, Entry.objects.count()) == ("PUBLISHED", entries)


def test_a_closing_time_moved_in_the_database_opens_nothing() -> None:
    contest = contests.published(sellers=1)
    contest.offer(0, PRICE)
    with guards_asleep("competition_competition") as cursor:
        cursor.execute(
            "UPDATE competition_competition SET closes_at = %s", [clock.now() - timedelta(minutes=1)]
        )

    with pytest.raises(Refused) as refused:
        actions.open_offers(actor=contest.pp, competition_id=contest.thing.pk)

    assert refused.value.code == "seal_locked"
    assert not Offer.objects.exists()


def test_a_key_put_in_the_place_of_the_own_one_takes_no_offer() -> None:
    contest = contests.published(sellers=1)
    public, _private = sealing.new_pair()
    SealKey.objects.update(public_key=public)
    entries = Entry.objects.count()

    with pytest.raises(Refused) as refused:
        contest.offer(0, PRICE)

    assert refused.value.code == "foreign_key"
    assert (SealedOffer.objects.count(), Entry.objects.count()) == (0, entries)


def tamper(statement: str) -> None:
    with guards_asleep("competition_sealedoffer") as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE competition_sealedoffer SET commitment = repeat('0', 64) WHERE version = 2",
        "UPDATE competition_sealedoffer SET sealed = overlay(sealed placing 'AAAAAAAA' from 200) WHERE version = 2",
        "DELETE FROM competition_sealedoffer WHERE id = (SELECT min(id) FROM competition_sealedoffer)",
        "DELETE FROM competition_sealedoffer WHERE version = 2",
    ],
)
def test_a_changed_or_removed_seal_is_seen_at_the_opening(statement: str) -> None:
    contest = contests.published(sellers=2)
    contest.offer(0, 35_000)
    contest.offer(0, 33_000, seen_version=1)
    contest.offer(1, 34_000)
    tamper(statement)

    contest.open()

    facts = Entry.objects.get(act="competition.open").facts
    assert facts["broken"] >= 1
    assert SealKey.objects.get().private_text, "the key stays for those who look into it"
    if "version = 2" not in statement or "DELETE" not in statement:
        assert [offer.vendor for offer in Offer.objects.all()] == [contest.stalls[1][0]]


def test_the_key_is_destroyed_once_everything_is_open_or_called_off() -> None:
    opened, called_off = contests.published(sellers=1), contests.published(sellers=1)
    opened.offer(0, PRICE)
    called_off.offer(0, PRICE)

    opened.open()
    actions.cancel(actor=called_off.pp, competition_id=called_off.thing.pk, reason=contests.REASON)

    assert not any(SealKey.objects.values_list("private_text", flat=True))


def test_nothing_sealed_opens_elsewhere() -> None:
    public, private = sealing.new_pair()
    token = sealing.sealed(b"isi", public=public, place="a/b/1")

    assert sealing.opened(token, private=private, place="a/b/1") == b"isi"
    with pytest.raises(sealing.BrokenSeal):
        sealing.opened(token, private=private, place="a/b/2")
    with pytest.raises(sealing.BrokenSeal):
        sealing.opened(token, private=sealing.new_pair()[1], place="a/b/1")


def test_without_an_offer_it_has_failed_and_may_be_extended() -> None:
    contest = contests.published(sellers=1)
    with contests.after(contest.thing):
        assert actions.open_due() == 1
        assert contest.fresh().state == "FAILED"
        later = contest.closing + timedelta(days=7)
        actions.extend(
            actor=contest.pp, competition_id=contest.thing.pk, closes_at=later, reason=contests.REASON
        )
        contest.fresh()
        contest.offer(0, PRICE)
    contest.open()

    assert contest.fresh().state == "CLOSED"
    assert Offer.objects.count() == 1


def test_once_read_a_competition_is_not_extended() -> None:
    contest = contests.opened(35_000)

    with pytest.raises(Refused):
        actions.extend(
            actor=contest.pp,
            competition_id=contest.thing.pk,
            closes_at=contest.closing + timedelta(days=7),
            reason=contests.REASON,
        )
