"""Real parallel transactions on the books: equal keys, and a drain race on one escrow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from procurement.settlement.ledger.accounts import PER_ORDER, AccountName
from procurement.settlement.ledger.posting import credit, debit, post
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Evidence, Journal, Posting
from tests.settlement.conftest import evidence_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CLERK = Actor.system("uji-balapan")


@pytest.fixture
def region(transactional_db: None) -> Region:
    return Region.objects.create(klpd_code="R777", name="Kota Balapan", kind="KOTA")


def all_at_once(acts: Sequence[Callable[..., str]]) -> list[str]:
    """Run every act in its own thread and connection, started together; their answers."""
    gate = threading.Barrier(len(acts))
    answers: list[str] = []

    def run(act: Callable[[], str]) -> None:
        gate.wait()
        try:
            answers.append(act())
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def booked(region: Region, key: str, debited: AccountKind, credited: AccountKind, proof: Evidence) -> str:
    with doing(actor=CLERK) as deed:
        legs = [
            debit(AccountName(debited, region.pk, "P" if debited in PER_ORDER else ""), 100),
            credit(AccountName(credited, region.pk, "P" if credited in PER_ORDER else ""), 100),
        ]
        posted = post(deed, Posting.RECOGNISE, key, legs, region_id=region.pk, purchase="P", evidence=proof)
    return "booked" if posted.is_new else "known"


def test_sixteen_threads_with_one_key_book_once(region: Region) -> None:
    proof = evidence_for(region, "P", 100)
    clearing, escrow = AccountKind.PROVIDER_CLEARING, AccountKind.ESCROW
    answers = all_at_once([lambda: booked(region, "satu", clearing, escrow, proof)] * 16)
    assert sorted(answers) == ["booked"] + ["known"] * 15
    assert held(AccountKind.ESCROW, "P") == 10_000
    assert LogEntry.objects.filter(act="ledger.posted").count() == 1


def test_a_drain_race_never_goes_below_the_floor(region: Region) -> None:
    proof = evidence_for(region, "P", 300)
    for number in range(3):
        booked(region, f"isi:{number}", AccountKind.PROVIDER_CLEARING, AccountKind.ESCROW, proof)
    drains = [
        lambda n=n: booked(region, f"kuras:{n}", AccountKind.ESCROW, AccountKind.VENDOR_PAYABLE, proof)
        for n in range(12)
    ]
    answers = all_at_once(drains)
    assert sorted(answers) == ["booked"] * 3 + ["ledger.overdrawn"] * 9
    assert held(AccountKind.ESCROW, "P") == 0 and held(AccountKind.VENDOR_PAYABLE, "P") == 30_000
    assert Journal.objects.count() == 6 and disagreements() == []


def test_crossing_transfers_do_not_deadlock(region: Region) -> None:
    proof = evidence_for(region, "P", 100)
    bank, clearing = AccountKind.BANK, AccountKind.PROVIDER_CLEARING
    there = [lambda n=n: booked(region, f"pergi:{n}", bank, clearing, proof) for n in range(8)]
    back = [lambda n=n: booked(region, f"pulang:{n}", clearing, bank, proof) for n in range(8)]
    assert all_at_once([act for pair in zip(there, back, strict=True) for act in pair]) == ["booked"] * 16
    assert disagreements() == []
