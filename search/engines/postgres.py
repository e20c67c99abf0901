"""The PostgreSQL engine: the embedded default. No lag, exact counts, one query for a question with words, two without.

With words everything that fits is read once and both counted and put in order. Without words the order is that of an
index, and the counts of a large catalogue, which take long, are kept for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.regulation.places import around
from search.engines import scoring
from search.engines.keeping import keep, kept
from search.finder import Asked, Counts, Found
from search.packing import EDGES, counted
from search.ranking import MARKET

_ORDER = {
    "terbaru": "live_since DESC, listing_id DESC",
    "termurah": "price, listing_id",
    "termahal": "price DESC, listing_id DESC",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the WHERE clause; `facet` names what does not count it against itself."""

    sql: str
    values: tuple[Any, ...]
    facet: str = ""


class PostgresEngine:
    """Engine on the table of cards."""

    name = "postgresql"

    def ask(self, asked: Asked, *, limit: int, offset: int = 0) -> Found:
        """One query with words; without, one for the hits and one for the counts unless those are kept."""
        if asked.terms:
            rows, hits = _read(asked, limit=limit, offset=offset)
            return Found(hits, _counts(asked, rows), self.name)
        counts = kept(asked) or keep(asked, _counts(asked, _read(asked, limit=0)[0]))
        return Found(_listed(asked, limit, offset), counts, self.name)

    def arrived(self, asked: Asked, *, after: int, upto: int, since: datetime) -> list[int]:
        """The listings that fit among those which arrived as numbers `after` < n <= `upto`, the newest first.

        Args:
            since: on show no longer than that.
        """
        where, values = _where(_conditions(asked))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT listing_id FROM search_listingcard WHERE {where} AND live_since >= %s AND listing_id IN"
                " (SELECT listing_id FROM search_listingarrival WHERE id > %s AND id <= %s)"
                f" ORDER BY {_ORDER['terbaru']}",
                [*values, since, after, upto],
            )
            return [listing_id for (listing_id,) in cursor.fetchall()]


Rows = list[tuple[str, int, str, int]]
"""Which count, by what number or area code, how many."""


def _conditions(asked: Asked) -> list[Condition]:
    question = asked.question
    found = []
    if asked.terms:
        found.append(Condition("document @@ %s::tsquery", (scoring.matching(asked.terms),)))
    if asked.regions is not None:
        found.append(Condition("region_id = ANY(%s)", (sorted(asked.regions),)))
    if question.price_from:
        found.append(Condition("price >= %s", (question.price_from,)))
    if question.price_to:
        found.append(Condition("price <= %s", (question.price_to,)))
    if question.deliver_to:
        found.append(Condition("area_codes && %s::varchar[]", (around(question.deliver_to),)))
    if asked.node is not None:
        found.append(Condition("category_path LIKE %s", (asked.node.path + "%",), "kategori"))
    if question.place:
        found.append(Condition("place_code LIKE %s", (question.place + "%",), "tempat"))
    return found + _options(asked)


def _options(asked: Asked) -> list[Condition]:
    question = asked.question
    found: list[tuple[str, tuple[Any, ...]]] = []
    if question.bands:
        places = [int(code) - 1 for code in question.bands]
        found.append(("width_bucket(price, %s::bigint[]) = ANY(%s)", (list(EDGES), places)))
    found += [("kind = ANY(%s)", (list(question.kinds),))] if question.kinds else []
    found += [("size = ANY(%s)", (list(question.sizes),))] if question.sizes else []
    found += [("tkdn_bp >= %s", (100 * min(map(int, question.tkdn)),))] if question.tkdn else []
    found += [("score >= %s", (min(map(int, question.scores)),))] if question.scores else []
    found += [("lead_days <= %s", (max(map(int, question.lead)),))] if question.lead else []
    found += [("is_pdn", ())] if question.pdn else []
    found += [("halal", ())] if question.halal else []
    found += [("available", ())] if question.available else []
    return [Condition(sql, values, "saringan") for sql, values in found]


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    sql = " AND ".join(f"({each.sql})" for each in conditions) or "true"
    return sql, [value for each in conditions for value in each.values]


def _read(asked: Asked, *, limit: int, offset: int = 0) -> tuple[Rows, list[tuple[int, int]]]:
    """Everything that fits, once: counted by category, place and packed filters, and the hits asked for in order."""
    conditions = _conditions(asked)
    flags, flag_values, on = [], [], {}
    for facet in ("kategori", "tempat", "saringan"):
        own = [each for each in conditions if each.facet == facet]
        if own:
            sql, values = _where(own)
            flags.append(f", coalesce({sql}, false) AS on_{facet}")
            flag_values += values
            on[facet] = f"on_{facet}"
    where, values = _where([each for each in conditions if not each.facet])
    columns, column_values, order = _ordering(asked, with_hits=bool(limit))

    def others(facet: str) -> str:
        return " AND ".join(flag for name, flag in on.items() if name != facet) or "true"

    parts = [
        f"SELECT 'k', category_id, '', count(*) FROM found WHERE {others('kategori')} GROUP BY 2",
        f"SELECT 't', 0, place, count(*) FROM found WHERE {others('tempat')} GROUP BY 3",
        f"SELECT 's', facet_code, '', count(*) FROM found WHERE {others('saringan')} GROUP BY 2",
    ]
    if limit:
        parts.append(
            "SELECT 'h', listing_id, '', points FROM (SELECT listing_id, points FROM found"
            f" WHERE {others('')} ORDER BY {order} LIMIT %s OFFSET %s) AS first"
        )
    sql = (
        f"WITH found AS MATERIALIZED (SELECT category_id, left(place_code, {asked.place_length}) AS place,"
        f" facet_code{''.join(flags)}{columns} FROM search_listingcard WHERE {where}) "
        + " UNION ALL ".join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*flag_values, *column_values, *values, *([limit, offset] if limit else [])])
        fetched = cursor.fetchall()
    # the last part of the union comes last, in its order
    hits = [(key, points) for kind, key, _place, points in fetched if kind == "h"]
    return [row for row in fetched if row[0] != "h"], hits


def _ordering(asked: Asked, *, with_hits: bool) -> tuple[str, list[Any], str]:
    """Further columns, their values, and the order over them."""
    if not with_hits:
        return "", [], ""
    fit, values = scoring.fit(asked.terms, MARKET)
    close, close_values = scoring.near(asked.question.deliver_to, asked.near)
    columns = f", listing_id, live_since, price, spot, ({fit} + standing + {close})::bigint AS points"
    order = _ORDER.get(
        asked.question.sort, f"points DESC, (spot >= {int(asked.start)}) DESC, spot, listing_id"
    )
    return columns, [*values, *close_values], order


def _listed(asked: Asked, limit: int, offset: int) -> list[tuple[int, int]]:
    """Hits in the order of an index."""
    where, values = _where(_conditions(asked))
    order = _ORDER.get(asked.question.sort, _ORDER["terbaru"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT listing_id, 0 FROM search_listingcard WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        return cursor.fetchall()


def _counts(asked: Asked, rows: Rows) -> Counts:
    packed = [(key, number) for kind, key, _place, number in rows if kind == "s"]
    total, options, without = counted(packed, asked.question.options)
    categories = {key: number for kind, key, _place, number in rows if kind == "k"}
    places = {place: number for kind, _key, place, number in rows if kind == "t"}
    if asked.node is not None:
        without["kategori"] = sum(categories.values())
    if asked.question.place:
        without["tempat"] = sum(places.values())
    return Counts(total=total, categories=categories, places=places, options=options, without=without)
