"""Collecting through a SNAP BI bank: a virtual account or a QRIS code for one payment, and transfers to vendors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from marketplace.core import clock
from marketplace.core.clock import JAKARTA
from procurement.settlement.providers.base import (
    Beneficiary,
    Capabilities,
    Fact,
    NoPayout,
    Notice,
    Outcome,
    PayoutResult,
    Result,
    Vault,
)
from procurement.settlement.providers.qris import faults
from procurement.settlement.providers.snap.agreement import Agreement, agreement
from procurement.settlement.providers.snap.callbacks import checked
from procurement.settlement.providers.snap.client import TIMEOUT_SECONDS, Reply, SnapClient
from procurement.settlement.providers.snap.transfers import StatementRow, statement, status, transfer
from procurement.settlement.providers.snap.words import (
    QR_CANCEL,
    QR_GENERATE,
    QR_NOTIFY,
    QR_QUERY,
    STATUS,
    VA_CREATE,
    VA_DELETE,
    VA_PAYMENT,
    VA_STATUS,
    Service,
    amount_of,
    customer_number,
    reference_of,
    sen_of,
    text_of,
)

HOUR: Final = 3_600
NOT_FOUND_CASES: Final = frozenset({"01", "12"})
"""Transaction not found; invalid bill or virtual account."""


class _Collecting:
    """What virtual account and QRIS have in common: there is nothing to capture, and refunds are transfers."""

    _notice: Service

    def __init__(self, agreed: Agreement, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.agreed = agreed
        self.client = SnapClient(agreed, timeout_seconds=timeout_seconds)

    def capture(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Nothing is held back that could be captured."""
        return Result(Outcome.FAILED, provider_ref, reason="Pembayaran ini tidak mengenal penjaminan dana.")

    def refund(self, provider_ref: str, *, amount: int, idempotency_key: str) -> Result:
        """Money goes back by transfer, to an account that two persons checked."""
        return Result(Outcome.FAILED, provider_ref, reason="Pengembalian dilakukan dengan transfer bank.")

    def fee(self, provider_ref: str) -> int | None:
        """Banks bill these fees by the month, not by the payment."""
        return 0

    def check_notification(self, raw: bytes, headers: Mapping[str, str], *, now: datetime) -> Notice:
        """Whether the bank says this, and what it says."""
        called = checked(self.agreed, self._notice, raw, headers, now=now)
        if called.verdict != "VERIFIED":
            return Notice(called.verdict)
        try:
            facts = tuple(self.read(raw))
        except (ValueError, KeyError, TypeError):
            return Notice("UNREADABLE")
        event_id = f"{called.day}:{called.external_id}"
        return Notice("VERIFIED", event_id, f"snap.{self._notice.code}", facts)

    def read(self, raw: bytes) -> Sequence[Fact]:
        """What a verified notice says; overridden."""
        raise NotImplementedError


