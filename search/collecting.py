"""Loading a collection of documents, and searching it: the words, typing errors and points of the market, without
its fairness, since documents of a collection are nobody's offers.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import IO, Any, Final

from django.db import connection, transaction

from marketplace.core import clock
from marketplace.core.transitions import Refused
from search.documents import document
from search.engines import scoring
from search.languages import LANGUAGES, Language, language_of
from search.models import Collection, CollectionDocument, CollectionWord
from search.ranking import DOCUMENTS
from search.terms import Terms, read_terms
from search.vocabulary import Vocabulary

SAMPLE: Final = 500
"""Documents that are looked at to tell the language."""
FEW: Final = 10
"""Fewer hits than this with all words are filled up with documents that have some of them."""
_COPY: Final = (
    "COPY search_collectiondocument (collection_id, key, title, brand, category, price, title_words, head, document)"
    " FROM STDIN"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One document as it came: id, title, and whatever else it says."""

    key: str
    title: str
    description: str = ""
    brand: str = ""
    category: str = ""
    attributes: str = ""
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CollectionHit:
    """A document that was found."""

    key: str
    points: int
    title: str
    brand: str
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class CollectionAnswer:
    """What a collection answers; `facets`: counts by brand and by category."""

    hits: list[CollectionHit]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    corrected: str
    loosened: bool
    took_ms: float


def read_lines(lines: IO[str]) -> Iterator[Source]:
    """Documents from JSON lines. Raises Refused at the first line that cannot be read, naming it."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            key, title = str(said["id"]), str(said["title"])
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                "unreadable_line",
                f"Baris {number} tidak dapat dibaca.",
                fix="Setiap baris satu objek JSON dengan id dan title.",
            ) from error
        yield Source(
            key=key[:200],
            title=title,
            description=_text(said.get("description")),
            brand=_text(said.get("brand")),
            category=_text(said.get("category")),
            attributes=_text(said.get("attributes")),
            price=_price(said.get("price")),
        )


def load_collection(name: str, sources: Iterable[Source], *, language: str = "") -> Collection:
    """Replace the collection `name` by these documents, in one transaction; the last of one id counts.

    Args:
        language: id or en; empty: told from the first documents.
    """
    coming = iter(sources)
    first = list(islice(coming, SAMPLE))
    spoken = LANGUAGES.get(language) or language_of([f"{each.title} {each.description}" for each in first])
    with transaction.atomic():
        Collection.objects.filter(name=name).delete()
        collection = Collection.objects.create(name=name, language=spoken.code, loaded_at=clock.now())
        stems: Counter[str] = Counter()
        vocabulary: dict[str, str] = {}
        seen: dict[str, Source] = {each.key: each for each in first}
        seen.update((each.key, each) for each in coming)
        with connection.cursor() as cursor, cursor.copy(_COPY) as rows:
            for source in seen.values():
                rows.write_row(_row(collection.pk, source, spoken, vocabulary, stems))
        CollectionWord.objects.bulk_create(
            (
                CollectionWord(collection=collection, word=word, stem=stem, listings=stems[stem])
                for word, stem in vocabulary.items()
            ),
            batch_size=5_000,
        )
        collection.documents = len(seen)
        collection.save(update_fields=["documents"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_collectiondocument, search_collectionword")
    return collection


def _row(
    collection: int, source: Source, language: Language, vocabulary: dict[str, str], stems: Counter[str]
) -> list[Any]:
    text = document(
        vocabulary,
        language,
        title=source.title,
        attributes=f"{source.brand} {source.category} {source.attributes}",
        description=source.description,
    )
    stems.update(text.roots)
    return [
        collection,
        source.key,
        source.title.replace("\x00", ""),
        source.brand[:200],
        source.category[:300],
        source.price,
        min(text.title_words, 32_767),
        text.head,
        text.whole,
    ]


def search_collection(collection: Collection, text: str, *, limit: int = 24) -> CollectionAnswer:
    """The best documents for a text: those with all words, filled up with those that have some where these are few."""
    began = time.perf_counter()
    vocabulary = Vocabulary(
        words="search_collectionword",
        scope=f"collection_id = {int(collection.pk)}",
        total=f"SELECT documents FROM search_collection WHERE id = {int(collection.pk)}",
    )
    language = LANGUAGES[collection.language]
    terms = read_terms(text, vocabulary=vocabulary, language=language, scale=DOCUMENTS)
    hits, total, facets, loosened = _all_words(collection, terms, limit)
    if not total:  # perhaps a slip made another word that is known, too
        doubted = read_terms(text, vocabulary=vocabulary, language=language, scale=DOCUMENTS, doubted=True)
        if doubted != terms:
            hits, total, facets, loosened = _all_words(collection, doubted, limit)
    if total < FEW and (loose := terms.loosened(DOCUMENTS)) is not None:
        first = {hit.key for hit in hits}
        more, total, facets = _found(collection, loose, limit + len(first))
        loosened = total > len(hits)
        hits += [hit for hit in more if hit.key not in first]
    took = (time.perf_counter() - began) * 1000
    return CollectionAnswer(hits[:limit], total, facets, terms.corrected, loosened, round(took, 1))


def _all_words(
    collection: Collection, terms: Terms, limit: int
) -> tuple[list[CollectionHit], int, Mapping[str, Mapping[str, int]], bool]:
    if not terms or terms.hopeless:
        return [], 0, {}, False
    return *_found(collection, terms, limit), False


def _found(
    collection: Collection, terms: Terms, limit: int
) -> tuple[list[CollectionHit], int, Mapping[str, Mapping[str, int]]]:
    fit, values = scoring.fit(terms, DOCUMENTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH found AS MATERIALIZED (
                SELECT id, brand, category, {fit} AS points FROM search_collectiondocument
                WHERE collection_id = %s AND document @@ %s::tsquery)
            SELECT 'h', id::text, points FROM (SELECT id, points FROM found ORDER BY points DESC, id LIMIT %s) first
            UNION ALL SELECT 'b', brand, count(*) FROM found WHERE brand <> '' GROUP BY brand
            UNION ALL SELECT 'k', category, count(*) FROM found WHERE category <> '' GROUP BY category
            UNION ALL SELECT '', '', count(*) FROM found
            """,
            [*values, collection.pk, scoring.matching(terms), limit],
        )
        rows = cursor.fetchall()
    points = {int(key): number for kind, key, number in rows if kind == "h"}
    kept = CollectionDocument.objects.only("key", "title", "brand", "price").in_bulk(list(points))
    hits = [
        CollectionHit(kept[pk].key, number, kept[pk].title, kept[pk].brand, kept[pk].price)
        for pk, number in sorted(points.items(), key=lambda each: (-each[1], each[0]))
    ]
    facets = {
        "merek": {key: number for kind, key, number in rows if kind == "b"},
        "kategori": {key: number for kind, key, number in rows if kind == "k"},
    }
    return hits, next(number for kind, _key, number in rows if not kind), facets


def _text(value: object) -> str:
    """Whatever was said, as words: lists and mappings are joined."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return " ".join(f"{name} {_text(each)}" for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return " ".join(_text(each) for each in value)
    return str(value).replace("\x00", " ")


def _price(value: object) -> Decimal | None:
    try:
        amount = Decimal(str(value).replace(",", "").lstrip("$Rp ").strip()).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**18 else None
