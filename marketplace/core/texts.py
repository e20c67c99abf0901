"""Bytes that should be a text: which encoding they are in."""

from __future__ import annotations

_WIDE = (b"\xff\xfe", b"\xfe\xff")


def decoded(content: bytes) -> tuple[str, str] | None:
    """The text and its encoding (utf-16, utf-8 or cp1252); None when the bytes are no text.

    Spreadsheet programs in use here write one of the three. UTF-16 is told by its first bytes; what is not UTF-8 is
    taken for Windows' western letters unless it holds zero bytes.
    """
    for encoding in ("utf-16",) if content.startswith(_WIDE) else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding.removesuffix("-sig")
    return None
