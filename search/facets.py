"""Counts in words: the facets of a page, in its order. The same for every engine."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.regulation.places import LEVELS, area_name, around
from search.categories import Node, Tree
from search.finder import Counts, Facet, Option
from search.packing import BANDS, LEAD_DAYS, SCORES, TKDN
from search.question import Question
from vendors.models import Listing, Vendor

_TITLES = {
    "kategori": "Kategori",
    "tempat": "Tempat penyedia",
    "harga": "Harga",
    "jenis": "Jenis",
    "tersedia": "Ketersediaan",
    "siap": "Lama penyiapan",
    "pdn": "Produk dalam negeri",
    "tkdn": "TKDN",
    "ukuran": "Ukuran usaha",
    "halal": "Halal",
    "skor": "Skor penyedia",
}


def _labels() -> dict[str, list[tuple[str, str]]]:
    return {
        "harga": [(code, label) for code, _from, _below, label in BANDS],
        "jenis": [(value, str(label)) for value, label in Listing.Kind.choices],
        "tersedia": [("1", "Tersedia sekarang")],
        "siap": [(str(days), f"Paling lama {days} hari kerja") for days in LEAD_DAYS],
        "pdn": [("1", "Hanya produk dalam negeri")],
        "tkdn": [(str(step), f"TKDN {step} % ke atas") for step in TKDN],
        "ukuran": [(value, str(label)) for value, label in Vendor.Size.choices],
        "halal": [("1", "Hanya bersertifikat halal")],
        "skor": [(str(step), f"Skor {step} ke atas") for step in SCORES],
    }


def facets_of(question: Question, counts: Counts, tree: Tree) -> list[Facet]:
    """Every facet that has something to offer; options without hits are left out unless chosen."""
    tree.add_up(dict(counts.categories))
    facets = [
        _category_facet(tree, tree.by_slug.get(question.category)),
        _place_facet(question.place, counts.places),
    ]
    chosen = question.options
    for name, labels in _labels().items():
        known, taken = counts.options.get(name, {}), chosen.get(name, ())
        options = [
            Option(value, label, known.get(value, 0), value in taken)
            for value, label in labels
            if known.get(value) or value in taken
        ]
        if options:
            facets.append(Facet(name, _TITLES[name], options))
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
        kind="tree",
    )


def _place_facet(chosen: str, counts: Mapping[str, int]) -> Facet:
    """The way down to the chosen place, and what lies below it; where nothing does, its neighbours."""
    trail = around(chosen)
    below = _below(chosen, counts)
    if not below:
        chosen_there = trail.pop() if trail else ""
        below = {chosen_there: 0} if chosen_there else {}
        below |= _below(trail[-1] if trail else "", counts)
    if not chosen and len(below) == 1:  # a market of one province starts with its cities
        below = dict(counts)
    options = [
        Option(
            code,
            _short(code),
            sum(n for each, n in counts.items() if each.startswith(code)),
            code == chosen,
        )
        for code in trail
    ]
    options += [
        Option(code, _short(code), number, code == chosen)
        for code, number in sorted(below.items(), key=lambda each: (-each[1], each[0]))
    ]
    return Facet("tempat", _TITLES["tempat"], options, kind="tree")


def _below(code: str, counts: Mapping[str, int]) -> dict[str, int]:
    """The places one level below, and how many hits lie in each."""
    deeper = next((level for level in LEVELS if level > len(code)), None)
    found: dict[str, int] = {}
    if deeper is not None:
        for each, number in counts.items():
            if each.startswith(code) and len(each) >= deeper:
                found[each[:deeper]] = found.get(each[:deeper], 0) + number
    return found


def _short(code: str) -> str:
    """The name of the place itself, without what it lies in."""
    return area_name(code).partition(",")[0]
