"""Outside programs of the tests. Where one cannot be had a test is skipped and says why; in CI that is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.peers import noida
from tests.peers.lucene.node import LuceneNode, NotHere


def missing(reason: str) -> None:
    """Skip here, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """Return the path of an outside program; without it skip here and say so."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed; this peer is checked where it is")
    return path


def built_with_go(source: Path, target: Path) -> Path:
    """Build a Go program; what it downloads and compiles is kept in the project's own folder of caches."""
    go = program("go")
    cache = Path(settings.BASE_DIR) / "var" / "go"
    environment = os.environ | {
        "GOCACHE": str(cache / "build"),
        "GOMODCACHE": str(cache / "modules"),
        "GOFLAGS": "-modcacherw",
    }
    ran = subprocess.run(
        [go, "build", "-o", str(target), "."],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    if ran.returncode:
        missing(
            f"the Go program cannot be built (are its modules within reach?): {ran.stderr.strip()[-300:]}"
        )
    return target


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
