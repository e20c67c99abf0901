"""Reads of personal data by offices: who opened or took away what, and for what purpose."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.audit import acts
from marketplace.audit.queries import Line, lines_of, readable_by
from procurement.oversight.queries.keyset import page_before

PAGE: Final = 50


def reads_page(actor: Actor, *, person: int | None, before: int | None) -> tuple[list[Line], int | None]:
    """One keyset page of reads in the actor's region, of one person or of all: one query."""
    found = readable_by(actor).filter(act__in=acts.personal()).select_related("leaf")
    if person:
        found = found.filter(user_id=person)
    rows, older = page_before(found, before, size=PAGE)
    return lines_of(rows), older