class SnapVirtualAccount(_Collecting):
    """A virtual account of the bank for one payment, closed: it takes exactly the amount."""

    name = "snap_va"
    label = "Virtual account"
    capabilities = Capabilities(
        authorise=False,
        capture_partial=False,
        refund=False,
        payout=True,
        sync_by_reference=True,
        statement=True,
        min_amount=1_000_000,
        max_amount=99_999_999_999_900,
        instrument="VIRTUAL_ACCOUNT",
        shows_code=True,
        expiry=(HOUR, 30 * 24 * HOUR),
    )
    _notice = VA_PAYMENT

    def create(
        self,
        *,
        reference: str,
        amount: int,
        description: str,
        idempotency_key: str,
        expires_at: datetime | None = None,
    ) -> Result:
        """Open a virtual account (27). An answer that says it was opened before is looked into like a lost one."""
        asked: dict[str, Any] = {
            **self._account(reference),
            "virtualAccountName": description[:255],
            "trxId": reference,
            "totalAmount": amount_of(amount),
            "virtualAccountTrxType": "C",
        }
        if expires_at is not None:
            asked["expiredDate"] = _moment(expires_at)
        reply = self.client.ask(VA_CREATE, asked)
        if reply.nobody_knows:
            return Result(Outcome.UNKNOWN, reason=reply.message)
        if not reply.done:
            return Result(Outcome.FAILED, reason=reply.message)
        told = reply.body.get("virtualAccountData")
        number = text_of(told, "virtualAccountNo") if isinstance(told, Mapping) else ""
        if number.strip() not in {"", asked["virtualAccountNo"].strip()}:
            return Result(Outcome.FAILED, reason="Bank membuka virtual account dengan nomor lain.")
        return self._waiting(reference)

    def sync(self, reference: str) -> Result:
        """Ask for the virtual account's status (26)."""
        try:
            account = self._account(reference)
        except ValueError:
            return Result(Outcome.NOT_FOUND)
        asked = {**account, "inquiryRequestId": self.agreed.dialect.new_external_id(clock.now())}
        reply = self.client.ask(VA_STATUS, asked)
        if _not_found(reply):
            return Result(Outcome.NOT_FOUND)
        told = reply.body.get("virtualAccountData")
        if not reply.done or not isinstance(told, Mapping):
            return Result(Outcome.UNKNOWN, reason=reply.message)
        if text_of(told, "virtualAccountNo").strip() != account["virtualAccountNo"].strip():
            return Result(Outcome.UNKNOWN, reason="Bank menjawab tentang virtual account lain.")
        outcome = STATUS.get(text_of(told, "paymentFlagStatus"), Outcome.UNKNOWN)
        if outcome == Outcome.PENDING:
            return self._waiting(reference)
        return _with_amount(outcome, told.get("paidAmount"), account["virtualAccountNo"].strip())

    def cancel(self, provider_ref: str, *, idempotency_key: str, reference: str = "") -> Result:
        """Close the virtual account (31), so that it takes no money any more."""
        asked = {**self._account(reference), "trxId": reference}
        reply = self.client.ask(VA_DELETE, asked)
        return _withdrawn(reply, provider_ref)

    def __init__(self, agreed: Agreement, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Transfers and statements come with an account of the agency's at the bank."""
        super().__init__(agreed, timeout_seconds=timeout_seconds)
        has_account = bool(agreed.source_account)
        self.capabilities = replace(self.capabilities, payout=has_account, statement=has_account)

    def statement(self, since: datetime, until: datetime) -> list[StatementRow]:
        """The bank's lines of the agency's account between two moments (14). Raises StatementLost."""
        return statement(self.client, since=since, until=until)

    def payout(
        self, *, reference: str, amount: int, to: Beneficiary, description: str, idempotency_key: str
    ) -> PayoutResult:
        """Transfer within the bank (17) or to another (18). The reference is what makes it happen once."""
        return transfer(self.client, reference=reference, amount=amount, to=to, description=description)

    def payout_status(self, reference: str) -> PayoutResult:
        """Ask where a transfer stands (36)."""
        return status(self.client, reference)

    def read(self, raw: bytes) -> Sequence[Fact]:
        """A payment (25): money came. An inquiry says nothing about money."""
        body = json.loads(raw)
        if "paidAmount" not in body:
            return ()
        reference = reference_of(str(body["customerNo"]).strip())
        number = str(body["virtualAccountNo"]).strip()
        return (Fact(reference, number, Outcome.CAPTURED, sen_of(body["paidAmount"])),)

    def _account(self, reference: str) -> dict[str, str]:
        """The three names the standard has for one account. ValueError for a reference that is none of ours."""
        number, service_id = customer_number(reference), self.agreed.padded_service_id
        return {
            "partnerServiceId": service_id,
            "customerNo": number,
            "virtualAccountNo": service_id + number,
        }

    def _waiting(self, reference: str) -> Result:
        number = self._account(reference)["virtualAccountNo"].strip()
        return Result(Outcome.PENDING, number, pay_code=number)


class SnapQris(NoPayout, _Collecting):
    """A dynamic QRIS code of ours for one payment."""

    name = "snap_qris"
    label = "QRIS"
    capabilities = Capabilities(
        authorise=False,
        capture_partial=False,
        refund=False,
        payout=False,
        sync_by_reference=True,
        statement=False,
        min_amount=100,
        max_amount=99_999_999_999_900,
        instrument="QRIS",
        shows_code=True,
        cap="payment.qris_max",
        expiry=(60, 24 * HOUR),
    )
    _notice = QR_NOTIFY

    def create(
        self,
        *,
        reference: str,
        amount: int,
        description: str,
        idempotency_key: str,
        expires_at: datetime | None = None,
    ) -> Result:
        """Have a code made (47) and read it before anybody sees it: dynamic, our amount, our reference."""
        asked: dict[str, Any] = {
            "partnerReferenceNo": reference,
            "amount": amount_of(amount),
            "merchantId": self.agreed.merchant_id,
            "terminalId": self.agreed.terminal_id,
        }
        if expires_at is not None:
            asked["validityPeriod"] = _moment(expires_at)
        reply = self.client.ask(QR_GENERATE, asked)
        if reply.nobody_knows:
            return Result(Outcome.UNKNOWN, reason=reply.message)
        if not reply.done:
            return Result(Outcome.FAILED, reason=reply.message)
        code = text_of(reply.body, "qrContent")
        repeated = reference if self.agreed.dialect.qr_repeats_reference else None
        if fault := faults(code, amount=amount, reference=repeated):
            return Result(Outcome.FAILED, reason=fault[:200])
        return Result(Outcome.PENDING, text_of(reply.body, "referenceNo")[:80], pay_code=code)

    def sync(self, reference: str) -> Result:
        """Ask for the payment's status (51). The bank does not tell the code again."""
        asked = {
            "originalPartnerReferenceNo": reference,
            "serviceCode": QR_GENERATE.code,
            "merchantId": self.agreed.merchant_id,
        }
        reply = self.client.ask(QR_QUERY, asked)
        if _not_found(reply):
            return Result(Outcome.NOT_FOUND)
        told = text_of(reply.body, "originalPartnerReferenceNo")
        if not reply.done or told not in {"", reference}:
            return Result(Outcome.UNKNOWN, reason=reply.message)
        outcome = STATUS.get(text_of(reply.body, "latestTransactionStatus"), Outcome.UNKNOWN)
        number = text_of(reply.body, "originalReferenceNo")[:80]
        return _with_amount(outcome, reply.body.get("amount"), number)

    def cancel(self, provider_ref: str, *, idempotency_key: str, reference: str = "") -> Result:
        """Withdraw the code (77)."""
        asked = {
            "originalPartnerReferenceNo": reference,
            "originalReferenceNo": provider_ref,
            "merchantId": self.agreed.merchant_id,
            "reason": "Tidak jadi dibayar",
        }
        return _withdrawn(self.client.ask(QR_CANCEL, asked), provider_ref)

    def read(self, raw: bytes) -> Sequence[Fact]:
        """A notice (52): how the payment stands, with the amount that came."""
        body = json.loads(raw)
        outcome = STATUS.get(text_of(body, "latestTransactionStatus"))
        if outcome in {None, Outcome.NOT_FOUND}:
            return ()
        assert outcome is not None
        amount = sen_of(body["amount"]) if outcome == Outcome.CAPTURED else 0
        reference = text_of(body, "originalPartnerReferenceNo")[:40]
        return (Fact(reference, text_of(body, "originalReferenceNo")[:80], outcome, amount),)


def virtual_account(vault: Vault) -> SnapVirtualAccount | None:
    """Virtual accounts, when the bank gave a company code for them."""
    agreed = agreement(vault)
    return SnapVirtualAccount(agreed) if agreed is not None and agreed.service_id else None


def qris(vault: Vault) -> SnapQris | None:
    """QRIS, when the bank gave a merchant id for it."""
    agreed = agreement(vault)
    return SnapQris(agreed) if agreed is not None and agreed.merchant_id else None


def _moment(at: datetime) -> str:
    return at.astimezone(JAKARTA).isoformat(timespec="seconds")


def _not_found(reply: Reply) -> bool:
    return reply.code is not None and reply.code.http == 404 and reply.code.case in NOT_FOUND_CASES


def _withdrawn(reply: Reply, provider_ref: str) -> Result:
    if reply.done or _not_found(reply):
        return Result(Outcome.CANCELLED, provider_ref)
    if reply.nobody_knows:
        return Result(Outcome.UNKNOWN, provider_ref, reason=reply.message)
    return Result(Outcome.FAILED, provider_ref, reason=reply.message)


def _with_amount(outcome: Outcome, amount: object, provider_ref: str) -> Result:
    """An outcome; money that came counts only with an amount that can be read."""
    if outcome != Outcome.CAPTURED:
        return Result(outcome, provider_ref)
    try:
        return Result(outcome, provider_ref, sen_of(amount))
    except ValueError:
        return Result(Outcome.UNKNOWN, provider_ref, reason="Bank tidak menyebut nilai yang dibayar.")
