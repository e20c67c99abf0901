"""What keeps a move from being taken, told from plain facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.core.transitions import Refused


def decided_by_another(facts: Mapping[str, Any]) -> Refused | None:
    """Nobody judges an objection to a decision of their own."""
    if not facts.get("own_decision"):
        return None
    return Refused(
        "own_decision",
        "Anda sendiri yang mengambil keputusan ini.",
        rule="Perlem LKPP 4/2021 tentang Pembinaan Pelaku Usaha",
        fix="Keberatan diputuskan operator lain.",
    )
