"""The category tree as pages need it: one query for the tree, one for the kept counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Sum
from django.urls import reverse
from oscar.core.loading import get_model

from search.models import CategoryCount

Category = get_model("catalogue", "Category")


@dataclass(slots=True)
class Node:
    """A category with its place in the tree and how many listings are on show in it and below."""

    id: int
    name: str
    slug: str
    path: str
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    count: int = 0

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("category", args=[self.slug])

    @property
    def trail(self) -> list[Node]:
        """From the root down to this category."""
        return [*(self.parent.trail if self.parent else []), self]


class Tree:
    """All public categories. `slug` of a node is its whole way: `konsumsi/nasi-kotak`."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = list(nodes)
        self.by_id = {node.id: node for node in self.nodes}
        self.by_slug = {node.slug: node for node in self.nodes}
        self.roots = [node for node in self.nodes if node.parent is None]

    @classmethod
    def load(cls) -> Tree:
        """Read the tree: one query."""
        rows = Category.objects.filter(is_public=True, ancestors_are_public=True).order_by("path")
        nodes: dict[str, Node] = {}
        for key, name, slug, path in rows.values_list("pk", "name", "slug", "path"):
            parent = nodes.get(path[: -Category.steplen])
            node = Node(key, name, f"{parent.slug}/{slug}" if parent else slug, path, parent)
            if parent:
                parent.children.append(node)
            nodes[path] = node
        return cls(nodes.values())

    def count(self, regions: frozenset[int] | None) -> Tree:
        """Fill in the kept counts, each category with all below it: one query."""
        kept = (
            CategoryCount.objects.all()
            if regions is None
            else CategoryCount.objects.filter(region_id__in=regions)
        )
        own = dict(kept.values_list("category_id").annotate(Sum("listings")))
        self.add_up(own)
        return self

    def add_up(self, own: dict[int, int]) -> None:
        """Set each node's count to its own number and those below; `own` is by category id."""
        for node in self.nodes:
            node.count = own.get(node.id, 0)
        for node in reversed(self.nodes):
            if node.parent:
                node.parent.count += node.count

    def below(self, node: Node | None) -> Sequence[Node]:
        """The children of a category, or the roots."""
        return node.children if node else self.roots
