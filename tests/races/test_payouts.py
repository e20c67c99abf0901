"""Real parallel transactions on transfers: approve, send, cancel, return, settle at once; money moves once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from procurement.settlement.actions import (
    Proof,
    approve_payout,
    cancel_payout,
    draw_up_payout,
    hold_payout,
    make_batch,
    prepare_payout,
    record_evidence,
    return_payout,
    send_payout,
    verify_evidence,
)
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.models import Evidence, Journal, Payout
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.races.test_settlement_payments import all_at_once
from tests.settlement.orders import DEPOSITED, SCAN, Case, to_the_bank
from tests.settlement.test_gateway import NET
from tests.settlement.test_payouts import auditor, in_books, only, owed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture
def case(settings: LazySettings) -> Iterator[Case]:
    with FakeStripe(secret_keys=["sk_test_uji"]) as running:
        settings.STRIPE_API_KEY = "sk_test_uji"
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_WEBHOOK_SECRETS = ["whsec_uji"]
        yield owed(running)


def said(act: Callable[[], Any], word: str) -> Callable[[], str]:
    def run() -> str:
        act()
        return word

    return run


def ready(case: Case) -> Payout:
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    return approve_payout(actor=case.verifier, payout_id=payout.pk)


def test_four_presses_send_once(case: Case) -> None:
    payout = ready(case)
    act = said(lambda: send_payout(actor=case.treasurer, payout_id=payout.pk), "sent")
    assert all_at_once([act] * 4) == ["sent"] + ["wrong_state"] * 3
    assert Journal.objects.filter(kind="PAYOUT_SENT").count() == 1 and in_books(case) == (0, NET * 100)


def test_two_checkers_approve_once(case: Case) -> None:
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    other = Actor.of(people.appointment(Role.PPK_SKPD, case.purchase.organisation))
    acts = [
        said(lambda actor=actor: approve_payout(actor=actor, payout_id=payout.pk), "approved")  # type: ignore[misc]
        for actor in (case.verifier, other)
    ]
    assert all_at_once(acts) == ["approved", "wrong_state"]


def test_send_against_cancel_and_hold_leaves_one_truth(case: Case) -> None:
    payout, watcher = ready(case), auditor(case)
    all_at_once(
        [
            said(lambda: send_payout(actor=case.treasurer, payout_id=payout.pk), "sent"),
            said(lambda: cancel_payout(actor=case.treasurer, payout_id=payout.pk, reason="x"), "cancelled"),
            said(lambda: hold_payout(actor=watcher, payout_id=payout.pk, reason="BAST diragukan"), "held"),
        ]
    )
    payout.refresh_from_db()
    assert (payout.state == "SENT") == (in_books(case) == (0, NET * 100))
    assert not (payout.state == "SENT" and payout.held_at is not None)
    assert reckon().sound


def test_many_new_drafts_at_once_are_one(case: Case) -> None:
    cancel_payout(actor=case.treasurer, payout_id=only(case).pk, reason="uji")
    act = said(lambda: draw_up_payout(actor=case.treasurer, purchase_id=case.purchase.pk), "drawn")
    assert all_at_once([act] * 4) == ["drawn"] + ["payout.open"] * 3
    assert Payout.objects.filter(state="DRAFT").count() == 1


def test_return_and_proof_at_once_end_with_one_of_them(case: Case) -> None:
    first = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    proof = record_evidence(
        actor=case.treasurer,
        purchase_id=case.purchase.pk,
        kind=Evidence.Kind.BANK_TRANSFER,
        proof=Proof("TRF-1", DEPOSITED, NET, SCAN),
    )
    answers = all_at_once(
        [
            said(lambda: verify_evidence(actor=case.verifier, evidence_id=proof.pk), "settled"),
            said(lambda: return_payout(actor=case.treasurer, payout_id=first.pk, reason="x"), "returned"),
            said(lambda: return_payout(actor=case.treasurer, payout_id=first.pk, reason="x"), "returned"),
        ]
    )
    first.refresh_from_db()
    assert first.state in {"SETTLED", "RETURNED"} and len(answers) == 3
    if first.state == "SETTLED":
        assert in_books(case) == (0, 0) and Payout.objects.count() == 1
    else:
        assert answers.count("returned") == 1 and in_books(case) == (NET * 100, 0)
        assert Payout.objects.exclude(pk=first.pk).get().state == "DRAFT"
    assert reckon().sound


def test_two_batches_do_not_share_a_transfer(case: Case) -> None:
    payout = only(case)
    act = said(lambda: make_batch(actor=case.treasurer, payout_ids=[payout.pk]), "made")
    assert all_at_once([act] * 3) == ["batch.nothing_taken", "batch.nothing_taken", "made"]
    payout.refresh_from_db()
    assert payout.batch is not None and payout.batch.state == "DRAFT"


def test_returned_then_paid_again_by_many_hands_settles_exactly_once(case: Case) -> None:
    first = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    return_payout(actor=case.treasurer, payout_id=first.pk, reason="rekening tutup")
    second = ready(case)
    send = said(lambda: send_payout(actor=case.treasurer, payout_id=second.pk), "sent")
    assert all_at_once([send] * 3).count("sent") == 1
    proofs = [
        record_evidence(
            actor=case.treasurer,
            purchase_id=case.purchase.pk,
            kind=Evidence.Kind.BANK_TRANSFER,
            proof=Proof(f"TRF-{number}", DEPOSITED, NET, SCAN),
        )
        for number in range(3)
    ]
    acts = [
        said(lambda pk=proof.pk: verify_evidence(actor=case.verifier, evidence_id=pk), "settled")  # type: ignore[misc]
        for proof in proofs
    ]
    assert all_at_once(acts).count("settled") == 1
    assert sorted(Payout.objects.values_list("state", flat=True)) == ["RETURNED", "SETTLED"]
    assert in_books(case) == (0, 0) and reckon().sound
