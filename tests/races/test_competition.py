"""Vendors and the clock reach for one box at the same moment, in transactions of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.competition import actions
from procurement.competition.models import Offer, SealedOffer
from tests.competition import contests

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of it in parallel transactions; a refusal counts as its code."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(60)
            deed()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_offers_sealed_at_the_same_moment_all_stand() -> None:
    contest = contests.published(sellers=6)
    owners = [contest.offer for _n in range(6)]

    found = at_once(*[lambda n=n, send=send: send(n, 30_000 + n) for n, send in enumerate(owners)])

    assert found == ["done"] * 6
    contest.open()
    assert Offer.objects.count() == 6


def test_one_vendor_with_many_fingers_seals_one_version() -> None:
    contest = contests.published(sellers=1)

    found = at_once(*[lambda: contest.offer(0, 30_000)] * 5)

    assert sorted(map(str, found)) == ["done", *["stale"] * 4]
    assert (SealedOffer.objects.count(), Entry.objects.filter(act="competition.seal").count()) == (1, 1)


def test_an_offer_at_the_stroke_of_the_closing_is_opened_or_refused_never_lost() -> None:
    contest = contests.published(sellers=5)
    contest.offer(0, 35_000)
    system = Actor.system("jam")
    ticking = contest.closing - timedelta(microseconds=1)

    def close() -> None:
        actions.open_offers(actor=system, competition_id=contest.thing.pk)

    # the hour strikes between one look at the clock and the next, whoever looks
    moments = iter([ticking, contest.closing + timedelta(seconds=1)] * 500)
    before, source = clock._source, lambda: next(moments)
    clock._source = source
    try:
        found = at_once(close, *[lambda n=n: contest.offer(n, 30_000 + n) for n in range(1, 5)], close)
    finally:
        clock._source = before
    sealed = 1 + sum(each == "done" for each in found[1:5])
    if contest.fresh().state == "PUBLISHED":
        contest.open()

    assert set(map(str, found[1:5])) <= {"done", "offers_closed"}
    assert (SealedOffer.objects.count(), Offer.objects.count()) == (sealed, sealed)


def test_buyer_and_clock_open_once() -> None:
    contest = contests.published(sellers=2)
    contest.offer(0, 35_000)
    contest.offer(1, 34_000)
    system = Actor.system("jam")
    with contests.after(contest.thing):
        found = at_once(
            *[lambda: actions.open_offers(actor=contest.pp, competition_id=contest.thing.pk)] * 2,
            *[lambda: actions.open_offers(actor=system, competition_id=contest.thing.pk)] * 2,
        )

    assert sorted(map(str, found)) == ["done", *["wrong_state"] * 3]
    assert Offer.objects.count() == 2
    assert Entry.objects.filter(act="competition.open").count() == 1
