"""All papers of a vendor's orders, newest first, by kind and month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import CharField
from django.db.models.functions import Cast

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from procurement.documents.models import Paper
from procurement.purchasing.queries.orders import purchases_of

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class VendorPapers:
    """One page of papers. `older` is the query string of the next page; empty on the last."""

    papers: list[Paper]
    kind: str
    month: str
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
        month = month_of(asked.get("bulan", ""))
        if month:
            found = found.filter(issued_at__gte=month[0], issued_at__lt=month[1])
        before = asked.get("sebelum", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            found = found.filter(pk__lt=int(before))
        rows = list(found[: PAGE + 1])
        last = rows[PAGE - 1].pk if len(rows) > PAGE else None
        told = {"jenis": kind, "bulan": f"{month[0]:%Y-%m}" if month else ""}
        kept = {name: value for name, value in told.items() if value}
        older = urlencode(kept | {"sebelum": str(last)}) if last else ""
        return cls(rows[:PAGE], kind, told["bulan"], older)


def month_of(text: str) -> tuple[datetime, datetime] | None:
    """The first moments of a month (`2026-11`) and of the next in Jakarta; None for anything else."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text, re.ASCII):
        return None
    year, month = int(text[:4]), int(text[5:])
    following = (year + month // 12, month % 12 + 1)
    return datetime(year, month, 1, tzinfo=clock.JAKARTA), datetime(*following, 1, tzinfo=clock.JAKARTA)
