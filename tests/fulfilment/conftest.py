"""Pictures of these tests lie in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from marketplace.regulation.models import Parameter, Region
from marketplace.regulation.queries import forget_rules


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def regional_rule() -> Iterator[Callable[[str, Any, Region], None]]:
    """Set a dated rule for one region, in force since the beginning of 2020."""

    def set_rule(code: str, value: Any, region: Region) -> None:
        Parameter.objects.create(
            code=code,
            value=value,
            unit="uji",
            valid_from=date(2020, 1, 1),
            legal_basis="Uji",
            region=region,
            state="ACTIVE",
        )
        forget_rules()

    yield set_rule
    forget_rules()
