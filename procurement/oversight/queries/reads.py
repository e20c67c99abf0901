"""Reads of personal data by offices: who opened what, and for what purpose."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.audit.queries import Line, line_of, readable_by

ACTS: Final = ("personal_data.read", "personal_data.reveal")
PAGE: Final = 50


def reads_page(actor: Actor, *, person: int | None, before: int | None) -> tuple[list[Line], int | None]:
    """One keyset page of reads in the actor's region, of one person or of all: one query."""
    found = readable_by(actor).filter(act__in=ACTS).select_related("leaf").order_by("-pk")
    if person:
        found = found.filter(user_id=person)
    rows: list[Entry] = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return [line_of(each) for each in rows], rows[-1].pk if more else None
