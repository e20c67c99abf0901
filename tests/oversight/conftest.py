"""Keys, papers and scans of a test lie in folders of its own; the clock stands on a working day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marketplace.regulation.queries import forget_rules
from tests.oversight.orders import own_places


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> Iterator[None]:
    for name, value in own_places(tmp_path).items():
        setattr(settings, name, value)
    yield
    forget_rules()
