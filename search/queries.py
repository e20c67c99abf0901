"""Reads of the buyers' view for rooms above and for the front page."""

from __future__ import annotations

from marketplace.pages.home import CategoryTile
from search.categories import Node, Tree

_ICONS = {
    "konsumsi": "food",
    "alat-tulis-kantor": "pen",
    "elektronik-dan-komputer": "laptop",
    "kebersihan": "broom",
    "pakaian": "shirt",
    "percetakan": "print",
    "perbaikan-dan-perawatan": "wrench",
    "buku": "book",
}


def home_categories() -> list[CategoryTile]:
    """The top categories with what is on show in each: two queries."""
    tree = Tree.load().count(None)
    return [
        CategoryTile(name=node.name, url=node.url, count=node.count, icon=_icon(node))
        for node in tree.roots
        if node.count
    ]


def _icon(node: Node) -> str:
    return _ICONS.get(node.slug, "box")
