"""What the standard says about each service: its path and the fields it must have. Written down from public manuals.

`M` fields of requests and answers, with their greatest length; names of amounts stand without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Api:
    code: str
    method: str
    path: str
    asked: Mapping[str, int | None] = field(default_factory=dict)
    answered: tuple[str, ...] = ()


ACCOUNT = {"partnerServiceId": 8, "customerNo": 20, "virtualAccountNo": 28}
_ACCOUNT_DATA = tuple(f"virtualAccountData.{name}" for name in ACCOUNT)

APIS = {
    each.code: each
    for each in (
        Api(
            "14",
            "POST",
            "/v1.0/bank-statement",
            {"accountNo": 34, "fromDateTime": 25, "toDateTime": 25},
            ("detailData", "hasMore"),
        ),
        Api(
            "17",
            "POST",
            "/v1.0/transfer-intrabank",
            {
                "partnerReferenceNo": 64,
                "amount": None,
                "beneficiaryAccountNo": 34,
                "sourceAccountNo": 34,
                "transactionDate": 25,
            },
            ("partnerReferenceNo", "referenceNo", "amount", "beneficiaryAccountNo"),
        ),
        Api(
            "18",
            "POST",
            "/v1.0/transfer-interbank",
            {
                "partnerReferenceNo": 64,
                "amount": None,
                "beneficiaryAccountName": 100,
                "beneficiaryAccountNo": 34,
                "beneficiaryBankCode": 8,
                "sourceAccountNo": 34,
                "transactionDate": 25,
            },
            ("partnerReferenceNo", "referenceNo", "amount", "beneficiaryAccountNo", "beneficiaryBankCode"),
        ),
        Api(
            "24",
            "POST",
            "/v1.0/transfer-va/inquiry",
            {**ACCOUNT, "inquiryRequestId": 128},
            (
                *_ACCOUNT_DATA,
                "virtualAccountData.virtualAccountName",
                "virtualAccountData.inquiryRequestId",
                "virtualAccountData.totalAmount",
                "virtualAccountData.inquiryStatus",
            ),
        ),
        Api(
            "25",
            "POST",
            "/v1.0/transfer-va/payment",
            {**ACCOUNT, "paymentRequestId": 128, "paidAmount": None, "trxDateTime": 25},
            (
                *_ACCOUNT_DATA,
                "virtualAccountData.paymentRequestId",
                "virtualAccountData.paidAmount",
                "virtualAccountData.paymentFlagStatus",
            ),
        ),
        Api(
            "26",
            "POST",
            "/v1.0/transfer-va/status",
            {**ACCOUNT, "inquiryRequestId": 128},
            (*_ACCOUNT_DATA, "virtualAccountData.paymentFlagStatus"),
        ),
        Api(
            "27",
            "POST",
            "/v1.0/transfer-va/create-va",
            {**ACCOUNT, "virtualAccountName": 255, "trxId": 64, "totalAmount": None},
            (*_ACCOUNT_DATA, "virtualAccountData.trxId", "virtualAccountData.totalAmount"),
        ),
        Api("31", "DELETE", "/v1.0/transfer-va/delete-va", {**ACCOUNT, "trxId": 64}, _ACCOUNT_DATA),
        Api(
            "36",
            "POST",
            "/v1.0/transfer/status",
            {"originalPartnerReferenceNo": 64, "serviceCode": 2},
            ("originalPartnerReferenceNo", "serviceCode", "latestTransactionStatus", "amount"),
        ),
        Api(
            "47",
            "POST",
            "/v1.0/qr/qr-mpm-generate",
            {"partnerReferenceNo": 64, "amount": None, "merchantId": 64},
            ("partnerReferenceNo", "qrContent"),
        ),
        Api(
            "51",
            "POST",
            "/v1.0/qr/qr-mpm-query",
            {"originalPartnerReferenceNo": 64, "serviceCode": 2},
            ("serviceCode", "latestTransactionStatus"),
        ),
        Api(
            "52",
            "POST",
            "/v1.0/qr/qr-mpm-notify",
            {"originalReferenceNo": 64, "latestTransactionStatus": 2},
        ),
        Api(
            "73",
            "POST",
            "/v1.0/access-token/b2b",
            {"grantType": 32},
            ("accessToken", "tokenType", "expiresIn"),
        ),
        Api("77", "POST", "/v1.0/qr/qr-mpm-cancel", {"originalPartnerReferenceNo": 64, "merchantId": 64}),
    )
}


def request_fault(api: Api, body: Mapping[str, Any]) -> tuple[str, str] | None:
    """(case, field) of the first field that is missing (02) or of another form (01)."""
    for name, longest in api.asked.items():
        value = body.get(name)
        if value in (None, "", {}):
            return "02", name
        if longest is None:
            if not _is_amount(value):
                return "01", name
        elif not isinstance(value, str) or len(value) > longest:
            return "01", name
    return None


def answer_faults(api: Api, http: int, body: Mapping[str, Any]) -> list[str]:
    """What an answer lacks or says wrongly."""
    code = body.get("responseCode")
    faults = []
    if not isinstance(code, str) or len(code) != 7 or code[:3] != str(http) or code[3:5] != api.code:
        faults.append(f"responseCode {code!r} for HTTP {http} of service {api.code}")
    if not body.get("responseMessage") or len(body["responseMessage"]) > 150:
        faults.append("responseMessage")
    if http == 200:
        faults += [name for name in api.answered if _missing(body, name)]
    return faults


def _missing(body: Mapping[str, Any], name: str) -> bool:
    found: Any = body
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found in (None, "")


def _is_amount(value: Any) -> bool:
    text = value.get("value") if isinstance(value, dict) else None
    whole, dot, part = text.partition(".") if isinstance(text, str) else ("", "", "")
    return bool(dot and whole.isdigit() and part.isdigit() and len(part) == 2 and value["currency"] == "IDR")
