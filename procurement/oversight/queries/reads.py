"""Reads of personal data by offices: who opened or took away what, and for what purpose."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.audit import acts
from marketplace.audit.queries import Line, lines_of, readable_by
from marketplace.pages.keyset import keyset_page

PAGE: Final = 50


def reads_page(actor: Actor, *, person: int | None, before: int | None) -> tuple[list[Line], int | None]:
    """One keyset page of reads in the actor's region, of one person or of all: one query."""
    found = readable_by(actor).filter(act__in=acts.personal()).select_related("leaf")
    if person:
        found = found.filter(user_id=person)
    page = keyset_page(found, size=PAGE, before=before)
    return lines_of(page.rows), page.older
