"""The PostgreSQL finder: the embedded default. No lag, exact facets, a fixed number of queries.

A question costs at most six queries: vocabulary, (spelling,) facets with total, hits, (and for a loosened question
facets and hits again). User text reaches SQL only as parameters and only as stems of [a-z0-9].
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db import connection

from search import spelling
from search.categories import Node, Tree
from search.finder import Answer, Facet, Option
from search.indonesian import STOP_WORDS, stem, words
from search.models import ListingCard, Word
from search.question import BANDS, PAGE_SIZE, Question, understood
from search.synonyms import Phrase, phrases
from vendors.models import Listing, Vendor

MOST_TERMS = 12
# Counting a large catalogue without any word takes long; only such counts are kept, and not for long.
KEPT_SECONDS = 30
SLOW_SECONDS = 0.1
_EDGES = [below for _code, _from, below, _label in BANDS if below]
_ORDER = {
    "terbaru": "live_since DESC, listing_id DESC",
    "termurah": "price, listing_id",
    "termahal": "price DESC, listing_id DESC",
}
_TITLES = {
    "kategori": "Kategori",
    "harga": "Harga",
    "kota": "Kota atau kabupaten penyedia",
    "jenis": "Jenis",
    "ukuran": "Ukuran usaha",
    "pdn": "Produk dalam negeri",
    "halal": "Halal",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the WHERE clause; `facet` names the facet that does not count it against itself."""

    sql: str
    values: tuple[Any, ...]
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a question as the index knows them."""

    strict: str = ""
    loose: str = ""
    corrected: str = ""


class PostgresFinder:
    """Finder on the table of cards."""

    def find(self, question: Question, *, regions: frozenset[int] | None, tree: Tree | None = None) -> Answer:
        """Answer a question. Tries all words, then any of them; forgives typing errors."""
        tree = tree or Tree.load()
        read = understood(question.text)
        asked = replace(question, text=read.text, price_to=question.price_to or read.price_to)
        terms = self._terms(read.text)
        answer = self._answer(asked, terms.strict, regions, tree)
        loosened = bool(not answer.total and terms.loose and terms.loose != terms.strict)
        if loosened:
            answer = self._answer(asked, terms.loose, regions, tree)
        return replace(
            answer,
            corrected=terms.corrected if answer.total else "",
            suggestion="" if answer.total else terms.corrected,
            loosened=loosened and bool(answer.total),
            price_read=read.price_to,
        )

    def suggest(self, text: str, *, regions: frozenset[int] | None, limit: int = 8) -> list[str]:
        """Completions of the last word being typed, commonest first, with the words before it kept."""
        typed = list(words(text))[:MOST_TERMS]
        if not typed or len(typed[-1]) < 2 or not typed[-1].isalpha():
            return []
        found = Word.objects.filter(word__startswith=typed[-1]).order_by("-listings", "word")
        before = " ".join(typed[:-1])
        return [f"{before} {word}".strip() for word in found.values_list("word", flat=True)[:limit]]

    # -- words --------------------------------------------------------------------------------------------

    def _terms(self, text: str) -> Terms:
        """The tsquery of a text: all words (strict) and any of them (loose), synonyms and corrections included."""
        meant = [word for word in words(text) if word not in STOP_WORDS][:MOST_TERMS]
        meant = meant or list(words(text))[:MOST_TERMS]
        if not meant:
            return Terms()
        roots = [stem(word) for word in meant]
        cut = phrases(roots)
        known = spelling.known_stems(
            [root for alternatives in cut for phrase in alternatives for root in phrase]
        )
        unknown = [
            word
            for word, root in zip(meant, roots, strict=True)
            if root not in known and not any(_stands(phrase, known) for phrase in _around(root, cut))
        ]
        repaired: dict[str, tuple[str, str]] = spelling.nearest(unknown) if unknown else {}
        if repaired:
            roots = [
                repaired[word][1] if word in repaired else root
                for word, root in zip(meant, roots, strict=True)
            ]
            cut = phrases(roots)
        parts = ["(" + " | ".join(_phrase(phrase) for phrase in alternatives) + ")" for alternatives in cut]
        loose = [f"({' | '.join(sorted({root for phrase in each for root in phrase}))})" for each in cut]
        said = " ".join(repaired[word][0] if word in repaired else word for word in meant) if repaired else ""
        return Terms(" & ".join(parts), " | ".join(loose), said)

    # -- one answer ---------------------------------------------------------------------------------------

    def _answer(self, question: Question, query: str, regions: frozenset[int] | None, tree: Tree) -> Answer:
        conditions = self._conditions(question, query, regions, tree)
        total, facets = self._facets(question, query, conditions, regions, tree)
        return Answer(
            hits=self._hits(question, query, conditions) if total else [], total=total, facets=facets
        )

    def _conditions(
        self, question: Question, query: str, regions: frozenset[int] | None, tree: Tree
    ) -> list[Condition]:
        found = [Condition("document @@ %s::tsquery", (query,))] if query else []
        if regions is not None:
            found.append(Condition("region_id = ANY(%s)", (sorted(regions),)))
        node = tree.by_slug.get(question.category)
        if question.category and node is None:
            found.append(Condition("false", ()))
        elif node is not None:
            found.append(Condition("category_path LIKE %s", (node.path + "%",), "kategori"))
        if question.price_from:
            found.append(Condition("price >= %s", (question.price_from,)))
        if question.price_to:
            found.append(Condition("price <= %s", (question.price_to,)))
        if question.bands:
            places = [int(code) - 1 for code in question.bands]
            found.append(Condition("width_bucket(price, %s::bigint[]) = ANY(%s)", (_EDGES, places), "harga"))
        for facet, column, values in (
            ("kota", "city_code", question.cities),
            ("jenis", "kind", question.kinds),
            ("ukuran", "size", question.sizes),
        ):
            if values:
                found.append(Condition(f"{column} = ANY(%s)", (list(values),), facet))
        found += [Condition("is_pdn", (), "pdn")] if question.pdn else []
        found += [Condition("halal", (), "halal")] if question.halal else []
        return found

    def _hits(self, question: Question, query: str, conditions: Sequence[Condition]) -> list[ListingCard]:
        """The cards of one page, without their documents: one query."""
        order, order_values = _ORDER.get(question.sort, ""), []
        if not order and query:
            order, order_values = (
                "ts_rank(document, %s::tsquery) DESC, live_since DESC, listing_id DESC",
                [query],
            )
        columns = ", ".join(
            str(field.column) for field in ListingCard._meta.concrete_fields if field.name != "document"
        )
        where, values = _where(conditions)
        return list(
            ListingCard.objects.raw(
                f"SELECT {columns} FROM search_listingcard WHERE {where}"
                f" ORDER BY {order or _ORDER['terbaru']} LIMIT %s OFFSET %s",
                [*values, *order_values, PAGE_SIZE, (question.page - 1) * PAGE_SIZE],
            )
        )

    def _facets(
        self,
        question: Question,
        query: str,
        conditions: Sequence[Condition],
        regions: frozenset[int] | None,
        tree: Tree,
    ) -> tuple[int, list[Facet]]:
        """Total and facet counts in one query; slow counts without text are kept half a minute."""
        key = None
        if not query:
            scope = "all" if regions is None else "-".join(map(str, sorted(regions)))
            key = f"facets:{scope}:{replace(question, page=1, sort='', text='').query_string()}"
            kept = cache.get(key)
            if kept is not None:
                return kept[0], self._told(question, kept[1], tree)
        started = time.perf_counter()
        rows = self._counted(conditions)
        total = rows.pop(("", ""), (0, ""))[0]
        if key and time.perf_counter() - started > SLOW_SECONDS:
            cache.set(key, (total, rows), KEPT_SECONDS)
        return total, self._told(question, rows, tree)

    def _counted(self, conditions: Sequence[Condition]) -> dict[tuple[str, str], tuple[int, str]]:
        """(facet, value) → (count, label); the total stands under ("", "")."""
        always = [each for each in conditions if not each.facet]
        chosen = {each.facet: each for each in conditions if each.facet}
        where, values = _where(always)
        flags = "".join(f", ({each.sql}) AS on_{facet}" for facet, each in chosen.items())
        flag_values = [value for each in chosen.values() for value in each.values]

        def others(facet: str) -> str:
            return " AND ".join(f"on_{name}" for name in chosen if name != facet) or "true"

        def counted(facet: str, value: str, label: str = "''") -> str:
            return (
                f"SELECT '{facet}', {value}, {label}, count(*) FROM found WHERE {others(facet)} GROUP BY 2, 3"
            )

        parts = [
            f"SELECT '', '', '', count(*) FROM found WHERE {others('')}",
            counted("kategori", "category_id::text"),
            counted("harga", "band::text"),
            counted("kota", "city_code", "city_name"),
            counted("jenis", "kind"),
            counted("ukuran", "size"),
            f"SELECT 'pdn', '1', '', count(*) FROM found WHERE is_pdn AND {others('pdn')}",
            f"SELECT 'halal', '1', '', count(*) FROM found WHERE halal AND {others('halal')}",
        ]
        sql = (
            "WITH found AS MATERIALIZED (SELECT category_id, width_bucket(price, %s::bigint[]) AS band, city_code,"
            f" city_name, kind, size, is_pdn, halal{flags} FROM search_listingcard WHERE {where}) "
            + " UNION ALL ".join(parts)
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [_EDGES, *flag_values, *values])
            found: dict[tuple[str, str], tuple[int, str]] = {}
            for facet, value, label, count in cursor.fetchall():
                before = found.get((facet, value), (0, ""))
                found[facet, value] = (before[0] + count, max(before[1], label))
        return found

    def _told(
        self, question: Question, rows: dict[tuple[str, str], tuple[int, str]], tree: Tree
    ) -> list[Facet]:
        """The counts in words, in the order of the page; options without hits are left out unless chosen."""
        own = {int(value): count for (facet, value), (count, _label) in rows.items() if facet == "kategori"}
        tree.add_up(own)
        node = tree.by_slug.get(question.category)
        facets = [_category_facet(tree, node)]
        labels: dict[str, list[tuple[str, str]]] = {
            "harga": [(code, label) for code, _from, _below, label in BANDS],
            "kota": sorted(
                ((value, label) for (facet, value), (_n, label) in rows.items() if facet == "kota"),
                key=lambda city: city[1],
            ),
            "jenis": [(value, str(label)) for value, label in Listing.Kind.choices],
            "ukuran": [(value, str(label)) for value, label in Vendor.Size.choices],
            "pdn": [("1", "Hanya produk dalam negeri")],
            "halal": [("1", "Hanya bersertifikat halal")],
        }
        chosen = {
            "harga": question.bands,
            "kota": question.cities,
            "jenis": question.kinds,
            "ukuran": question.sizes,
            "pdn": ("1",) if question.pdn else (),
            "halal": ("1",) if question.halal else (),
        }
        for facet, values in labels.items():
            options = []
            for value, label in values:
                key = str(int(value) - 1) if facet == "harga" else value
                count = rows.get((facet, key), (0, ""))[0]
                if count or value in chosen[facet]:
                    options.append(Option(value, str(label), count, value in chosen[facet]))
            if options:
                facets.append(Facet(facet, _TITLES[facet], options))
        return facets


def _category_facet(tree: Tree, node: Node | None) -> Facet:
    """The chosen category and what lies below it; at a leaf its neighbours."""
    below = tree.below(node) or tree.below(node.parent if node else None)
    shown = [*(node.trail if node and node.children else []), *below]
    return Facet(
        "kategori",
        _TITLES["kategori"],
        [
            Option(each.slug, each.name, each.count, each is node)
            for each in shown
            if each.count or each is node
        ],
    )


def _phrase(phrase: Phrase) -> str:
    """One alternative as tsquery: a word, or words that follow each other."""
    return phrase[0] if len(phrase) == 1 else "(" + " <-> ".join(phrase) + ")"


def _stands(phrase: Phrase, known: set[str]) -> bool:
    return all(root in known for root in phrase)


def _around(root: str, cut: Sequence[tuple[Phrase, ...]]) -> list[Phrase]:
    """The alternatives of the phrase that holds `root`."""
    return [phrase for each in cut if any(root in phrase for phrase in each) for phrase in each]


def _where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    sql = " AND ".join(f"({each.sql})" for each in conditions) or "true"
    return sql, [value for each in conditions for value in each.values]
