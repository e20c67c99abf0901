"""What a full audit of the log says: for people, and in stable names for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from marketplace.audit.merkle import EMPTY_ROOT

MOST_FINDINGS: Final = 200
"""A damaged log is damaged in a thousand places; the first ones tell what happened."""


@dataclass(frozen=True, slots=True)
class Attested:
    """The newest checkpoint that somebody outside has attested: its size, when, and by whom."""

    size: int
    at: datetime
    by: str

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {"size": self.size, "at": self.at.isoformat(), "by": self.by}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be: a stable code, an Indonesian sentence, and the place."""

    code: str
    sentence: str
    place: str


@dataclass(slots=True)
class Report:
    """What a full audit has checked and found."""

    entries: int = 0
    waiting: int = 0
    tiles: int = 0
    checkpoints: int = 0
    size: int = 0
    root: bytes = EMPTY_ROOT
    origin: str = ""
    cosignatures: int = 0
    cosigned: Attested | None = None
    stamps: int = 0
    stamped: Attested | None = None
    alarms: int = 0
    taken_over: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    findings_in_all: int = 0

    @property
    def intact(self) -> bool:
        """Whether nothing at all was found."""
        return self.findings_in_all == 0

    @property
    def exit_code(self) -> int:
        """0 when the log is intact, 1 when it is not."""
        return 0 if self.intact else 1

    def add(self, code: str, place: str, sentence: str) -> None:
        """Note a finding; beyond `MOST_FINDINGS` only their number."""
        self.findings_in_all += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, sentence, place))

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs; names and meanings of the members are stable."""
        return {
            "intact": self.intact,
            "origin": self.origin,
            "size": self.size,
            "root": self.root.hex(),
            "entries": self.entries,
            "waiting": self.waiting,
            "tiles": self.tiles,
            "checkpoints": self.checkpoints,
            "cosignatures": self.cosignatures,
            "cosigned": self.cosigned and self.cosigned.as_json(),
            "stamps": self.stamps,
            "stamped": self.stamped and self.stamped.as_json(),
            "alarms": self.alarms,
            "taken_over": self.taken_over,
            "seconds": round(self.seconds, 3),
            "findings_in_all": self.findings_in_all,
            "findings": [
                {"code": each.code, "place": each.place, "sentence": each.sentence} for each in self.findings
            ],
        }
