"""What an index holds of a card, and how. PostgreSQL writes the documents; no word is analysed a second time.

The stems of a document are those of the card, read back from its tsvector in their places. So an engine can neither
analyse otherwise than we do, nor be behind the card in how words are read, and building costs Python next to nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

from marketplace.regulation.places import LEVELS
from search import synonyms
from search.documents import GAP, WEIGHTS
from search.ranking import RANKING_VERSION

MAPPING_VERSION: Final = "1"
"""Raise it with any change of MAPPING or of what a field means: the health page then asks for a rebuild."""
_ROOM: Final = Path(__file__).resolve().parents[2]
_READING: Final = ("indonesian.py", "stemming.py", "documents.py", "data/echoes.txt", "data/exceptions.txt",
                   "data/informal.txt", "data/regional.txt", "data/roots.txt", "data/stop_words.txt")  # fmt: skip
"""What decides how the words of a card are read."""

_STEMS: Final = {
    "type": "text",
    "analyzer": "whitespace",
    "index_options": "positions",
    "norms": False,
    "position_increment_gap": GAP,
}
MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "listing": {"type": "long"},
        "version": {"type": "long"},
        # A listing that left the show stays as a stone that remembers its version; the alias hides it.
        "removed": {"type": "boolean"},
        # Stems in order. Several values of a field: one a field of the card, with a gap between that no phrase crosses.
        "title": _STEMS,
        "head": _STEMS,
        "all": _STEMS,
        "title_words": {"type": "short"},
        "price": {"type": "long"},
        "category": {"type": "long"},
        "category_path": {"type": "keyword"},
        "place_code": {"type": "keyword"},
        "places": {"type": "keyword"},
        "areas": {"type": "keyword"},
        "region": {"type": "long"},
        "kind": {"type": "keyword"},
        "size": {"type": "keyword"},
        "pdn": {"type": "boolean"},
        "halal": {"type": "boolean"},
        "available": {"type": "boolean"},
        "tkdn": {"type": "integer"},  # basis points
        "score": {"type": "short"},
        "lead_days": {"type": "integer"},
        "min_order": {"type": "long"},
        "standing": {"type": "short"},
        "spot": {"type": "integer"},
        "facet_code": {"type": "integer"},  # the small filters in one number, see search.packing
        "vendor": {"type": "long"},
        "live_since": {"type": "long"},  # microseconds since 1970: the order of PostgreSQL, to the last digit
    },
}
SHOWN: Final[dict[str, Any]] = {"term": {"removed": False}}
"""The filter of the alias that finders ask."""


def _field(name: str) -> str:
    return f"stems.{WEIGHTS[name].lower()}"


def _texts(*names: str) -> str:
    return f"array_remove(ARRAY[{', '.join(map(_field, names))}], NULL)"


STEMS_SQL: Final = """
LATERAL (
    SELECT string_agg(lexeme, ' ' ORDER BY place) FILTER (WHERE weight = 'A') AS a,
           string_agg(lexeme, ' ' ORDER BY place) FILTER (WHERE weight = 'B') AS b,
           string_agg(lexeme, ' ' ORDER BY place) FILTER (WHERE weight = 'C') AS c,
           string_agg(lexeme, ' ' ORDER BY place) FILTER (WHERE weight = 'D') AS d
      FROM unnest(card.document) AS word(lexeme, positions, weights),
           unnest(word.positions, word.weights) AS stands(place, weight)
) AS stems
"""
"""Joined to `search_listingcard AS card`: the stems of each field in order, by the weight the field has."""

DOCUMENT_SQL: Final = f"""
json_build_object(
    'listing', card.listing_id, 'version', %(version)s, 'removed', false,
    'title', {_texts("title")},
    'head', {_texts("title", "attributes")},
    'all', {_texts("title", "attributes", "description", "vendor")},
    'title_words', card.title_words, 'price', card.price,
    'category', card.category_id, 'category_path', card.category_path,
    'place_code', card.place_code,
    'places', ARRAY(SELECT left(card.place_code, level) FROM unnest(ARRAY{list(LEVELS)}) AS level
                     WHERE level <= length(card.place_code)),
    'areas', card.area_codes, 'region', card.region_id, 'kind', card.kind, 'size', card.size,
    'pdn', card.is_pdn, 'halal', card.halal, 'available', card.available,
    'tkdn', card.tkdn_bp, 'score', card.score, 'lead_days', card.lead_days, 'min_order', card.min_order,
    'standing', card.standing, 'spot', card.spot, 'facet_code', card.facet_code, 'vendor', card.vendor_id,
    'live_since', (extract(epoch FROM card.live_since) * 1000000)::bigint
)::text
"""
"""The document of `card` with its `stems`, as JSON; `%(version)s` is replaced by an SQL expression, never by text."""


def document_sql(version: str) -> str:
    """DOCUMENT_SQL with the SQL expression of the card's version."""
    return DOCUMENT_SQL.replace("%(version)s", version)


def documents_of(listing_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The documents of cards, as an index is sent them; those that are not on show are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT card.listing_id, {document_sql('coalesce(noted.version, 0)')} FROM search_listingcard AS card"
            " LEFT JOIN search_indexchange AS noted USING (listing_id)"
            f" CROSS JOIN {STEMS_SQL} WHERE card.listing_id = ANY(%s)",
            [list(listing_ids)],
        )
        return {listing: json.loads(told) for listing, told in cursor.fetchall()}


def stone(listing: int, version: int) -> str:
    """What is left of a listing that is no longer on show, as JSON."""
    return json.dumps({"listing": listing, "version": version, "removed": True})


@lru_cache
def analysis_version() -> str:
    """Tells one way of reading words from another; when it changes, cards and index are to be rebuilt."""
    digest = hashlib.sha256()
    for name in _READING:
        digest.update((_ROOM / name).read_bytes())
    return digest.hexdigest()[:8]


def needed() -> dict[str, str]:
    """What an index must have been built for; otherwise it is to be built anew."""
    return {"mapping": MAPPING_VERSION, "analysis": analysis_version()}


def versions() -> dict[str, str]:
    """What questions are answered by now: what an index must fit, and what is decided while asking."""
    return {**needed(), "ranking": RANKING_VERSION, "synonyms": str(synonyms.version())}
