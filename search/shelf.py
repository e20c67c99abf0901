"""What catalogue and search pages share: finding, stock of the cards shown, page links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from search.actions import keep_answer
from search.categories import Node, Tree
from search.finder import Answer
from search.finding import TextFinder
from search.packing import PACKED
from search.question import LAST_PAGE, PAGE_SIZE, SORTS, Question
from vendors.queries import visible_regions

finder = TextFinder()


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list page: the answer, where one stands in the tree, and links to the pages around it."""

    question: Question
    answer: Answer
    tree: Tree
    node: Node | None
    previous_url: str
    next_url: str

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
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(url, label, current) of each order."""
        now = self.question.sort or ("relevan" if self.question.text else "terbaru")
        offered = (
            SORTS if self.question.text else {key: label for key, label in SORTS.items() if key != "relevan"}
        )
        return [
            (self.question.query_string(sort=key), str(label), key == now) for key, label in offered.items()
        ]

    @property
    def narrowing(self) -> list[Any]:
        """The facets with boxes to tick; the category facet is a list of links."""
        return [facet for facet in self.answer.facets if facet.kind == "check"]

    @property
    def hidden(self) -> dict[str, str]:
        """What a filter form must carry along."""
        boxes = {*PACKED, "hal"}
        return {name: value for name, value in self.question.pairs() if name not in boxes}


def shelf(actor: Actor, question: Question, *, tree: Tree | None = None) -> Shelf:
    """Answer a question for an actor, with everything a list page shows."""
    tree = tree or Tree.load()
    answer = finder.find(question, regions=visible_regions(actor), tree=tree)
    keep_answer(actor=actor, question=question, answer=answer)
    more = answer.total > question.page * PAGE_SIZE and question.page < LAST_PAGE
    return Shelf(
        question=question,
        answer=answer,
        tree=tree,
        node=tree.by_slug.get(question.category),
        previous_url=question.query_string(page=question.page - 1) if question.page > 1 else "",
        next_url=question.query_string(page=question.page + 1) if more else "",
    )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
