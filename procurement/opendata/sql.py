"""What PostgreSQL guarantees of published releases: what was published stays as it was."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal

CREATE: Final[list[str]] = [
    refusal(
        "opendata_refuse_change",
        "Published releases are append-only",
        instead="Publish a further release; the next act of the process makes one.",
    ),
    *append_only(["opendata_release"], "opendata_refuse_change"),
]

DROP: Final[list[str]] = ["DROP FUNCTION IF EXISTS opendata_refuse_change() CASCADE"]
