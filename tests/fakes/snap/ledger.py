"""What the bank knows: virtual accounts, codes, transfers, and the statement of the partner's account."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from tests.fakes.snap.writing import qr

if TYPE_CHECKING:
    from tests.fakes.snap.bank import Partner

PAGE = 10
UNKNOWN_ACCOUNT, SLOW_ACCOUNT = "0000000000", "9999999999"
"""Accounts with a story: nobody's, and one whose transfers take their time."""


class Refusal(Exception):
    def __init__(self, http: int, case: str, message: str) -> None:
        super().__init__(message)
        self.http, self.case, self.message = http, case, message


class Books:
    def __init__(self, partner: Partner, now: Callable[[], datetime], *, own_reference: bool = False) -> None:
        self.partner, self.now, self.own_reference = partner, now, own_reference
        self.balance = 100_000_000_000  # sen
        self.accounts: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.transfers: dict[str, dict[str, Any]] = {}
        self.lines: list[dict[str, Any]] = []

    def serve(self, service: str, body: Mapping[str, Any]) -> dict[str, Any]:
        serving = {
            "14": self._statement,
            "17": lambda asked: self._transfer("17", asked),
            "18": lambda asked: self._transfer("18", asked),
            "26": self._account_status,
            "27": self._open_account,
            "31": self._close_account,
            "36": self._transfer_status,
            "47": self._make_code,
            "51": self._code_status,
            "77": self._cancel_code,
        }
        return serving[service](body)

    # ── virtual accounts ─────────────────────────────────────────────────────────────────────────────────────────
    def _open_account(self, body: Mapping[str, Any]) -> dict[str, Any]:
        number = self._number(body)
        if number in self.accounts:
            raise Refusal(409, "01", "Duplicate partnerReferenceNo")
        self.accounts[number] = {**body, "status": "01", "paidAmount": None}
        return {"virtualAccountData": dict(body)}

    def _account_status(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._account(body)
        names = {name: found[name] for name in ("partnerServiceId", "customerNo", "virtualAccountNo")}
        told = {**names, "paymentFlagStatus": found["status"], "trxId": found["trxId"]}
        if found["paidAmount"]:
            told["paidAmount"] = found["paidAmount"]
        return {"virtualAccountData": {**told, "inquiryRequestId": body["inquiryRequestId"]}}

    def _close_account(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._account(body)
        if found["status"] == "00":
            raise Refusal(404, "14", "Paid Bill")
        found["status"] = "05"
        return {"virtualAccountData": {name: body[name] for name in body}}

    def _account(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self.accounts.get(self._number(body))
        if found is None:
            raise Refusal(404, "12", "Invalid Bill/Virtual Account [Not Found]")
        return found

    def _number(self, body: Mapping[str, Any]) -> str:
        padded = self.partner.service_id.rjust(8)
        if body["partnerServiceId"] != padded or body["virtualAccountNo"] != padded + body["customerNo"]:
            raise Refusal(400, "01", "Invalid Field Format virtualAccountNo")
        return str(body["virtualAccountNo"]).strip()

    def account_paid(self, number: str, amount: Mapping[str, str]) -> None:
        found = self.accounts.get(number.strip())
        if found is None or found["status"] == "00":
            return
        found["status"], found["paidAmount"] = "00", dict(amount)
        self._line("CREDIT", amount, f"VA {number} {found['trxId']}")

    # ── codes ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _make_code(self, body: Mapping[str, Any]) -> dict[str, Any]:
        reference = body["partnerReferenceNo"]
        if reference in self.codes:
            raise Refusal(409, "01", "Duplicate partnerReferenceNo")
        if body["merchantId"] != self.partner.merchant_id:
            raise Refusal(404, "08", "Invalid Merchant")
        written = secrets.token_hex(8) if self.own_reference else reference
        content = qr(body["amount"]["value"].removesuffix(".00"), written, body["merchantId"])
        made = {
            "partnerReferenceNo": reference,
            "referenceNo": secrets.token_hex(8),
            "qrContent": content,
            "amount": body["amount"],
            "status": "01",
            "until": body.get("validityPeriod", ""),
        }
        self.codes[reference] = made
        return {name: made[name] for name in ("partnerReferenceNo", "referenceNo", "qrContent")}

    def _code_status(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._code(body)
        return {
            "originalPartnerReferenceNo": found["partnerReferenceNo"],
            "originalReferenceNo": found["referenceNo"],
            "serviceCode": "47",
            "latestTransactionStatus": found["status"],
            "amount": found["amount"],
        }

    def _cancel_code(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._code(body)
        if found["status"] == "00":
            raise Refusal(404, "14", "Paid Bill")
        found["status"] = "05"
        return {"originalPartnerReferenceNo": found["partnerReferenceNo"]}

    def _code(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self.codes.get(body["originalPartnerReferenceNo"])
        if found is None:
            raise Refusal(404, "01", "Transaction Not Found")
        return found

    def code_paid(self, content: str) -> dict[str, Any]:
        found = next(each for each in self.codes.values() if each["qrContent"] == content)
        if found["status"] != "01":
            raise AssertionError(f"this code takes no money: {found['status']}")
        found["status"] = "00"
        self._line("CREDIT", found["amount"], f"QRIS {found['partnerReferenceNo']}")
        return found

    # ── transfers ────────────────────────────────────────────────────────────────────────────────────────────────
    def _transfer(self, service: str, body: Mapping[str, Any]) -> dict[str, Any]:
        reference = body["partnerReferenceNo"]
        if reference in self.transfers:
            raise Refusal(409, "01", "Duplicate partnerReferenceNo")
        if body["sourceAccountNo"] != self.partner.account:
            raise Refusal(404, "11", "Invalid Account [Source]")
        if body["beneficiaryAccountNo"] == UNKNOWN_ACCOUNT:
            raise Refusal(404, "11", "Invalid Account")
        sen = int(body["amount"]["value"].replace(".", ""))
        if sen > self.balance:
            raise Refusal(403, "14", "Insufficient Funds")
        self.balance -= sen
        slow = body["beneficiaryAccountNo"] == SLOW_ACCOUNT
        made = {
            **body,
            "service": service,
            "status": "03" if slow else "00",
            "referenceNo": secrets.token_hex(8),
        }
        self.transfers[reference] = made
        self._line("DEBIT", body["amount"], f"{body.get('remark', '')} {reference}")
        names = ("partnerReferenceNo", "amount", "beneficiaryAccountNo", "beneficiaryBankCode", "referenceNo")
        return {**{name: made[name] for name in names if name in made}, "_http": 202 if slow else 200}

    def _transfer_status(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self.transfers.get(body["originalPartnerReferenceNo"])
        if found is None or found["service"] != body["serviceCode"]:
            raise Refusal(404, "01", "Transaction Not Found")
        return {
            "originalPartnerReferenceNo": found["partnerReferenceNo"],
            "originalReferenceNo": found["referenceNo"],
            "serviceCode": found["service"],
            "latestTransactionStatus": found["status"],
            "amount": found["amount"],
        }

    # ── statement ────────────────────────────────────────────────────────────────────────────────────────────────
    def _line(self, kind: str, amount: Mapping[str, str], remark: str) -> None:
        at = self.now().astimezone(timezone(timedelta(hours=7)))
        self.lines.append(
            {
                "transactionId": f"{len(self.lines) + 1:08d}",
                "transactionDate": at.isoformat(timespec="seconds"),
                "type": kind,
                "amount": dict(amount),
                "remark": remark,
            }
        )

    def _statement(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if body["accountNo"] != self.partner.account:
            raise Refusal(404, "11", "Invalid Account")
        since, until = (
            datetime.fromisoformat(body[name]).astimezone(UTC) for name in ("fromDateTime", "toDateTime")
        )
        found = [
            line for line in self.lines if since <= datetime.fromisoformat(line["transactionDate"]) <= until
        ]
        more = "Y" if len(found) > PAGE else "N"
        return {"accountNo": body["accountNo"], "detailData": found[:PAGE], "hasMore": more}
