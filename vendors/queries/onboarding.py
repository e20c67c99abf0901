"""How far a registration has come: its tasks, what each lacks, what was sent back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from marketplace.regulation.queries import parameter
from vendors.inspection import Finding
from vendors.models import Vendor
from vendors.queries.verdicts import vendor_mending
from vendors.sections import SECTIONS, section_of

_PACTS = Path(__file__).resolve().parents[1] / "data" / "pacts.json"


@dataclass(frozen=True, slots=True)
class Task:
    """One section as the list shows it. `returned` holds what was found wrong in it in this round."""

    code: str
    title: str
    hint: str
    lacking: tuple[str, ...]
    returned: tuple[Finding, ...]

    @property
    def done(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking

    @property
    def status(self) -> str:
        """What the badge says: `returned`, `done` or `todo`."""
        return "returned" if self.returned else "done" if self.done else "todo"


def tasks_of(vendor: Vendor) -> list[Task]:
    """The tasks of a registration in their order; at most nine queries whatever it holds."""
    returned: dict[str, list[Finding]] = {}
    if vendor.state == "REJECTED":
        for finding in vendor_mending(vendor).values():
            section = section_of(finding.code)
            if section is not None:
                returned.setdefault(section.code, []).append(finding)
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
