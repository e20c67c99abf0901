"""Reads of the buyers' view for rooms above and for the front page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.desk import DeskLink
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


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where those who keep the search often go. No query."""
    if actor.role not in {Role.CURATOR, Role.OPERATOR}:
        return []
    words = DeskLink(
        _("Sinonim pencarian"), reverse("synonyms"), "book", _("Kata yang bagi pembeli sama artinya")
    )
    if actor.role == Role.CURATOR:
        return [words]
    return [words, DeskLink(_("Kesehatan pencarian"), reverse("search-health"), "search")]


def _icon(node: Node) -> str:
    return _ICONS.get(node.slug, "box")
