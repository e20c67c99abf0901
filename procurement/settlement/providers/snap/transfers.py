"""Transfers out of the agency's account, and what the bank's statement says of it. No method retries by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marketplace.core import clock
from marketplace.core.clock import JAKARTA
from procurement.settlement.providers.base import Beneficiary, Outcome, PayoutOutcome, PayoutResult
from procurement.settlement.providers.snap.client import SnapClient
from procurement.settlement.providers.snap.dialects import read_moment
from procurement.settlement.providers.snap.words import (
    BANK_STATEMENT,
    STATUS,
    TRANSFER_INTERBANK,
    TRANSFER_INTRABANK,
    TRANSFER_STATUS,
    amount_of,
    sen_of,
    text_of,
)

REMARK_LENGTH: Final = 50
MOST_PAGES: Final = 200
_SEEN: Final = {
    Outcome.CAPTURED: PayoutOutcome.ACCEPTED,
    Outcome.PENDING: PayoutOutcome.PENDING,
    Outcome.FAILED: PayoutOutcome.FAILED,
    Outcome.CANCELLED: PayoutOutcome.FAILED,
    Outcome.NOT_FOUND: PayoutOutcome.NOT_FOUND,
}


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of the bank's statement. `amount` is sen, negative for money that left."""

    at: datetime
    amount: int
    remark: str
    transaction_id: str


class StatementLost(Exception):
    """The bank gave no statement, or one that cannot be read whole."""


def transfer(
    client: SnapClient, *, reference: str, amount: int, to: Beneficiary, description: str
) -> PayoutResult:
    """Transfer `amount` sen: intrabank (17) when the account is at our own bank, interbank (18) otherwise."""
    agreed = client.agreed
    inside = to.bank_code == agreed.bank_code
    asked: dict[str, Any] = {
        "partnerReferenceNo": reference,
        "amount": amount_of(amount),
        "beneficiaryAccountNo": to.account_number,
        "sourceAccountNo": agreed.source_account,
        "transactionDate": clock.now().astimezone(JAKARTA).isoformat(timespec="seconds"),
        "remark": description[:REMARK_LENGTH],
    }
    if not inside:
        asked |= {"beneficiaryAccountName": to.holder_name[:100], "beneficiaryBankCode": to.bank_code}
    reply = client.ask(TRANSFER_INTRABANK if inside else TRANSFER_INTERBANK, asked)
    if reply.nobody_knows:
        return PayoutResult(PayoutOutcome.UNKNOWN, reason=reply.message)
    number = text_of(reply.body, "referenceNo")[:80]
    if not reply.done:
        return PayoutResult(PayoutOutcome.FAILED, number, reply.message)
    begun = reply.code is not None and reply.code.http == 202
    return PayoutResult(PayoutOutcome.PENDING if begun else PayoutOutcome.ACCEPTED, number)


def status(client: SnapClient, reference: str) -> PayoutResult:
    """Ask for a transfer of ours (36), by whichever of the two services it was made."""
    results = [_status_by(client, reference, service.code) for service in _BOTH]
    for wanted in (
        PayoutOutcome.ACCEPTED,
        PayoutOutcome.PENDING,
        PayoutOutcome.UNKNOWN,
        PayoutOutcome.FAILED,
    ):
        for result in results:
            if result.outcome == wanted:
                return result
    return PayoutResult(PayoutOutcome.NOT_FOUND)


_BOTH: Final = (TRANSFER_INTERBANK, TRANSFER_INTRABANK)


def _status_by(client: SnapClient, reference: str, service_code: str) -> PayoutResult:
    asked = {"originalPartnerReferenceNo": reference, "serviceCode": service_code}
    reply = client.ask(TRANSFER_STATUS, asked)
    if reply.code is not None and (reply.code.http, reply.code.case) == (404, "01"):
        return PayoutResult(PayoutOutcome.NOT_FOUND)
    if not reply.done:
        return PayoutResult(PayoutOutcome.UNKNOWN, reason=reply.message)
    outcome = STATUS.get(text_of(reply.body, "latestTransactionStatus"), Outcome.UNKNOWN)
    number = text_of(reply.body, "originalReferenceNo")[:80]
    reason = text_of(reply.body, "transactionStatusDesc")[:200]
    return PayoutResult(_SEEN.get(outcome, PayoutOutcome.UNKNOWN), number, reason)


def statement(client: SnapClient, *, since: datetime, until: datetime) -> list[StatementRow]:
    """The bank's own account of the agency's account (14), page by page. Raises StatementLost."""
    rows: list[StatementRow] = []
    start = since
    for _page in range(MOST_PAGES):
        reply = client.ask(
            BANK_STATEMENT,
            {
                "partnerReferenceNo": client.agreed.dialect.new_external_id(clock.now()),
                "accountNo": client.agreed.source_account,
                "fromDateTime": start.astimezone(JAKARTA).isoformat(timespec="seconds"),
                "toDateTime": until.astimezone(JAKARTA).isoformat(timespec="seconds"),
            },
        )
        if not reply.done:
            raise StatementLost(reply.message)
        known = {row.transaction_id for row in rows}
        page = [row for row in _rows(reply.body) if row.transaction_id not in known]
        rows += page
        if text_of(reply.body, "hasMore").upper() not in {"Y", "TRUE"}:
            return rows
        if not page:
            raise StatementLost("halaman mutasi berikutnya tidak membawa baris baru")
        start = page[-1].at
    raise StatementLost("mutasi tidak berakhir")


def _rows(body: Mapping[str, Any]) -> Iterator[StatementRow]:
    details = body.get("detailData")
    if not isinstance(details, list):
        raise StatementLost("mutasi tanpa detailData")
    for detail in details:
        try:
            at = read_moment(detail["transactionDate"])
            sign = {"CREDIT": 1, "DEBIT": -1}[detail["type"]]
            row = StatementRow(
                at or _never(),
                sign * sen_of(detail["amount"]),
                str(detail.get("remark", "")),
                str(detail["transactionId"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StatementLost(f"baris mutasi tidak terbaca: {type(error).__name__}") from error
        yield row


def _never() -> datetime:
    raise ValueError("no moment")
