"""The dated code lists of oversight: kinds of findings, and grounds on which nothing can be done about one."""

from __future__ import annotations

from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter

KINDS = "oversight.finding_kinds"
GROUNDS = "oversight.unactionable_grounds"


def listed(code: str, region_id: int | None) -> dict[str, str]:
    """Code → words of a list in force today."""
    found: dict[str, str] = parameter(code, region_id=region_id).value
    return found


def words_of(code: str, chosen: str, region_id: int | None) -> str:
    """What a code of a list in force today means. Raises Refused `code_unknown`."""
    rule = parameter(code, region_id=region_id)
    if chosen not in rule.value:
        raise Refused(
            "code_unknown",
            "Pilihan itu tidak ada dalam daftar yang berlaku.",
            rule=rule.legal_basis,
            fix="Pilih dari daftar.",
        )
    return str(rule.value[chosen])
