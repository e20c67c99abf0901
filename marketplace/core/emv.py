"""EMVCo payment QR codes (QRIS): tag-length-value, and the checksum that tells a code from mere digits. Pure.

Rule: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode; the standard QRIS of Bank Indonesia
(PADG 21/18/PADG/2019). The checksum is CRC-16/CCITT-FALSE over everything up to and with `6304`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

BEGINNING = "000201"
"""Tag 00, length 02, version 01: how every such code begins."""
LONGEST = 512
_CHECKSUM = "6304"
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")


class NotACode(ValueError):
    """The text is no payment QR code; the message says where it stops being one."""


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE of `text` (UTF-8) as four hexadecimal capitals."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return f"{crc:04X}"


def fields(text: str) -> dict[str, str]:
    """Tag → value of one level. Raises NotACode for a broken length, or a tag that comes twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (_two_digits(tag) and _two_digits(length)):
            raise NotACode(f"tag or length is not a number at {at}")
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length):
            raise NotACode(f"tag {tag} at {at} says {int(length)} characters, {len(value)} are left")
        if tag in found:
            raise NotACode(f"tag {tag} comes twice")
        found[tag] = value
        at += 4 + int(length)
    return found


def _two_digits(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()


def read(code: str) -> dict[str, str]:
    """The tags of a whole code whose checksum stands. Raises NotACode."""
    if not code.startswith(BEGINNING) or len(code) > LONGEST:
        raise NotACode("does not begin as a payment code, or is too long")
    found = fields(code)
    if list(found)[-1] != "63" or len(found["63"]) != 4:
        raise NotACode("does not end with its checksum")
    if found["63"].upper() != checksum(code[:-4]):
        raise NotACode(f"the checksum is {found['63']}, it should be {checksum(code[:-4])}")
    return found


def written(tags: Iterable[tuple[str, str]]) -> str:
    """Tags and values as text, without a checksum. ValueError for a value longer than 99 characters."""
    parts = []
    for tag, value in tags:
        if len(value) > 99:
            raise ValueError(f"tag {tag} is longer than 99 characters")
        parts.append(f"{tag}{len(value):02d}{value}")
    return "".join(parts)


def sealed(body: str) -> str:
    """A code's text with its checksum."""
    return body + _CHECKSUM + checksum(body + _CHECKSUM)


def payment_code_in(text: str) -> str | None:
    """The first payment QR code that stands in free text; None when there is none.

    Line breaks, invisible characters and wide letters do not hide it; nor do white space and separators put between
    its characters. Only a code whose checksum stands counts: a broken one pays nobody.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    variants = (plain, re.sub(r"[\r\n\t]+ *", "", plain), re.sub(r"(?<=\S)[ \r\n\t|,;_]+(?=\S)", "", plain))
    return next((code for variant in variants if (code := _first_code(variant))), None)


def _first_code(text: str) -> str | None:
    for start in (found.start() for found in re.finditer(BEGINNING, text)):
        candidate = text[start : start + LONGEST]
        for end in re.finditer(_CHECKSUM + "[0-9A-Fa-f]{4}", candidate):
            try:
                read(candidate[: end.end()])
            except NotACode:
                continue
            return candidate[: end.end()]
    return None
