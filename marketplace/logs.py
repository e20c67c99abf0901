"""What stands in the program's log: every error with its way there, and nobody's row."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

# PostgreSQL tells the whole failing row in DETAIL, names and addresses of people included.
_ROW: Final = re.compile(
    r"^DETAIL:.*?(?=^HINT:|^CONTEXT:|^The above exception|^During handling|\Z)", re.MULTILINE | re.DOTALL
)


class WithoutRows(logging.Formatter):
    """Formats an error without the rows the database quotes."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """The traceback; what DETAIL told is left out."""
        return _ROW.sub("DETAIL: (left out)\n", super().formatException(ei)).rstrip()
