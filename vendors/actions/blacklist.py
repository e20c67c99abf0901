"""The national blacklist: taken over from a file, and brought to bear on the vendors it is about.

Entries about businesses that are not registered here are kept: whoever hands in a registration later is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from vendors.actions.sanctions import SanctionData, impose_sanction, prolong_sanction
from vendors.models import BlacklistRow
from vendors.national_list import Fault, Listed, read
from vendors.queries import unsanctioned_matches, vendor_of_row
from vendors.violations import NATIONAL_LIST


@dataclass(slots=True)
class BlacklistReport:
    """What an import found and did."""

    new: int = 0
    changed: int = 0
    same: int = 0
    sanctioned: int = 0
    applied: bool = False
    errors: list[Fault] = field(default_factory=list)


def import_blacklist(*, actor: Actor, content: bytes, dry_run: bool = False) -> BlacklistReport:
    """Take over a copy of the national blacklist; again imports only what changed. Wrong lines are reported, not taken.

    Raises Refused `wrong_role`, `list_columns`, and those of reading a table.
    """
    actor.require(Role.OPERATOR, Role.SYSTEM)
    report = BlacklistReport()
    listed: list[Listed] = []
    for line in read(content):
        if isinstance(line, Fault):
            report.errors.append(line)
        else:
            listed.append(line)
    known = {(each.decree_number, each.subject_hash): each for each in BlacklistRow.objects.all()}
    rows = {(row.decree_number, row.subject_hash): row for row in map(_row, listed)}
    new = [row for key, row in rows.items() if key not in known]
    changed = [_taken_over(known[key], row) for key, row in rows.items() if _differs(known.get(key), row)]
    report.new, report.changed = len(new), len(changed)
    report.same = len(rows) - report.new - report.changed
    if dry_run:
        return report
    _write(actor, content, report, new, changed)
    report.applied = True
    for row in changed:
        if row.sanction_id is not None:
            _prolong(actor, row)
    report.sanctioned = apply_blacklist()
    return report


def apply_blacklist() -> int:
    """Sanction every vendor that an entry in force is about and that carries no sanction for it; returns how many."""
    rows = list(unsanctioned_matches(clock.today()).order_by("pk"))
    return sum(_applied(row) for row in rows)


def _applied(row: BlacklistRow) -> bool:
    vendor = vendor_of_row(row)
    if vendor is None:
        return False
    actor = Actor.system("Daftar Hitam Nasional")
    data = SanctionData(
        violation=NATIONAL_LIST,
        decree_number=row.decree_number,
        decree_date=row.starts,
        publisher=row.publisher,
        starts=row.starts,
        ends=row.ends,
        words=row.act,
    )
    try:
        sanction = impose_sanction(actor=actor, vendor_id=vendor.pk, data=data)
    except Refused as refused:
        if refused.code != "sanction_known":
            return False
        sanction = vendor.sanctions.get(decree_number=row.decree_number, violation=NATIONAL_LIST)
    return bool(BlacklistRow.objects.filter(pk=row.pk, sanction=None).update(sanction=sanction))


def _prolong(actor: Actor, row: BlacklistRow) -> None:
    assert row.sanction_id is not None
    try:
        prolong_sanction(actor=actor, sanction_id=row.sanction_id, ends=row.ends)
    except Refused:
        return


def _row(listed: Listed) -> BlacklistRow:
    subject = f"npwp:{listed.npwp}" if listed.npwp else f"nib:{listed.nib}"
    return BlacklistRow(
        npwp_hash=keyed_hash("npwp", listed.npwp) if listed.npwp else "",
        nik_hash=keyed_hash("nik", listed.npwp) if listed.npwp else "",
        nib=listed.nib,
        name=listed.name,
        decree_number=listed.decree,
        act=listed.act,
        starts=listed.starts,
        ends=listed.ends,
        publisher=listed.publisher,
        subject_hash=keyed_hash("blacklist", subject),
    )


_MAY_CHANGE = ("nib", "name", "act", "starts", "ends", "publisher")


def _differs(known: BlacklistRow | None, row: BlacklistRow) -> bool:
    return known is not None and any(getattr(known, name) != getattr(row, name) for name in _MAY_CHANGE)


def _taken_over(known: BlacklistRow, row: BlacklistRow) -> BlacklistRow:
    for name in _MAY_CHANGE:
        setattr(known, name, getattr(row, name))
    return known


def _write(
    actor: Actor,
    content: bytes,
    report: BlacklistReport,
    new: Iterable[BlacklistRow],
    changed: Iterable[BlacklistRow],
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    with doing(actor=actor) as deed:
        made = _dated(new, deed.at)
        BlacklistRow.objects.bulk_create(made, ignore_conflicts=True)
        BlacklistRow.objects.bulk_update(_dated(changed, deed.at), [*_MAY_CHANGE, "imported_at"])
        facts: dict[str, Any] = {"sha256": digest, "new": report.new, "changed": report.changed}
        facts |= {"same": report.same, "wrong": len(report.errors)}
        deed.record("blacklist.import", ("blacklist", digest[:32]), facts)


def _dated(rows: Iterable[BlacklistRow], at: datetime) -> list[BlacklistRow]:
    dated = list(rows)
    for row in dated:
        row.imported_at = at
    return dated
