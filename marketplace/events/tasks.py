"""Jobs and readers of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.audit import stamping
from marketplace.audit.models import Entry
from marketplace.events import notices
from marketplace.events.registry import job, reader

STAMP: Final = "events.stamp_checkpoint"


@reader("notices")
def tell(entry: Entry) -> None:
    """Put news into the trays of those it is for."""
    notices.tell(entry)


@job("events.mail_notice")
def mail_notice(payload: Mapping[str, Any]) -> None:
    """Send one notice by e-mail."""
    notices.mail(payload["notice"])


@job(STAMP)
def stamp_checkpoint(payload: Mapping[str, Any]) -> None:
    """Have today's checkpoint stamped by a time-stamping authority."""
    stamping.stamp_today()
