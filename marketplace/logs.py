"""What stands in the program's log: every error with its way there, nobody's row, and no key to anything."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

# PostgreSQL tells the whole failing row in DETAIL, names and addresses of people included.
_ROW: Final = re.compile(
    r"^DETAIL:.*?(?=^HINT:|^CONTEXT:|^The above exception|^During handling|\Z)", re.MULTILINE | re.DOTALL
)
# Addresses that are keys: whoever reads one in the log could answer an order, confirm a mail or set a password.
_KEY: Final = re.compile(r"(/(?:j|daftar/surel|sandi/ganti)/)[^/\s'\"<>]+")


class WithoutRows(logging.Formatter):
    """Formats an error without the rows the database quotes and without the keys that addresses hold."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole message; of an address that opens something only its beginning is told."""
        return _KEY.sub(r"\1(left out)", super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """The traceback; what DETAIL told is left out."""
        return _ROW.sub("DETAIL: (left out)\n", super().formatException(ei)).rstrip()
