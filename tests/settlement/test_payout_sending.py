"""Transfers through a provider, over real HTTP to a small bank: once, then asked; lost answers are never sent anew."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from marketplace.audit.models import Entry as LogEntry
from marketplace.events.models import Job
from procurement.settlement.actions import (
    approve_payout,
    hold_payout,
    let_go_payout,
    payout_sending,
    prepare_payout,
)
from procurement.settlement.actions.gateway import StillUnknown
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.models import Payout
from procurement.settlement.providers.base import Beneficiary, Capabilities, PayoutOutcome, PayoutResult
from procurement.settlement.providers.stripe import StripeProvider
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case
from tests.settlement.test_gateway import NET
from tests.settlement.test_payouts import auditor, in_books, only, owed, refused

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Bank:
    """A bank of one page: takes transfers, may lose its answer, says where each stands."""

    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    loses_answers: bool = False
    loses_requests: bool = False
    status: str = "PENDING"
    url: str = ""


@pytest.fixture
def bank() -> Iterator[Bank]:
    state = Bank()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.calls.append(f"POST {told['reference']}")
            if not state.loses_requests:
                state.taken.setdefault(told["reference"], told)
            if state.loses_answers or state.loses_requests:
                self.close_connection = True
                self.connection.close()
                return
            self._say(200, {"status": state.status, "reason": "rekening tutup"})

        def do_GET(self) -> None:
            reference = self.path.rsplit("/", 1)[-1]
            state.calls.append(f"GET {reference}")
            if reference not in state.taken:
                self._say(404, {})
                return
            amount = state.taken[reference]["amount"]
            self._say(200, {"status": state.status, "amount": amount, "reason": "rekening tutup"})

        def _say(self, code: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


class BankProvider:
    """A plug-in that pays out and does nothing else."""

    name = "bank-uji"
    capabilities = Capabilities(
        False, False, False, True, True, False, 1, 10**15, "CMS_TRANSFER", collect=False
    )

    def __init__(self, url: str) -> None:
        self.url = url

    def payout(
        self, *, reference: str, amount: int, to: Beneficiary, description: str, idempotency_key: str
    ) -> PayoutResult:
        told: dict[str, Any] = {
            "reference": reference,
            "amount": amount,
            "bank": to.bank_code,
            "account": to.account_number,
        }
        return self._answer(lambda: requests.post(f"{self.url}/payouts", json=told, timeout=5))

    def payout_status(self, reference: str) -> PayoutResult:
        return self._answer(lambda: requests.get(f"{self.url}/payouts/{reference}", timeout=5))

    def _answer(self, ask: Any) -> PayoutResult:
        try:
            response = ask()
        except requests.RequestException:
            return PayoutResult(PayoutOutcome.UNKNOWN)
        if response.status_code == 404:
            return PayoutResult(PayoutOutcome.NOT_FOUND)
        told = response.json()
        outcome = PayoutOutcome(told["status"])
        return PayoutResult(outcome, "ref-bank", told["reason"] if outcome is PayoutOutcome.FAILED else "")


@pytest.fixture
def case(stripe: FakeStripe, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> Case:
    """An order with an approved transfer, and the small bank switched on."""
    found = owed(stripe)
    payout = only(found)
    prepare_payout(actor=found.treasurer, payout_id=payout.pk)
    approve_payout(actor=found.verifier, payout_id=payout.pk)
    monkeypatch.setattr(payout_sending, "provider", lambda _name: BankProvider(bank.url))
    return found


def entrusted(case: Case) -> Payout:
    payout = only(case)
    return payout_sending.send_by_provider(
        actor=case.treasurer, payout_id=payout.pk, provider_name="bank-uji"
    )


def state_of(payout: Payout) -> str:
    payout.refresh_from_db()
    return payout.state


def test_the_bank_s_word_sends_and_never_settles(case: Case, bank: Bank) -> None:
    payout = entrusted(case)
    assert Job.objects.filter(kind="settlement.send_payout").count() == 1 and bank.calls == []
    payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "ACCEPTED" and in_books(case) == (0, NET * 100)
    assert bank.taken[payout.reference]["account"] == payout.bank_account.number
    bank.status = "ACCEPTED"
    payout_sending.ask_provider(payout.pk)
    payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "ACCEPTED" and in_books(case) == (0, NET * 100) and reckon().sound
    assert [call for call in bank.calls if call.startswith("POST")] == [f"POST {payout.reference}"]


def test_a_lost_answer_is_asked_about_and_never_sent_anew(case: Case, bank: Bank) -> None:
    payout = entrusted(case)
    bank.loses_answers = True
    with pytest.raises(StillUnknown):
        payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "UNKNOWN"
    bank.loses_answers, bank.status = False, "ACCEPTED"
    payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "ACCEPTED"
    assert bank.calls == [f"POST {payout.reference}", f"GET {payout.reference}"]


def test_what_the_bank_never_heard_of_stays_unknown_until_people_decide(case: Case, bank: Bank) -> None:
    payout = entrusted(case)
    bank.loses_requests = True
    for _n in range(3):
        with pytest.raises(StillUnknown):
            payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "UNKNOWN" and in_books(case) == (0, NET * 100)
    assert len([call for call in bank.calls if call.startswith("POST")]) == 1


def test_a_certain_failure_returns_the_debt_and_draws_up_another(case: Case, bank: Bank) -> None:
    payout = entrusted(case)
    bank.status = "FAILED"
    payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "RETURNED" and payout.reason == "rekening tutup"
    assert in_books(case) == (NET * 100, 0)
    new = Payout.objects.get(replaces=payout)
    assert (new.state, new.prepared_by_id, new.provider) == ("DRAFT", None, "")


def test_a_hold_between_press_and_job_keeps_the_money_here(case: Case, bank: Bank) -> None:
    payout = entrusted(case)
    watcher = auditor(case)
    hold_payout(actor=watcher, payout_id=payout.pk, reason="sedang diperiksa")
    payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "APPROVED" and bank.calls == [] and in_books(case) == (NET * 100, 0)
    let_go_payout(actor=watcher, payout_id=payout.pk, reason="BAST sudah benar")
    entrusted(case)
    payout_sending.send_to_provider(payout.pk)
    assert state_of(payout) == "ACCEPTED"
    assert LogEntry.objects.filter(act="payout.entrust").count() == 2


def test_stripe_says_that_it_cannot(stripe: FakeStripe) -> None:
    case = owed(stripe)
    send = lambda: payout_sending.send_by_provider(  # noqa: E731
        actor=case.treasurer, payout_id=only(case).pk, provider_name="stripe"
    )
    assert refused(send) == "provider.no_payout"
    plugin = StripeProvider(api_key="sk_test_x", api_base=stripe.url, webhook_secrets=[], payment_method="pm")
    assert plugin.payout_status("TRF-1").outcome is PayoutOutcome.NOT_FOUND
