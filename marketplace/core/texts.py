"""Bytes that should be a text: which encoding they are in, and what no text that people wrote holds."""

from __future__ import annotations

import re
from typing import Final

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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


def control_in(text: str) -> str:
    """The first control character of a text as `U+0000`, tabs and line ends aside; empty when there is none.

    Nobody types one, PostgreSQL keeps no U+0000, and the rest hides what a reader should see.
    """
    found = _CONTROL.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""
