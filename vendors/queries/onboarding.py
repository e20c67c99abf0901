"""How far a registration has come: its tasks, what each lacks, what was sent back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from marketplace.regulation.queries import parameter
from vendors.models import Vendor, Verdict
from vendors.sections import SECTIONS, section_of

_PACTS = Path(__file__).resolve().parents[1] / "data" / "pacts.json"


@dataclass(frozen=True, slots=True)
class Task:
    """One section as the list shows it. `returned` holds the verdicts of this round that ask for mending."""

    code: str
    title: str
    hint: str
    lacking: tuple[str, ...]
    returned: tuple[Verdict, ...]

    @property
    def done(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking

    @property
    def status(self) -> str:
        """What the badge says: `returned`, `done` or `todo`."""
        return "returned" if self.returned else "done" if self.done else "todo"


def tasks_of(vendor: Vendor) -> list[Task]:
    """The tasks of a registration in their order; five queries whatever it holds."""
    returned: dict[str, list[Verdict]] = {}
    if vendor.state == "REJECTED":
        for verdict in vendor.verdicts.filter(round=vendor.round, accepted=False):
            section = section_of(verdict.field)
            if section is not None:
                returned.setdefault(section.code, []).append(verdict)
    return [
        Task(each.code, each.title, each.hint, tuple(each.lacks(vendor)), tuple(returned.get(each.code, ())))
        for each in SECTIONS
    ]


@lru_cache(maxsize=1)
def _pacts() -> dict[str, list[str]]:
    texts: dict[str, list[str]] = json.loads(_PACTS.read_text(encoding="utf-8"))
    return texts


def pact_text(vendor: Vendor) -> list[str]:
    """The sentences of the integrity pact in force for the vendor's region."""
    return _pacts()[str(parameter("vendor.pact_version", region_id=vendor.region_id).value)]
