"""All papers of a vendor's orders, newest first, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import CharField
from django.db.models.functions import Cast

from marketplace.accounts.actors import Actor
from procurement.documents.models import Paper
from procurement.purchasing.queries.orders import purchases_of

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class VendorPapers:
    """One page of papers. `older` is the query string of the next page; empty on the last."""

    papers: list[Paper]
    kind: str
    older: str

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What the list can be narrowed to."""
        field = Paper._meta.get_field("kind")
        return [("", "Semua"), *((str(code), str(label)) for code, label in field.choices or ())]

    @classmethod
    def of(cls, actor: Actor, asked: Mapping[str, str]) -> VendorPapers:
        """The page a query string asks for: one query. What it cannot mean is passed over."""
        field = Paper._meta.get_field("kind")
        kind = asked.get("jenis", "") if asked.get("jenis", "") in dict(field.choices or ()) else ""
        own = purchases_of(actor).annotate(key=Cast("pk", CharField())).values("key")
        found = Paper.objects.filter(subject_type="purchase", subject_id__in=own).order_by("-pk")
        if kind:
            found = found.filter(kind=kind)
        before = asked.get("sebelum", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            found = found.filter(pk__lt=int(before))
        rows = list(found[: PAGE + 1])
        last = rows[PAGE - 1].pk if len(rows) > PAGE else None
        older = urlencode(({"jenis": kind} if kind else {}) | {"sebelum": last}) if last else ""
        return cls(rows[:PAGE], kind, older)
