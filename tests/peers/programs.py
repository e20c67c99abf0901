"""Outside programs of the tests. Where one cannot be had a test is skipped and says why; in CI that is a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.peers import noida
from tests.peers.lucene.node import LuceneNode, NotHere


def missing(reason: str) -> None:
    """Skip here, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def lucene_node() -> Iterator[LuceneNode]:
    """A real node, on its own port of loopback; whoever kills it starts it again."""
    try:
        node = LuceneNode().start()
    except NotHere as reason:
        missing(f"No Lucene node: {reason}")
        return
    yield node
    node.close()


@pytest.fixture(scope="session")
def noida_url() -> Iterator[str]:
    """A second, independent speaker of the same wire, with other faults than ours."""
    try:
        with noida.running() as url:
            yield url
    except NotHere as reason:
        missing(f"No noida-db: {reason}")
