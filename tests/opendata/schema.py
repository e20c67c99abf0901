"""The published schema of OCDS 1.1.5, where the folder of shared data is there."""

from __future__ import annotations

import json
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings

STANDARD: Final = Path(settings.BASE_DIR).parent / "shared" / "data" / "ocds" / "standard-1__1__5.zip"


@lru_cache(maxsize=1)
def release_schema() -> dict[str, Any]:
    """The release schema; the test that asks is skipped where it is absent."""
    if not STANDARD.exists():
        pytest.skip(f"no OCDS standard at {STANDARD}")
    with zipfile.ZipFile(STANDARD) as archive:
        found: dict[str, Any] = json.loads(
            archive.read("standard-1__1__5/schema/dereferenced-release-schema.json")
        )
    return found
