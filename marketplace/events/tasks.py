"""Jobs and readers of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.audit.models import Entry
from marketplace.events import notices
from marketplace.events.registry import job, reader


@reader("notices")
def tell(entry: Entry) -> None:
    """Put news into the trays of those it is for."""
    notices.tell(entry)


@job("events.mail_notice")
def mail_notice(payload: Mapping[str, Any]) -> None:
    """Send one notice by e-mail."""
    notices.mail(payload["notice"])
