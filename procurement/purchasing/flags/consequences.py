"""What follows from a finding, by dated parameter: shown, explained in writing, endorsed by PA/KPA, held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final

from django.utils.translation import gettext as _

from marketplace.audit import canonical
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from procurement.purchasing.flags.facts import Finding

EXPLAIN, JUSTIFY, SECOND, HOLD = "EXPLAIN", "JUSTIFY", "SECOND", "HOLD"
STRENGTH: Final = {EXPLAIN: 0, JUSTIFY: 1, SECOND: 2, HOLD: 3}
"""From the weakest to the strongest; each asks for what the weaker ones ask, too."""
MEANING: Final = {
    EXPLAIN: "Ditampilkan kepada PP dan PPK; tidak ada yang diminta.",
    JUSTIFY: "PP atau PPK menuliskan alasannya sebelum melanjutkan.",
    SECOND: "Alasan tertulis, lalu persetujuan PA/KPA sebelum PPK menyetujui.",
    HOLD: "Alasan tertulis; pesanan ditahan sampai Inspektorat melepasnya.",
}


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding with what follows from it and what the officer said to it."""

    finding: Finding
    consequence: str
    basis: str
    said: str = ""

    @property
    def code(self) -> str:
        """The flag's code."""
        return self.finding.code

    @property
    def wants_reason(self) -> bool:
        """Whether somebody must write why."""
        return STRENGTH[self.consequence] >= STRENGTH[JUSTIFY]


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about one order at one moment."""

    raised: tuple[Raised, ...] = field(default=())

    @property
    def strongest(self) -> str:
        """The consequence that counts: the strongest of all found."""
        return max((each.consequence for each in self.raised), key=STRENGTH.__getitem__, default=EXPLAIN)

    @property
    def needs_second(self) -> bool:
        """Whether PA/KPA must endorse."""
        return any(each.consequence == SECOND for each in self.raised)

    @property
    def held(self) -> bool:
        """Whether the order waits for the auditor."""
        return any(each.consequence == HOLD for each in self.raised)

    @property
    def gravest(self) -> Raised:
        """The finding with the strongest consequence. ValueError when nothing was found."""
        return max(self.raised, key=lambda each: STRENGTH[each.consequence])

    @property
    def codes(self) -> list[str]:
        """`ID08/50000000` and the like, for the log."""
        return [f"{each.code}/{each.finding.rung}" for each in self.raised]

    @property
    def digest(self) -> str:
        """SHA-256 over all that was found; the log vouches for the rows with it."""
        told = [
            {
                "code": each.code,
                "rung": each.finding.rung,
                "consequence": each.consequence,
                "evidence": dict(each.finding.evidence),
                "values": dict(each.finding.values),
                "justification": each.said,
            }
            for each in self.raised
        ]
        return sha256(canonical.encode(told)).hexdigest()


def consequence_of(finding: Finding, region_id: int, on: date | None = None) -> tuple[str, str]:
    """What follows from a finding and the law it stands on. A region may set one word for all rungs of a flag.

    A rung nobody named only is shown.
    """
    rule = parameter(f"flag.{finding.code}.consequence", on=on, region_id=region_id)
    value = rule.value.get(finding.rung, EXPLAIN) if isinstance(rule.value, Mapping) else rule.value
    return (value if value in STRENGTH else EXPLAIN), rule.legal_basis


def judged(
    found: Iterable[Finding], region_id: int, said: Mapping[str, str] | None = None, on: date | None = None
) -> Verdict:
    """The findings with their consequences; `said` holds the officer's reasons by code."""
    reasons = said or {}
    raised = []
    for finding in found:
        consequence, basis = consequence_of(finding, region_id, on)
        words = " ".join(reasons.get(finding.code, "").split())[:1000]
        raised.append(Raised(finding, consequence, basis, words))
    return Verdict(tuple(raised))


def explained(verdicts: Iterable[Verdict], region_id: int) -> None:
    """Every finding that asks for a reason has one. Raises Refused `justification_needed`."""
    letters = int(parameter("flag.reason_letters", region_id=region_id).value)
    for verdict in verdicts:
        for each in verdict.raised:
            if each.wants_reason and len(each.said) < letters:
                raise Refused(
                    "justification_needed",
                    _("Peringatan %(code)s perlu penjelasan: %(sentence)s")
                    % {"code": each.code, "sentence": each.finding.sentence},
                    rule=each.basis,
                    fix=_("Tuliskan alasannya, paling sedikit %(n)d huruf, lalu kirim lagi.")
                    % {"n": letters},
                )
