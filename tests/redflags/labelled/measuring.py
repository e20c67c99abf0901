"""Precision and recall of every rule on labelled orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.finding import Finding
from procurement.redflags.rules import RULES


@dataclass(frozen=True, slots=True)
class Score:
    """One rule: planted episodes and how many of them were hit; findings, those on its own plants, on other plants.

    What a rule says of orders planted for another rule is neither right nor a false alarm.
    """

    rule: str
    planted: int
    hit: int
    found: int
    right: int
    beside: int

    @property
    def false(self) -> int:
        """Findings about honest subjects."""
        return self.found - self.right - self.beside

    @property
    def precision(self) -> float | None:
        """The share of findings that are right; None without any."""
        judged = self.right + self.false
        return self.right / judged if judged else None

    @property
    def recall(self) -> float | None:
        """The share of planted episodes that were hit."""
        return self.hit / self.planted if self.planted else None


def measured(found: Iterable[Finding], labels: Sequence[tuple[str, str, str]]) -> list[Score]:
    """The scores of all rules, in their order."""
    own: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    planted: set[str] = set()
    for rule, episode, subject in labels:
        own[rule][subject].add(episode)
        planted.add(subject)
    by_rule: dict[str, list[str]] = defaultdict(list)
    for each in found:
        by_rule[each.rule].append(each.subject)
    scores = []
    for rule in [*RULES, *INDICATORS]:
        mine, subjects = own[rule], by_rule[rule]
        right = [each for each in subjects if each in mine]
        scores.append(
            Score(
                rule=rule,
                planted=len({episode for episodes in mine.values() for episode in episodes}),
                hit=len({episode for each in right for episode in mine[each]}),
                found=len(subjects),
                right=len(right),
                beside=sum(each in planted and each not in mine for each in subjects),
            )
        )
    return scores


def table(scores: Iterable[Score]) -> str:
    """The scores as a Markdown table."""
    lines = [
        "| Rule | Planted | Hit | Findings | Right | Beside | False | Precision | Recall |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {each.rule} | {each.planted} | {each.hit} | {each.found} | {each.right} | {each.beside} | {each.false} "
        f"| {_share(each.precision)} | {_share(each.recall)} |"
        for each in scores
    ]
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
