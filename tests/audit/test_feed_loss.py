"""Nothing of the feed is lost, doubled or told before its cause, and the detector itself sees it when it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from marketplace.audit.verify import verify
from tests.audit import feed_loss
from tests.audit.feed_loss import Told

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_eight_writers_and_a_reader(tmp_path: Path) -> None:
    outcome = feed_loss.detect(1_600, tmp_path)
    assert outcome.committed > 1_400
    assert outcome.read == outcome.committed
    assert outcome.clean, outcome
    assert verify().findings == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_eight_writers_for_twenty_thousand_transactions(tmp_path: Path) -> None:
    outcome = feed_loss.detect(20_000, tmp_path)
    assert outcome.read == outcome.committed > 19_000
    assert outcome.clean, outcome


FEED: list[Told] = [(leaf, {"thing": 1, "n": leaf + 1, "seen": 2, "seen_n": 0}) for leaf in range(4)]
FAULTS: dict[str, tuple[Callable[[list[Any]], Any], str]] = {
    "one lost": (lambda feed: feed.pop(2), "lost"),
    "one doubled": (lambda feed: feed.append(feed[3]), "doubled"),
    "two swapped": (lambda feed: feed.insert(1, feed.pop(2)), "out_of_order"),
    "an effect before its cause": (lambda feed: feed[1][1].update(seen_n=3), "violations"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_detector_sees(name: str) -> None:
    feed = [(leaf, dict(facts)) for leaf, facts in FEED]
    committed = [f"1.{facts['n']}" for _leaf, facts in feed]
    assert feed_loss._judged(committed, feed, 1.0).clean
    damage, where = FAULTS[name]
    damage(feed)
    assert getattr(feed_loss._judged(committed, feed, 1.0), where) > 0
