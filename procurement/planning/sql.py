"""What PostgreSQL itself guarantees about plans: the histories are append-only."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal

_APPEND_ONLY: Final = ("planning_budgetmovement", "planning_planrevision", "planning_importrun")

CREATE: Final[list[str]] = [
    refusal(
        "planning_refuse_change",
        "The history of plans is append-only",
        instead="Record a further movement or revision instead.",
    ),
    *append_only(_APPEND_ONLY, "planning_refuse_change"),
]

DROP: Final[list[str]] = ["DROP FUNCTION IF EXISTS planning_refuse_change() CASCADE"]
