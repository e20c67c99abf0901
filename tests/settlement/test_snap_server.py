"""The bank calls us: token, inquiry, payment, QRIS notice. One positive and one negative test per API and case, named
after the verification guide of ASPI; then forgery, replays, and everything that must post nothing or nothing twice."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.events.models import Job
from procurement.settlement.actions import expire_attempt, process_event, send_attempt, start_payment
from procurement.settlement.actions.gateway import expire_stale, sync_attempt
from procurement.settlement.actions.snap_server import take_payment
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import (
    Balance,
    Journal,
    PaymentAttempt,
    ProviderEvent,
    SnapRequest,
    UnmatchedMoney,
)
from procurement.settlement.providers.snap.client import TOKENS
from procurement.settlement.providers.snap.words import amount_of
from tests.fakes.snap import FakeBank
from tests.fakes.snap.bank import Said
from tests.fakes.snap.standard import APIS
from tests.fakes.snap.writing import digest, keypair, mac, signature
from tests.settlement.conftest import agree_with
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
GROSS = 2_086_800_000


def by_client(bank: FakeBank) -> None:
    """Let the bank reach us without a socket."""
    client = Client()

    def carry(path: str, raw: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        sent = {name: value for name, value in headers.items() if name != "Content-Type"}
        answer = client.post(f"/snap{path}", raw, content_type="application/json", headers=sent)
        assert answer["X-TIMESTAMP"].endswith("+07:00")
        return answer.status_code, answer.json()

    bank.carry = carry


@pytest.fixture
def case(bank: FakeBank) -> Case:
    made = accepted()
    approved(made)
    by_client(bank)
    return made


def attempted(case: Case, provider_name: str = "snap_va") -> PaymentAttempt:
    """A payment that was started and sent."""
    attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk, provider_name=provider_name)
    send_attempt(attempt.pk)
    attempt.refresh_from_db()
    return attempt


def work() -> None:
    for job in Job.objects.filter(kind="settlement.provider_event").order_by("pk"):
        process_event(job.payload["event"])


def books() -> dict[str, int]:
    return dict(Balance.objects.exclude(amount=0).values_list("account__code", "amount"))


def traces() -> tuple[int, ...]:
    """What a refused request must not add to: journals, jobs, accepted payments."""
    accepted_ones = SnapRequest.objects.filter(accepted=True)
    return Journal.objects.count(), Job.objects.count(), accepted_ones.count(), UnmatchedMoney.objects.count()


def codes(said: list[Said]) -> list[str]:
    return [each.code for each in said]


# ── 73 access token B2B ──────────────────────────────────────────────────────────────────────────────────────────
def test_73_access_token_b2b_success(case: Case, bank: FakeBank) -> None:
    assert len(bank.token_from_partner()) > 40


def test_73_access_token_b2b_unauthorized_signature(case: Case, bank: FakeBank) -> None:
    body = b'{"grantType": "client_credentials"}'
    for changed in (
        {"X-SIGNATURE": signature(keypair("forger")[0], "eorder-uji|x")},
        {"X-CLIENT-KEY": "orang-lain"},
        {"X-TIMESTAMP": bank.stamp(timedelta(minutes=1))},
    ):
        status, answer = bank.carry(APIS["73"].path, body, {**bank.token_request(), **changed})
        assert (status, answer["responseCode"]) == (401, "4017300")
    for shift in (timedelta(minutes=-6), timedelta(minutes=6)):
        signed = bank.token_request(at=bank.stamp(shift))
        assert bank.carry(APIS["73"].path, body, signed)[1]["responseCode"] == "4017300"
    for wrong, code in ((b"{}", "4007302"), (b'{"grantType": "password"}', "4007301"), (b"[", "4007300")):
        assert bank.carry(APIS["73"].path, wrong, bank.token_request())[1]["responseCode"] == code
    missing = {k: v for k, v in bank.token_request().items() if k != "X-CLIENT-KEY"}
    assert bank.carry(APIS["73"].path, body, missing)[1]["responseCode"] == "4007302"


# ── 24 inquiry ───────────────────────────────────────────────────────────────────────────────────────────────────
def names_of(bank: FakeBank, number: str) -> dict[str, str]:
    return {**bank._names(number), "inquiryRequestId": "tanya-1"}


def test_24_inquiry_va_success(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    before = books()
    said = bank.call("24", names_of(bank, attempt.pay_code))
    told = said.answer["virtualAccountData"]
    assert said.code == "2002400" and told["totalAmount"] == amount_of(GROSS)
    assert told["partnerServiceId"] == "   88899" and told["virtualAccountNo"] == f"   {attempt.pay_code}"
    assert case.purchase.number in told["virtualAccountName"]
    event = SnapRequest.objects.get().event
    assert (event.kind, event.verdict) == ("snap.24.noted", "VERIFIED")
    assert "Authorization" not in event.headers and event.headers["X-EXTERNAL-ID"]
    work()
    assert books() == before, "a question moves no money"


def test_24_inquiry_va_takes_an_unpadded_company_code(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    names = {name: value.strip() for name, value in names_of(bank, attempt.pay_code).items()}
    told = bank.call("24", names).answer["virtualAccountData"]
    assert told["partnerServiceId"] == "   88899"


def test_24_inquiry_va_bill_not_found(case: Case, bank: FakeBank) -> None:
    assert bank.call("24", names_of(bank, "88899100000001")).code == "4042412"
    bank.partner.service_id = "77777"
    assert bank.call("24", names_of(bank, "77777100000001")).code == "4042412"


def test_24_inquiry_va_invalid_fields(case: Case, bank: FakeBank) -> None:
    names = names_of(bank, attempted(case).pay_code)
    assert bank.call("24", {**names, "customerNo": ""}).code == "4002402"
    assert bank.call("24", {k: v for k, v in names.items() if k != "inquiryRequestId"}).code == "4002402"
    assert bank.call("24", {**names, "customerNo": 17}).code == "4002401"
    assert bank.call("24", {**names, "customerNo": "1 OR 1=1"}).code == "4002401"
    assert bank.call("24", {**names, "virtualAccountNo": "   88899123"}).code == "4002401"
    assert bank.call("24", {**names, "partnerServiceId": "         88899"}).code == "4002401"
    assert bank.call("24", names, X_EXTERNAL_ID="ñ; DROP").code == "4002401"
    assert bank.call("24", names, CHANNEL_ID="").code == "4002402"


def test_24_inquiry_va_conflict(case: Case, bank: FakeBank) -> None:
    names = names_of(bank, attempted(case).pay_code)
    tomorrow = clock.today() + timedelta(days=1)
    noon = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 12, tzinfo=clock.JAKARTA)
    with clock.frozen(noon) as move_to:
        assert bank.call("24", names, X_EXTERNAL_ID="1" * 20).code != "4092400"
        log, before = LogEntry.objects.count(), traces()
        for hour in (0, 11):
            move_to(noon + timedelta(hours=hour, minutes=59))
            assert bank.call("24", names, X_EXTERNAL_ID="1" * 20).code == "4092400"
        assert (LogEntry.objects.count(), traces()) == (log, before)
        move_to(noon + timedelta(hours=12))
        assert bank.call("24", names, X_EXTERNAL_ID="1" * 20).code == "4042419", "another day"


# ── 25 payment ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_25_payment_va_success_lands_in_escrow_exactly_once(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    bank.copies = 3
    assert codes(bank.pay_account(attempt.pay_code)) == ["2002400"] + ["2002500"] * 4
    work()
    work()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.received, attempt.instrument) == ("CAPTURED", GROSS, "VIRTUAL_ACCOUNT")
    assert case.fresh().state == "PAID"
    assert Journal.objects.filter(kind="CAPTURE").count() == 1
    assert SnapRequest.objects.filter(accepted=True).count() == 1
    assert UnmatchedMoney.objects.count() == 0 and disagreements() == []


def test_25_payment_va_invalid_amount(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    before = traces()
    for wrong in (GROSS - 1, GROSS + 1, GROSS // 100, 0):
        assert codes(bank.pay_account(attempt.pay_code, wrong)) == ["2002400", "4042513"]
    for unreadable in ({"value": "1", "currency": "USD"}, {"value": 1.5, "currency": "IDR"}, "12.00"):
        assert bank.tell_payment(attempt.pay_code, unreadable)[0].code == "4002501"  # type: ignore[arg-type]
    work()
    attempt.refresh_from_db()
    assert (attempt.state, traces()) == ("PENDING", before)
    assert codes(bank.pay_account(attempt.pay_code))[-1] == "2002500", "the right amount is still welcome"


def test_25_payment_va_paid_bill(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    bank.pay_account(attempt.pay_code)
    before = traces()
    assert bank.tell_payment(attempt.pay_code, amount_of(GROSS))[0].code == "4042514"
    work()
    after = books()
    assert bank.tell_payment(attempt.pay_code, amount_of(GROSS))[0].code == "4042514"
    assert codes(bank.pay_account(attempt.pay_code)) == ["4042414"]
    work()
    assert books() == after and traces()[2] == before[2] == 1


def test_25_payment_va_expired(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert codes(bank.pay_account(attempt.pay_code)) == ["4042419"]
        assert bank.tell_payment(attempt.pay_code, amount_of(GROSS))[0].code == "4042519"
    expire_attempt(attempt.pk)
    assert bank.tell_payment(attempt.pay_code, amount_of(GROSS))[0].code == "4042519"
    work()
    assert Journal.objects.filter(kind__startswith="CAPTURE").count() == 0
    assert UnmatchedMoney.objects.count() == 0, "a refused payment goes back at the bank; nothing came to us"


def test_25_payment_va_bill_not_found(case: Case, bank: FakeBank) -> None:
    assert bank.tell_payment("88899100000001", amount_of(GROSS))[0].code == "4042512"


def test_25_payment_va_conflict_posts_nothing_twice(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    body = {
        **names_of(bank, attempt.pay_code),
        "paymentRequestId": "bayar-1",
        "paidAmount": amount_of(GROSS),
        "trxDateTime": bank.stamp(),
    }
    assert bank.call("25", body, X_EXTERNAL_ID="7" * 20).code == "2002500"
    log, before = LogEntry.objects.count(), traces()
    assert bank.call("25", body, X_EXTERNAL_ID="7" * 20).code == "4092500"
    assert (LogEntry.objects.count(), traces()) == (log, before)
    assert bank.call("25", body).code == "2002500", "the same payment under a new id is told the same again"
    work()
    assert Journal.objects.filter(kind="CAPTURE").count() == 1 and UnmatchedMoney.objects.count() == 0


def test_a_payment_that_was_found_by_asking_is_not_refused_when_the_bank_tells_it(
    case: Case, bank: FakeBank
) -> None:
    attempt = attempted(case)
    bank.books.account_paid(attempt.pay_code, amount_of(GROSS))
    sync_attempt(attempt.pk)
    before = books()
    assert case.fresh().state == "PAID"
    assert bank.tell_payment(attempt.pay_code, amount_of(GROSS))[0].code == "2002500"
    work()
    assert books() == before and UnmatchedMoney.objects.count() == 0


def test_the_rest_after_too_little_is_taken_by_a_second_account(case: Case, bank: FakeBank) -> None:
    short = attempted(case)
    bank.books.account_paid(short.pay_code, amount_of(GROSS - 86_800_000))
    sync_attempt(short.pk)
    assert case.fresh().state == "PAYMENT_APPROVED"
    rest = attempted(case)
    assert rest.amount == 868_000
    assert codes(bank.pay_account(rest.pay_code)) == ["2002400", "2002500"]
    work()
    assert case.fresh().state == "PAID"
    for paid in (short, rest):
        assert codes(bank.pay_account(paid.pay_code)) == ["4042414"], "nothing is owed any more"
    assert Journal.objects.filter(kind="CAPTURE").count() == 2 and disagreements() == []


def test_payments_at_once_are_accepted_once(case: Case, bank: FakeBank) -> None:
    attempt = attempted(case)
    api = APIS["25"]

    def pay(number: int) -> str:
        body = {
            **names_of(bank, attempt.pay_code),
            "paymentRequestId": f"bayar-{number}",
            "paidAmount": amount_of(GROSS),
            "trxDateTime": bank.stamp(),
        }
        raw = json.dumps(body).encode()
        try:
            return take_payment(raw, bank.signed(api, raw)).code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(pay, range(16)))
    assert sorted(got) == ["2002500"] + ["4042514"] * 15
    work()
    assert Journal.objects.filter(kind="CAPTURE").count() == 1


# ── 52 QRIS notice ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def small_case(bank: FakeBank) -> Case:
    """An order below the cap of QRIS."""
    made = accepted([("BARANG", 10, 52_000)], shipping=0)
    approved(made)
    by_client(bank)
    return made


def test_52_notify_qr_mpm_success_lands_in_escrow_exactly_once(small_case: Case, bank: FakeBank) -> None:
    attempt = attempted(small_case, "snap_qris")
    assert attempt.pay_code.startswith("000201010212") and attempt.reference in attempt.pay_code
    bank.copies = 2
    assert codes(bank.scan(attempt.pay_code)) == ["2005200"] * 3
    work()
    work()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.received) == ("CAPTURED", small_case.purchase.total * 100)
    assert small_case.fresh().state == "PAID"
    assert Journal.objects.filter(kind="CAPTURE").count() == 1 and UnmatchedMoney.objects.count() == 0


def test_52_notify_qr_mpm_invalid_fields_move_nothing(small_case: Case, bank: FakeBank) -> None:
    attempt = attempted(small_case, "snap_qris")
    body = {
        "originalReferenceNo": "r-1",
        "originalPartnerReferenceNo": attempt.reference,
        "latestTransactionStatus": "00",
        "amount": {"value": "x", "currency": "IDR"},
    }
    before = traces()
    assert bank.call("52", body).code == "4005201"
    assert bank.call("52", {**body, "originalPartnerReferenceNo": ""}).code == "4005202"
    work()
    assert traces() == before


def test_qris_paid_too_late_is_kept_and_never_in_escrow(small_case: Case, bank: FakeBank) -> None:
    attempt = attempted(small_case, "snap_qris")
    expire_attempt(attempt.pk)
    bank.scan(attempt.pay_code)
    work()
    assert UnmatchedMoney.objects.get().kind == "LATE" and small_case.fresh().state == "PAYMENT_APPROVED"


def test_an_unpaid_code_is_withdrawn_at_the_bank_after_a_day(small_case: Case, bank: FakeBank) -> None:
    attempt = attempted(small_case, "snap_qris")
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert expire_stale() == 1
    assert bank.books.codes[attempt.reference]["status"] == "05"


def test_a_code_whose_answer_was_lost_is_withdrawn_and_paid_anew(small_case: Case, bank: FakeBank) -> None:
    bank.lose_answers = 1
    attempt = start_payment(
        actor=small_case.treasurer, purchase_id=small_case.purchase.pk, provider_name="snap_qris"
    )
    with pytest.raises(Exception, match=attempt.reference):
        send_attempt(attempt.pk)
    send_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "CANCELLED" and "mulai pembayaran lagi" in attempt.reason
    assert attempted(small_case, "snap_qris").pay_code


def test_a_virtual_account_whose_answer_was_lost_is_found_again(case: Case, bank: FakeBank) -> None:
    bank.lose_answers = 1
    attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk, provider_name="snap_va")
    with pytest.raises(Exception, match=attempt.reference):
        send_attempt(attempt.pk)
    send_attempt(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "PENDING" and attempt.pay_code in bank.books.accounts


# ── the shared secret instead of the bank's key ──────────────────────────────────────────────────────────────────
def test_a_bank_that_signs_with_the_shared_secret_and_our_token(
    settings: LazySettings, transactional_db: None
) -> None:
    with FakeBank(now=clock.now, dialect="symmetric") as running:
        agree_with(running, settings)
        made = accepted()
        approved(made)
        by_client(running)
        attempt = attempted(made)
        names = names_of(running, attempt.pay_code)
        assert running.call("24", names, Authorization="Bearer bukan-token").code == "4012400"
        raw, token = json.dumps(names).encode(), running.token_from_partner()
        with clock.frozen(clock.now() + timedelta(minutes=16)):
            headers = running.signed(APIS["24"], raw)
            words = f"POST:/snap/v1.0/transfer-va/inquiry:{token}:{digest(raw)}:{headers['X-TIMESTAMP']}"
            old = {"Authorization": f"Bearer {token}", "X-SIGNATURE": mac(running.partner.secret, words)}
            status, answer = running.carry(APIS["24"].path, raw, {**headers, **old})
        assert (status, answer["responseCode"]) == (401, "4012401"), "rightly signed, but the token has ended"
        assert codes(running.pay_account(attempt.pay_code)) == ["2002400", "2002500"]
        TOKENS.forget((running.url, running.partner.client_id))


# ── forgery ──────────────────────────────────────────────────────────────────────────────────────────────────────
def forge(bank: FakeBank, number: str, chance: random.Random) -> tuple[str, bytes, dict[str, str]]:
    """A request of somebody who has seen real ones: some part of it is not what the bank signed, or not of now."""
    service = chance.choice(["24", "25", "25", "52"])
    api = APIS[service]
    body = {
        **names_of(bank, number),
        "paymentRequestId": f"p{chance.random()}",
        "paidAmount": amount_of(GROSS),
        "trxDateTime": bank.stamp(),
        "originalReferenceNo": "r",
        "originalPartnerReferenceNo": "BYR-1-00000001",
        "latestTransactionStatus": "00",
        "amount": amount_of(GROSS),
    }
    raw = json.dumps(body).encode()
    headers = bank.signed(api, raw)
    signed, path = headers["X-SIGNATURE"], api.path
    way = chance.randrange(10)
    if way == 0:
        words = f"POST:/snap{path}:{digest(raw)}:{headers['X-TIMESTAMP']}"
        headers["X-SIGNATURE"] = signature(keypair("forger")[0], words)
    elif way == 1:
        raw = raw.replace(b"20868000.00", b"1.00") + b" "
    elif way == 2:
        headers["X-TIMESTAMP"] = bank.stamp(timedelta(seconds=chance.randrange(1, 200)))
    elif way == 3:
        headers = bank.signed(api, raw, at=bank.stamp(timedelta(minutes=chance.choice([-60, -6, 6, 60]))))
    elif way == 4:
        headers["X-SIGNATURE"] = mac("rahasia", headers["X-TIMESTAMP"])
    elif way == 5:
        at = chance.randrange(len(signed) - 2)
        headers["X-SIGNATURE"] = signed[:at] + ("A" if signed[at] != "A" else "B") + signed[at + 1 :]
    elif way == 6:
        headers["X-SIGNATURE"] = chance.choice(["", " ", "=", "ñ", "AAAA", signed[:-8]])
    elif way == 7:
        path = APIS[{"24": "25", "25": "24", "52": "25"}[service]].path
    elif way == 8:
        del headers[chance.choice(["X-SIGNATURE", "X-TIMESTAMP", "X-PARTNER-ID", "X-EXTERNAL-ID"])]
    else:
        headers["X-PARTNER-ID"] = "orang-lain"
    return path, raw, headers


def flood(case: Case, bank: FakeBank, requests: int) -> None:
    attempt = attempted(case)
    number, before, chance = attempt.pay_code, traces(), random.Random(requests)
    accepted_ones = 0
    for _ in range(requests):
        path, raw, headers = forge(bank, number, chance)
        status, answer = bank.carry(path, raw, headers)
        assert status in {400, 401}, answer
        accepted_ones += answer["responseCode"].startswith("200")
    work()
    assert (accepted_ones, traces()) == (0, before)
    assert SnapRequest.objects.count() == 0
    assert ProviderEvent.objects.filter(verdict="VERIFIED").count() == 0
    kept = ProviderEvent.objects.exclude(verdict="VERIFIED").count()
    assert 0 < kept <= 100, "some are kept to be looked at, and no more: they are kept for ever"
    assert codes(bank.pay_account(number)) == ["2002400", "2002500"], "and the bank is let in at once"


def test_300_forged_requests_none_accepted_and_the_bank_not_locked_out(case: Case, bank: FakeBank) -> None:
    flood(case, bank, 300)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_10_000_forged_requests_none_accepted_and_the_bank_not_locked_out(case: Case, bank: FakeBank) -> None:
    flood(case, bank, 10_000)


def test_a_request_too_long_to_be_one_is_not_read(case: Case, bank: FakeBank) -> None:
    raw = b'{"x": "' + b"a" * 20_000 + b'"}'
    status, answer = bank.carry(APIS["25"].path, raw, bank.signed(APIS["25"], raw))
    assert (status, answer["responseCode"]) == (400, "4002500")
    for broken in (b"[]", b"\xff\xfe", b"{", b"null", b'{"paymentRequestId": "\\u0000"}'):
        _status, answer = bank.carry(APIS["25"].path, broken, bank.signed(APIS["25"], broken))
        assert answer["responseCode"] == "4002500"


def test_without_a_bank_nobody_is_answered(case: Case, bank: FakeBank, settings: LazySettings) -> None:
    settings.SNAP = {**settings.SNAP, "base_url": ""}
    assert bank.call("24", names_of(bank, "88899100000001")).code == "4042416"
