"""To whom a missed deadline goes, by the role that held it. Data; pure.

Officers of a unit answer to its PA or KPA (Perpres 16/2018 Art. 9 and 10), the KPA to the PA, the PA to those who
watch over the region; a vendor's silence is told to the buyer, who must decide, and to the operator, who can call.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from marketplace.accounts.roles import Role


class Where(StrEnum):
    """Where the superior sits."""

    UNIT = "UNIT"
    """In the buying unit."""
    BUYER = "BUYER"
    """The person who buys on this very thing."""
    REGION = "REGION"
    """In any organisation of that kind in the region."""


Superior = tuple[Where, Role]

_HEAD: Final = ((Where.UNIT, Role.PA), (Where.UNIT, Role.KPA))
_OPERATOR: Final = (Where.REGION, Role.OPERATOR)
_AUDITOR: Final = (Where.REGION, Role.AUDITOR)

SUPERIORS: Final[Mapping[Role, tuple[Superior, ...]]] = {
    Role.PP: _HEAD,
    Role.PPK: _HEAD,
    Role.PPTK: _HEAD,
    Role.PPK_SKPD: _HEAD,
    Role.TREASURER: _HEAD,
    Role.RECEIVER: _HEAD,
    Role.KPA: ((Where.UNIT, Role.PA), _OPERATOR),
    Role.PA: (_OPERATOR, _AUDITOR),
    Role.VENDOR: ((Where.BUYER, Role.PP), (Where.BUYER, Role.PPK), _OPERATOR),
    Role.CURATOR: (_OPERATOR,),
    Role.ASSISTANT: (_OPERATOR,),
    Role.OPERATOR: (_AUDITOR,),
    Role.AUDITOR: (_OPERATOR,),
    Role.HEAD: (_OPERATOR,),
    Role.SYSTEM: (_OPERATOR,),
}
