"""The standard's vocabulary: services, response codes, amounts, virtual account numbers, references. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from procurement.settlement.providers.base import Outcome


@dataclass(frozen=True, slots=True)
class Service:
    """One API of the standard: its two-digit code, and where it is."""

    code: str
    path: str
    method: str = "POST"


BANK_STATEMENT: Final = Service("14", "/v1.0/bank-statement")
TRANSFER_INTRABANK: Final = Service("17", "/v1.0/transfer-intrabank")
TRANSFER_INTERBANK: Final = Service("18", "/v1.0/transfer-interbank")
VA_INQUIRY: Final = Service("24", "/v1.0/transfer-va/inquiry")
VA_PAYMENT: Final = Service("25", "/v1.0/transfer-va/payment")
VA_STATUS: Final = Service("26", "/v1.0/transfer-va/status")
VA_CREATE: Final = Service("27", "/v1.0/transfer-va/create-va")
VA_DELETE: Final = Service("31", "/v1.0/transfer-va/delete-va", "DELETE")
TRANSFER_STATUS: Final = Service("36", "/v1.0/transfer/status")
QR_GENERATE: Final = Service("47", "/v1.0/qr/qr-mpm-generate")
QR_QUERY: Final = Service("51", "/v1.0/qr/qr-mpm-query")
QR_NOTIFY: Final = Service("52", "/v1.0/qr/qr-mpm-notify")
TOKEN: Final = Service("73", "/v1.0/access-token/b2b")
QR_CANCEL: Final = Service("77", "/v1.0/qr/qr-mpm-cancel")

STATUS: Final[Mapping[str, Outcome]] = {
    "00": Outcome.CAPTURED,
    "01": Outcome.PENDING,
    "02": Outcome.PENDING,
    "03": Outcome.PENDING,
    "04": Outcome.PENDING,  # refunded: the money did come; what went back is a notice of its own
    "05": Outcome.CANCELLED,
    "06": Outcome.FAILED,
    "07": Outcome.NOT_FOUND,
}
"""latestTransactionStatus, and paymentFlagStatus of a status inquiry."""


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """`2002700`: HTTP status, service, case."""

    http: int
    service: str
    case: str

    @classmethod
    def parse(cls, text: object) -> ResponseCode | None:
        """None for anything but seven digits."""
        if not isinstance(text, str) or not re.fullmatch(r"[1-5]\d{6}", text, re.ASCII):
            return None
        return cls(int(text[:3]), text[3:5], text[5:])

    def __str__(self) -> str:
        return f"{self.http}{self.service}{self.case}"

    @property
    def done(self) -> bool:
        """Whether the bank did what was asked, or has begun to (202)."""
        return self.http in {200, 202}

    @property
    def nobody_knows(self) -> bool:
        """Whether it may have happened: the bank failed, was too slow or busy, or says it has seen this before."""
        return self.http >= 500 or self.http in {408, 409, 425, 429}


def amount_of(sen: int) -> dict[str, str]:
    """`{"value": "20868000.00", "currency": "IDR"}`."""
    return {"value": f"{sen // 100}.{sen % 100:02d}", "currency": "IDR"}


def sen_of(amount: object) -> int:
    """Sen of an amount in rupiah as the standard writes it. ValueError for anything else, another currency too."""
    if not isinstance(amount, Mapping) or amount.get("currency") != "IDR":
        raise ValueError("not an amount in rupiah")
    value = amount.get("value")
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,14}(\.\d{1,2})?", value, re.ASCII):
        raise ValueError("not an amount")
    whole, _dot, part = value.partition(".")
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))


_REFERENCE = re.compile(r"BYR-(?P<debt>[1-9]\d{0,11})-(?P<chance>\d{8})", re.ASCII)


def customer_number(reference: str) -> str:
    """Our reference as the customer part of a virtual account number. ValueError for a reference of another form."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"{reference!r} cannot be written as a virtual account number")
    return found["debt"] + found["chance"]


def reference_of(number: object) -> str:
    """The reference behind a customer number; empty when it can be none of ours."""
    if not isinstance(number, str) or not re.fullmatch(r"[1-9]\d{8,19}", number, re.ASCII):
        return ""
    return f"BYR-{number[:-8]}-{number[-8:]}"


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A field as text; empty when it is missing or something else."""
    value = body.get(name)
    return value if isinstance(value, str) else ""
