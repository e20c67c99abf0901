"""Our side of SNAP BI as a client, against a bank that takes nothing unsigned. One positive and one negative test per
API, named after the verification guide of ASPI: service, then case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from marketplace.core import clock
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Beneficiary, Outcome, PayoutOutcome
from procurement.settlement.providers.snap.client import TOKENS, SnapClient
from procurement.settlement.providers.snap.collecting import SnapQris, SnapVirtualAccount
from procurement.settlement.providers.snap.transfers import StatementLost, statement
from procurement.settlement.providers.snap.words import (
    BANK_STATEMENT,
    VA_CREATE,
    ResponseCode,
    amount_of,
    customer_number,
    reference_of,
    sen_of,
)
from tests.fakes.snap import FakeBank
from tests.fakes.snap.ledger import SLOW_ACCOUNT, UNKNOWN_ACCOUNT
from tests.fakes.snap.standard import answer_faults
from tests.fakes.snap.writing import qr
from tests.settlement.conftest import agree_with

pytestmark = pytest.mark.django_db(transaction=True)
REFERENCE, NUMBER, SEN = "BYR-17-00420123", "8889917" + "00420123", 2_086_800_000
VENDOR = Beneficiary("002", "1234567890", "CV Maju Bersama Contoh")


@pytest.fixture
def account(bank: FakeBank) -> SnapVirtualAccount:
    plugin = provider("snap_va")
    assert isinstance(plugin, SnapVirtualAccount)
    return plugin


@pytest.fixture
def code(bank: FakeBank) -> SnapQris:
    plugin = provider("snap_qris")
    assert isinstance(plugin, SnapQris)
    return plugin


def hurried(plugin: SnapVirtualAccount | SnapQris) -> None:
    plugin.client = SnapClient(plugin.agreed, timeout_seconds=0.15)


def opened(plugin: SnapVirtualAccount | SnapQris, reference: str = REFERENCE, sen: int = SEN):
    return plugin.create(
        reference=reference, amount=sen, description="Pesanan EO-1", idempotency_key=reference
    )


def paid_out(plugin: SnapVirtualAccount, to: Beneficiary = VENDOR, sen: int = SEN, reference: str = "TRF-1"):
    return plugin.payout(
        reference=reference, amount=sen, to=to, description="Pesanan EO-1", idempotency_key=reference
    )


def external_ids(bank: FakeBank) -> list[str]:
    return [headers["X-EXTERNAL-ID"] for _service, _body, headers in bank.requests]


# ── 73 access token B2B ──────────────────────────────────────────────────────────────────────────────────────────
def test_73_access_token_b2b_success(bank: FakeBank, account: SnapVirtualAccount) -> None:
    opened(account)
    opened(account, "BYR-18-00420123")
    tokens = [code for api, code, _body in bank.answers if api.code == "73"]
    assert tokens == [200], "one token serves until its end"


def test_73_access_token_b2b_unauthorized_signature(
    bank: FakeBank, account: SnapVirtualAccount, settings: LazySettings
) -> None:
    settings.SNAP = {**settings.SNAP, "client_id": "orang-lain"}
    plugin = provider("snap_va")
    result = opened(plugin)  # type: ignore[arg-type]
    assert result.outcome == Outcome.FAILED and "4017300" in result.reason
    assert bank.books.accounts == {}


def test_a_token_the_bank_forgot_is_replaced_and_the_request_made_anew(
    bank: FakeBank, account: SnapVirtualAccount
) -> None:
    opened(account)
    bank.forget_tokens()
    assert account.sync(REFERENCE).outcome == Outcome.PENDING
    assert len(set(external_ids(bank))) == len(external_ids(bank))


# ── 27 create VA, 26 status, 31 delete ───────────────────────────────────────────────────────────────────────────
def test_27_create_va_success(bank: FakeBank, account: SnapVirtualAccount) -> None:
    with clock.frozen(clock.now()):
        made = account.create(
            reference=REFERENCE,
            amount=SEN,
            description="Pesanan EO-1",
            idempotency_key=REFERENCE,
            expires_at=clock.now() + timedelta(days=1),
        )
    assert (made.outcome, made.provider_ref, made.pay_code) == (Outcome.PENDING, NUMBER, NUMBER)
    stored = bank.books.accounts[NUMBER]
    assert stored["partnerServiceId"] == "   88899", "eight characters, padded on the left"
    assert stored["virtualAccountNo"] == f"   {NUMBER}"
    assert (stored["totalAmount"], stored["virtualAccountTrxType"]) == (amount_of(SEN), "C")
    assert stored["expiredDate"].endswith("+07:00")


def test_27_create_va_conflict_is_resolved_by_asking(bank: FakeBank, account: SnapVirtualAccount) -> None:
    opened(account)
    again = opened(account)
    assert again.outcome == Outcome.UNKNOWN and "4092701" in again.reason
    assert account.sync(REFERENCE).pay_code == NUMBER


def test_27_create_va_invalid_field_format(bank: FakeBank, account: SnapVirtualAccount) -> None:
    reply = account.client.ask(VA_CREATE, {"partnerServiceId": "88899", "customerNo": "1"})
    assert str(reply.code) == "4002702" and bank.books.accounts == {}


def test_26_inquiry_status_va_paid(bank: FakeBank, account: SnapVirtualAccount) -> None:
    opened(account)
    bank.books.account_paid(NUMBER, amount_of(SEN))
    told = account.sync(REFERENCE)
    assert (told.outcome, told.amount, told.provider_ref) == (Outcome.CAPTURED, SEN, NUMBER)


def test_26_inquiry_status_va_not_found(account: SnapVirtualAccount) -> None:
    assert account.sync("BYR-99-00000001").outcome == Outcome.NOT_FOUND
    assert account.sync("bukan rujukan kita").outcome == Outcome.NOT_FOUND


def test_31_delete_va_success(bank: FakeBank, account: SnapVirtualAccount) -> None:
    opened(account)
    gone = account.cancel(NUMBER, idempotency_key="x", reference=REFERENCE)
    assert gone.outcome == Outcome.CANCELLED and account.sync(REFERENCE).outcome == Outcome.CANCELLED


def test_31_delete_va_paid_bill(bank: FakeBank, account: SnapVirtualAccount) -> None:
    opened(account)
    bank.books.account_paid(NUMBER, amount_of(SEN))
    assert account.cancel(NUMBER, idempotency_key="x", reference=REFERENCE).outcome == Outcome.FAILED


# ── 47 generate QR, 51 query, 77 cancel ──────────────────────────────────────────────────────────────────────────
def test_47_generate_qr_mpm_success(bank: FakeBank, code: SnapQris) -> None:
    made = opened(code, sen=985_000_000)
    assert made.outcome == Outcome.PENDING and made.pay_code.startswith("000201010212")
    assert bank.books.codes[REFERENCE]["referenceNo"] == made.provider_ref


def test_47_generate_qr_mpm_invalid_merchant(bank: FakeBank, code: SnapQris) -> None:
    bank.partner.merchant_id = "ID9"
    made = opened(code)
    assert made.outcome == Outcome.FAILED and "4044708" in made.reason


def test_a_code_that_is_not_ours_is_never_shown(
    bank: FakeBank, code: SnapQris, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "tests.fakes.snap.ledger.qr"
    for number, wrong in enumerate(
        (
            lambda a, r, m: "000201sudah rusak",
            lambda a, r, m: qr("1", r, m),
            lambda a, r, m: qr(a, "LAIN-1", m),
            lambda a, r, m: qr(a, r, m, kind="11"),
        )
    ):
        monkeypatch.setattr(written, wrong)
        made = opened(code, f"BYR-{number + 1}-00000009", 985_000_000)
        assert (made.outcome, made.pay_code) == (Outcome.FAILED, "")
        assert "QR dari bank" in made.reason


def test_51_query_qr_mpm_paid(bank: FakeBank, code: SnapQris) -> None:
    made = opened(code)
    bank.silent = True
    bank.scan(made.pay_code)
    told = code.sync(REFERENCE)
    assert (told.outcome, told.amount, told.provider_ref) == (Outcome.CAPTURED, SEN, made.provider_ref)


def test_51_query_qr_mpm_transaction_not_found(code: SnapQris) -> None:
    assert code.sync("BYR-1-00000009").outcome == Outcome.NOT_FOUND


def test_77_cancel_qr_mpm_success(bank: FakeBank, code: SnapQris) -> None:
    made = opened(code)
    gone = code.cancel(made.provider_ref, idempotency_key="x", reference=REFERENCE)
    assert gone.outcome == Outcome.CANCELLED and code.sync(REFERENCE).outcome == Outcome.CANCELLED


def test_77_cancel_qr_mpm_paid_bill(bank: FakeBank, code: SnapQris) -> None:
    made = opened(code)
    bank.silent = True
    bank.scan(made.pay_code)
    assert code.cancel("", idempotency_key="x", reference=REFERENCE).outcome == Outcome.FAILED


# ── 17 intrabank, 18 interbank, 36 status ────────────────────────────────────────────────────────────────────────
def test_17_transfer_intrabank_success(bank: FakeBank, account: SnapVirtualAccount) -> None:
    sent = paid_out(account, Beneficiary(bank.partner.bank_code, "1234567890", "CV Maju"))
    assert sent.outcome == PayoutOutcome.ACCEPTED
    assert bank.books.transfers["TRF-1"]["service"] == "17"
    assert account.payout_status("TRF-1").outcome == PayoutOutcome.ACCEPTED


def test_17_transfer_intrabank_invalid_account(bank: FakeBank, account: SnapVirtualAccount) -> None:
    sent = paid_out(account, Beneficiary(bank.partner.bank_code, UNKNOWN_ACCOUNT, "CV Maju"))
    assert sent.outcome == PayoutOutcome.FAILED and "4041711" in sent.reason
    assert bank.books.transfers == {}


def test_18_transfer_interbank_success(bank: FakeBank, account: SnapVirtualAccount) -> None:
    sent = paid_out(account)
    stored = bank.books.transfers["TRF-1"]
    assert sent.outcome == PayoutOutcome.ACCEPTED and sent.provider_ref == stored["referenceNo"]
    assert (stored["service"], stored["beneficiaryBankCode"], stored["amount"]) == (
        "18",
        "002",
        amount_of(SEN),
    )


def test_18_transfer_interbank_in_progress(account: SnapVirtualAccount) -> None:
    assert paid_out(account, Beneficiary("002", SLOW_ACCOUNT, "CV Maju")).outcome == PayoutOutcome.PENDING
    assert account.payout_status("TRF-1").outcome == PayoutOutcome.PENDING


def test_18_transfer_interbank_insufficient_funds(bank: FakeBank, account: SnapVirtualAccount) -> None:
    sent = paid_out(account, sen=bank.books.balance + 100)
    assert sent.outcome == PayoutOutcome.FAILED and "4031814" in sent.reason


def test_36_transfer_status_success_after_a_lost_answer(bank: FakeBank, account: SnapVirtualAccount) -> None:
    bank.lose_answers = 1
    assert paid_out(account).outcome == PayoutOutcome.UNKNOWN
    assert account.payout_status("TRF-1").outcome == PayoutOutcome.ACCEPTED
    assert paid_out(account).outcome == PayoutOutcome.UNKNOWN, "409: the bank has it; it is not sent twice"
    assert len(bank.books.transfers) == 1
    assert len(set(external_ids(bank))) == len(external_ids(bank)), "every question has an id of its own"


def test_36_transfer_status_transaction_not_found(account: SnapVirtualAccount) -> None:
    assert account.payout_status("TRF-tidak-ada").outcome == PayoutOutcome.NOT_FOUND


# ── 14 bank statement ────────────────────────────────────────────────────────────────────────────────────────────
def test_14_bank_statement_success(bank: FakeBank, account: SnapVirtualAccount) -> None:
    begin = clock.now()
    with clock.frozen(begin) as move_to:
        for number in range(1, 26):
            move_to(begin + timedelta(minutes=number))
            paid_out(account, sen=number * 100, reference=f"TRF-{number}")
        rows = statement(account.client, since=begin, until=clock.now() + timedelta(minutes=1))
    assert [row.amount for row in rows] == [-number * 100 for number in range(1, 26)]
    assert len({row.transaction_id for row in rows}) == 25 and rows[0].remark.endswith("TRF-1")


def test_14_bank_statement_invalid_account(
    bank: FakeBank, account: SnapVirtualAccount, settings: LazySettings
) -> None:
    settings.SNAP = {**settings.SNAP, "source_account": "1"}
    plugin = provider("snap_va")
    assert isinstance(plugin, SnapVirtualAccount)
    with pytest.raises(StatementLost, match="4041411"):
        statement(plugin.client, since=clock.now(), until=clock.now())


# ── silence, and what stands under every request ─────────────────────────────────────────────────────────────────
def test_silence_after_doing_is_unknown_and_found_out_by_asking(
    bank: FakeBank, account: SnapVirtualAccount, code: SnapQris
) -> None:
    opened(account, "BYR-1-00000001")
    hurried(account)
    bank.stall_seconds = 0.4
    assert opened(account).outcome == Outcome.UNKNOWN
    bank.stall_seconds = 0
    assert account.sync(REFERENCE).outcome == Outcome.PENDING
    bank.fail_after = 1
    assert opened(account, "BYR-2-00000002").outcome == Outcome.UNKNOWN
    assert account.sync("BYR-2-00000002").outcome == Outcome.PENDING
    bank.fail_before = 1
    assert opened(account, "BYR-3-00000003").outcome == Outcome.UNKNOWN
    assert account.sync("BYR-3-00000003").outcome == Outcome.NOT_FOUND
    bank.lose_answers = 1
    assert account.sync("BYR-3-00000003").outcome == Outcome.UNKNOWN


def test_what_the_bank_answers_is_what_the_standard_asks_for(
    bank: FakeBank, account: SnapVirtualAccount, code: SnapQris
) -> None:
    opened(account), opened(code), paid_out(account), account.sync(REFERENCE), code.sync(REFERENCE)
    account.payout_status("TRF-1"), account.cancel("", idempotency_key="x", reference=REFERENCE)
    code.cancel("", idempotency_key="x", reference=REFERENCE)
    statement(account.client, since=clock.now() - timedelta(days=1), until=clock.now())
    assert {api.code for api, _http, _body in bank.answers} >= {
        *("14", "18", "26", "27", "31", "36", "47", "51", "73", "77")
    }
    assert [faults for answer in bank.answers if (faults := answer_faults(*answer))] == []


def test_an_answer_that_is_not_the_banks_is_silence(bank: FakeBank, account: SnapVirtualAccount) -> None:
    opened(account)
    strange = SnapClient(account.agreed)
    reply = strange.ask(type(BANK_STATEMENT)("14", "/v1.0/tidak-ada"), {})
    assert reply.code is None and reply.nobody_knows


def test_secrets_stand_in_no_representation(bank: FakeBank, account: SnapVirtualAccount) -> None:
    shown = repr(account.agreed) + repr(vars(account.client)) + repr(VENDOR)
    for secret in (bank.partner.secret, bank.partner.private_key, VENDOR.account_number):
        assert secret not in shown


def test_a_bank_behind_a_prefix(settings: LazySettings, transactional_db: None) -> None:
    with FakeBank(now=clock.now, prefix="/openapi") as running:
        agree_with(running, settings)
        plugin = provider("snap_va")
        assert opened(plugin).outcome == Outcome.PENDING  # type: ignore[arg-type]
        TOKENS.forget((running.url, running.partner.client_id))


def test_words() -> None:
    assert ResponseCode.parse("2002700") == ResponseCode(200, "27", "00")
    assert [ResponseCode.parse(wrong) for wrong in ("", "200270", "20027000", None, 2002700, "２002700")] == (
        [None] * 6
    )
    assert reference_of(customer_number(REFERENCE)) == REFERENCE
    assert [reference_of(wrong) for wrong in ("", "0" * 20, "abc", "1" * 30, None)] == [""] * 5
    with pytest.raises(ValueError, match="virtual account"):
        customer_number("BYR-1-abc")
    assert sen_of(amount_of(150)) == 150 and sen_of({"value": "10000", "currency": "IDR"}) == 1_000_000
    for wrong in ("1e3", "-1.00", "1.001", "", None, "١٠"):
        with pytest.raises(ValueError, match="amount"):
            sen_of({"value": wrong, "currency": "IDR"})
    with pytest.raises(ValueError, match="rupiah"):
        sen_of({"value": "1.00", "currency": "USD"})
