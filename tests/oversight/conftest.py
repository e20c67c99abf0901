"""Keys, papers and scans of a test lie in folders of its own; the clock stands on a working day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marketplace.regulation.queries import forget_rules


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.STATE_DIR = tmp_path / "state"
    settings.AUDIT_ORIGIN = "e-order.example/log"
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            name: {"BACKEND": backend, "OPTIONS": {"location": tmp_path / name, "base_url": None}}
            for name in ("papers", "evidence")
        },
    }
    yield
    forget_rules()
