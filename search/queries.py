"""Reads of the buyers' view for rooms above and for the front page."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskLink
from marketplace.pages.home import CategoryTile
from search.categories import Node, Tree
from search.choices.changes import PART_NAMES, Change, changes, rules_changed
from search.choices.checking import Check, checks_of
from search.choices.record import opened, record_of
from search.finding import TextFinder
from search.models import FrozenChoice, ListingCard
from search.question import Question
from vendors.queries import visible_regions

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


@dataclass(frozen=True, slots=True)
class Again:
    """A frozen answer checked by its own rules, and today's answer to the same question beside it."""

    checks: Sequence[Check]
    changes: Sequence[Change]
    rules: Sequence[str]
    total: int

    @property
    def holds(self) -> bool:
        """Whether everything that can be checked agrees."""
        return all(check.holds for check in self.checks)

    @property
    def same(self) -> bool:
        """Whether today's answer is the one of then."""
        return not self.rules and all(change.kind == "same" for change in self.changes)


def read_choice(choice: FrozenChoice) -> dict[str, Any]:
    """What a frozen answer holds (see docs/search-choices.md), with its words and its parts named for people.

    The caller vouches that the reader may see it.
    """
    content = opened(choice.content)
    content["text"] = QueryDict(content["question"].removeprefix("?")).get("q", "")
    for offer in content["offers"]:
        offer["named_parts"] = [
            (PART_NAMES[part], offer["parts"][part]) for part in PART_NAMES if part in offer["parts"]
        ]
    return content


def asked_again(actor: Actor, choice: FrozenChoice, *, hashes_in_log: Set[str]) -> Again:
    """Check a frozen answer by the rules of its day, and ask its question today within what the actor may see.

    The caller vouches that the actor may see the choice.
    """
    then = opened(choice.content)
    query = QueryDict(then["question"].removeprefix("?"))
    regions = _common(then["regions"], visible_regions(actor))
    question = Question.read(query)
    answer = TextFinder().find(question, regions=regions)
    now = record_of(question, answer, at=clock.now())
    listings = [offer["listing"] for offer in then["offers"]]
    on_show = set(ListingCard.objects.filter(pk__in=listings).values_list("pk", flat=True))
    return Again(
        checks=checks_of(choice.content, choice.sha256, choice.sha256 in hashes_in_log),
        changes=changes(then, now, on_show=on_show),
        rules=rules_changed(then, now),
        total=answer.total,
    )


def _common(then: list[int] | None, now: frozenset[int] | None) -> frozenset[int] | None:
    """The regions of then that may also be seen now; None is all."""
    if then is None:
        return now
    return frozenset(then) if now is None else frozenset(then) & now
