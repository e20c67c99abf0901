"""The life of a paper: issued (number and facts stand), then rendered (its PDF is stored, once and for ever).

There is no move to "cancelled": a paper is never changed. Whoever voids or corrects one issues a further version
under the same number; the latest version of a number is the one that counts.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move
from procurement.documents import acts

ISSUED: Final = "ISSUED"
RENDERED: Final = "RENDERED"

PAPER: Final = MoveTable(
    name="paper",
    states=(State(ISSUED, "Diterbitkan"), State(RENDERED, "Naskah tersimpan", terminal=True)),
    moves=(
        move(
            "render", "Simpan naskah", sources=ISSUED, target=RENDERED, roles=Role.SYSTEM, act=acts.RENDERED
        ),
    ),
    initial=ISSUED,
)
