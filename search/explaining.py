"""Why a listing stands where it stands: its points by part, in words. Two queries for a page of hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from search.engines import scoring
from search.finder import Asked
from search.models import ListingCard
from search.ranking import MARKET, STANDING_PARTS


def explain(cards: Sequence[ListingCard], asked: Asked) -> None:
    """Set `why` of each card: (part in words, points); together they are its points."""
    if not cards or not asked.terms:
        return
    parts = [
        *scoring.parts_of_fit(asked.terms, MARKET),
        ("+near", scoring.near(asked.question.deliver_to, asked.near)),
    ]
    values: list[Any] = [value for _name, (_sql, given) in parts for value in given]
    columns = ", ".join(sql for _name, (sql, _given) in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT listing_id, standing, standing_parts, {columns} FROM search_listingcard"
            " WHERE listing_id = ANY(%s)",
            [*values, [card.pk for card in cards]],
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    for card in cards:
        if card.pk in rows:
            standing, told, *points = rows[card.pk]
            fitting = [(_said(name), number) for (name, _sql), number in zip(parts, points, strict=True)]
            card.why = [*fitting, *_standing(standing, told)]
            repeated = (card.points or 0) - sum(points for _part, points in card.why)
            if repeated:
                card.why = [*card.why, ("produk lain dari penyedia yang sama", repeated)]


def _said(part: str) -> str:
    named = {
        scoring.TOGETHER: "kata berurutan di nama produk",
        scoring.SHORT: "nama produk ringkas",
        "+near": "kedekatan dengan tempat kirim",
    }
    return named.get(part, f"kata “{part}”")


def _standing(standing: int, told: Sequence[int]) -> list[tuple[str, int]]:
    if len(told) != len(STANDING_PARTS):
        return [("kedudukan", standing)]
    return list(zip(STANDING_PARTS.values(), told, strict=True))
