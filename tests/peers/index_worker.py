"""A follower to be killed: python -m tests.peers.index_worker SEED. It dawdles at the worst moments."""

from __future__ import annotations

import random
import sys
import time

import marketplace.celery  # sets Django up; what follows needs its models
from search.engines.elastic import following
from search.engines.elastic.connecting import address, writing

__all__ = ["marketplace"]


def main(seed: int) -> None:
    """Follow until killed. Half of the messages go out late: what they say may be old by then."""
    chance = random.Random(seed)
    found = address()
    assert found is not None
    client = writing(found)
    while True:
        if chance.random() < 0.5:
            following.follow()
            time.sleep(0.05)
            continue
        indexes, changes = following.waiting(limit=chance.randint(1, 200))
        time.sleep(chance.random() * 0.5)
        try:
            errors = following.send(client, indexes, changes) if changes else {}
        except following.Away:
            continue
        time.sleep(chance.random() * 0.2)
        if changes:
            following.acknowledge(changes, errors)


if __name__ == "__main__":
    main(int(sys.argv[1]))
