"""QRIS codes of ours: dynamic ones alone, each for one payment, with our reference inside (tag 62.05). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from marketplace.core import emv
from marketplace.core.emv import NotACode

RUPIAH: Final = "360"
STATIC, DYNAMIC = "11", "12"
MANDATORY: Final = ("52", "53", "58", "59", "60")
"""What every code says beside its version, payee and checksum: category, currency, country, name, city."""
REFERENCE_LENGTH: Final = 25
"""How long a reference in tag 62.05 may be."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says. `amount` is sen, None when the payer types it (a static code)."""

    dynamic: bool
    amount: int | None
    merchant: str
    merchant_id: str
    reference: str


def parsed(text: str) -> Code:
    """A whole QRIS code whose checksum stands. Raises NotACode, also for another country's or currency's code."""
    tags = emv.read(text)
    missing = [tag for tag in MANDATORY if tag not in tags]
    if missing or not any("02" <= tag <= "51" for tag in tags):
        raise NotACode(f"without tag {', '.join(missing) or '26 to 51, who is paid'}")
    if tags.get("53") != RUPIAH or tags.get("58") != "ID":
        raise NotACode("not a code in rupiah")
    accounts = emv.fields(tags["51"]) if "51" in tags else {}
    extra = emv.fields(tags["62"]) if "62" in tags else {}
    return Code(
        dynamic=tags.get("01") == DYNAMIC,
        amount=_sen(tags["54"]) if "54" in tags else None,
        merchant=tags.get("59", "").strip(),
        merchant_id=accounts.get("02", ""),
        reference=extra.get("05", "").strip(),
    )


def built(
    *, amount: int, reference: str, merchant: str, merchant_id: str, city: str, category: str = "9399"
) -> str:
    """A dynamic code for `amount` sen under our `reference`. ValueError for what a code cannot hold.

    `merchant_id` is the National Merchant ID (NMID); `category` the merchant category code (9399: government).
    """
    if amount <= 0 or not 0 < len(reference) <= REFERENCE_LENGTH:
        raise ValueError(f"amount {amount} sen or reference {reference!r} does not fit into a QRIS code")
    whole, part = divmod(amount, 100)
    national = emv.written([("00", "ID.CO.QRIS.WWW"), ("02", merchant_id), ("03", "UME")])
    return emv.sealed(
        emv.written(
            [
                ("00", "01"),
                ("01", DYNAMIC),
                ("51", national),
                ("52", category),
                ("53", RUPIAH),
                ("54", f"{whole}.{part:02d}" if part else str(whole)),
                ("58", "ID"),
                ("59", merchant[:25]),
                ("60", city[:15]),
                ("62", emv.written([("05", reference)])),
            ]
        )
    )


def faults(text: str, *, amount: int, reference: str | None) -> str:
    """Why a code a bank made for us must not be shown to a payer; empty when it is right.

    `reference` is what tag 62.05 must say; None when the bank puts its own there.
    """
    try:
        code = parsed(text)
    except NotACode as error:
        return f"QR dari bank tidak terbaca: {error}"
    if not code.dynamic or code.amount != amount:
        return "QR dari bank bukan untuk nilai pembayaran ini"
    if reference is not None and code.reference != reference:
        return "QR dari bank menyebut rujukan lain"
    return ""


def _sen(text: str) -> int:
    """`"7800"`, `"78.005"` is refused: at most two decimals. Raises NotACode."""
    whole, dot, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(part) > 2 or (dot and not part.isdigit()):
        raise NotACode(f"{text!r} is not an amount")
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))
