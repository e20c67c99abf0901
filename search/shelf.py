"""What catalogue and search pages share: the answer, how to narrow and widen it, page links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.money import rupiah
from marketplace.regulation.places import area_name
from search.actions import keep_answer
from search.categories import Node, Tree
from search.finder import Answer, Facet
from search.finding import TextFinder
from search.packing import PACKED
from search.question import LAST_PAGE, PAGE_SIZE, SORTS, Question
from vendors.queries import visible_regions

finder = TextFinder()
_FIELDS = {
    "harga": "bands",
    "jenis": "kinds",
    "ukuran": "sizes",
    "tkdn": "tkdn",
    "skor": "scores",
    "siap": "lead",
    "pdn": "pdn",
    "halal": "halal",
    "tersedia": "available",
}
"""The field of `Question` behind each facet of boxes."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to ask otherwise: what it says, its address, how many hits it would give where that is known."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Shelf:
    """One list page: the answer, where one stands in the tree, and links to the pages around it.

    Templates ask for some of its lists twice, first whether there are any: those are made once.

    Attributes:
        links: the question that links are made from; on the page of a category its address already names it.
    """

    question: Question
    answer: Answer
    tree: Tree
    node: Node | None
    links: Question
    explained: bool = False

    @property
    def previous_url(self) -> str:
        """The page before; empty on the first."""
        return self.links.query_string(page=self.question.page - 1) if self.question.page > 1 else ""

    @property
    def next_url(self) -> str:
        """The page after; empty on the last, and on the last anybody pages to."""
        more = self.answer.total > self.question.page * PAGE_SIZE and self.question.page < LAST_PAGE
        return self.links.query_string(page=self.question.page + 1) if more else ""

    @property
    def shown(self) -> str:
        """`25–48 dari 312`."""
        first = (self.question.page - 1) * PAGE_SIZE + 1
        last = first + len(self.answer.hits) - 1
        return f"{_thousands(first)}–{_thousands(last)} {_('dari')} {_thousands(self.answer.total)}"

    @property
    def cut_off(self) -> bool:
        """Whether there is more than anybody pages through: the page then asks for a filter."""
        return self.question.page == LAST_PAGE and self.answer.total > LAST_PAGE * PAGE_SIZE

    @property
    def sorts(self) -> list[Link]:
        """Each order."""
        now = self.question.sort or ("relevan" if self.question.text else "terbaru")
        return [
            Link(str(label), self.links.query_string(sort=key), current=key == now)
            for key, label in SORTS.items()
            if self.question.text or key != "relevan"
        ]

    @cached_property
    def boxes(self) -> list[Facet]:
        """The facets with boxes to tick."""
        return [facet for facet in self.answer.facets if facet.kind == "check"]

    @cached_property
    def categories(self) -> list[Link]:
        """The way through the category tree, as links that keep the other filters."""
        return self._tree("kategori", "category")

    @cached_property
    def places(self) -> list[Link]:
        """The way through the places of vendors."""
        return self._tree("tempat", "place")

    def _tree(self, name: str, field: str) -> list[Link]:
        found = next((facet for facet in self.answer.facets if facet.name == name), None)
        if found is None:
            return []
        return [
            Link(
                each.label,
                self.links.query_string(**{field: each.value}),
                each.count,
                current=each.value == getattr(self.question, field),
            )
            for each in found.options
        ]

    @property
    def hidden(self) -> dict[str, str]:
        """What a filter form must carry along."""
        boxes = {*PACKED, "hal"}
        return {name: value for name, value in self.links.pairs() if name not in boxes}

    @cached_property
    def chosen(self) -> list[Link]:
        """Every filter in force, as a link that takes it away."""
        question = links = self.links
        found = [
            Link(label, links.query_string(**{field: empty}))
            for field, empty, label in (
                ("category", "", self.node.name if self.node else question.category),
                ("place", "", area_name(question.place)),
                ("deliver_to", "", _("Kirim ke %(place)s") % {"place": area_name(question.deliver_to)}),
                ("price_from", None, _("Mulai %(price)s") % {"price": rupiah(question.price_from or 0)}),
                ("price_to", None, _("Sampai %(price)s") % {"price": rupiah(question.price_to or 0)}),
            )
            if getattr(question, field)
        ]
        for facet in self.boxes:
            found += [
                Link(option.label, links.query_string(**self._without(facet.name, option.value)))
                for option in facet.options
                if option.checked
            ]
        return found

    def _without(self, facet: str, value: str) -> dict[str, Any]:
        field = _FIELDS[facet]
        now = getattr(self.question, field)
        return {field: False if now is True else tuple(each for each in now if each != value)}

    @property
    def unfiltered_url(self) -> str:
        """The same words without any filter."""
        return self.links.without_filters().query_string()

    @property
    def literal_url(self) -> str:
        """The same question with its words taken as they are."""
        return self.links.query_string(literal=True)

    @property
    def explaining_url(self) -> str:
        """The same page with the points of each hit."""
        return self.links.query_string(page=self.question.page) + "&jelaskan=1"

    @cached_property
    def wider(self) -> list[Link]:
        """Filters that alone keep anything from being found, each as a link without it, most hits first."""
        question, links, without = self.question, self.links, self.answer.without
        found = [
            Link(
                _("tanpa saringan %(name)s") % {"name": facet.title.lower()},
                links.query_string(**self._empty(facet.name)),
                without[facet.name],
            )
            for facet in self.boxes
            if without.get(facet.name)
        ]
        if question.category and without.get("kategori"):
            found.append(Link(_("di semua kategori"), links.query_string(category=""), without["kategori"]))
        if question.place and without.get("tempat"):
            found.append(Link(_("di semua tempat"), links.query_string(place=""), without["tempat"]))
        return sorted(found, key=lambda link: -(link.count or 0))

    def _empty(self, facet: str) -> dict[str, Any]:
        field = _FIELDS[facet]
        return {field: False if isinstance(getattr(self.question, field), bool) else ()}

    @property
    def nearby(self) -> list[Link]:
        """Where else it is found when the chosen place has none: the places around, nearest level first."""
        if self.answer.total or not self.question.place:
            return []
        return [link for link in self.places if link.count and not link.current][:6]


def shelf(
    actor: Actor,
    question: Question,
    *,
    tree: Tree | None = None,
    node: Node | None = None,
    explained: bool = False,
) -> Shelf:
    """Answer a question for an actor, with everything a list page shows.

    Args:
        node: the category whose own page this is.
    """
    tree = tree or Tree.load()
    asked = replace(question, category=node.slug) if node else question
    answer = finder.find(asked, regions=visible_regions(actor), tree=tree, explained=explained)
    keep_answer(actor=actor, question=asked, answer=answer)
    return Shelf(asked, answer, tree, tree.by_slug.get(asked.category), question, explained)


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
