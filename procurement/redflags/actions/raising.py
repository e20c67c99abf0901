"""Keeping what rules found: a finding seen before is not raised again, one that changed is another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.workflow.door import Deed, deadline_of, doing, move_along
from procurement.redflags.finding import Finding
from procurement.redflags.models import RedFlag

JUDGE: Final = Actor.system("Aturan tanda bahaya")
"""Who the log says raised a flag."""
AT_ONCE: Final = 500
"""Findings kept in one transaction."""
_LOCK: Final = 4_610
"""Name of the lock, among PostgreSQL's advisory locks, that lets one evaluation of a region write at a time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many findings were new, seen before, changed, or left alone because somebody is reviewing an earlier one."""

    new: int = 0
    known: int = 0
    changed: int = 0
    under_review: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.new + other.new,
            self.known + other.known,
            self.changed + other.changed,
            self.under_review + other.under_review,
        )


def raise_flags(*, region_id: int, found: Iterable[Finding]) -> Kept:
    """Keep the findings of a region. Doing it again with the same findings changes nothing.

    A flag that was closed comes back only when its rule saw something else; one that nobody took up yet gives way to
    the newer version; one under review stays, and is judged again once it is closed.
    """
    told, findings = Kept(), iter(found)
    while some := list(islice(findings, AT_ONCE)):
        told += _keep(region_id, list({each.key: each for each in some}.values()))
    return told


def _keep(region_id: int, findings: Sequence[Finding]) -> Kept:
    with doing(actor=JUDGE) as deed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, region_id])
        last = _last_versions(findings)
        rows: list[RedFlag] = []
        changed = known = under_review = 0
        for each in findings:
            before = last.get(each.key)
            if before is not None and before.inputs_sha256 == each.inputs_sha256:
                known += 1
                continue
            if before is not None and before.state in {"IN_REVIEW", "ESCALATED"}:
                under_review += 1
                continue
            if before is not None:
                changed += 1
                _supersede(deed, before)
            rows.append(_row(region_id, each, before.version + 1 if before else 1, deed))
        RedFlag.objects.bulk_create(rows)
        deed.record_many(_entries(rows))
    return Kept(len(rows) - changed, known, changed, under_review)


def _last_versions(findings: Iterable[Finding]) -> dict[tuple[str, str, str], RedFlag]:
    """The newest flag of every finding's rule, subject and part: one query."""
    subjects, rules = {each.subject for each in findings}, {each.rule for each in findings}
    found = (
        RedFlag.objects.filter(subject__in=subjects, rule__in=rules)
        .order_by("rule", "subject", "part", "-version")
        .distinct("rule", "subject", "part")
    )
    return {(each.rule, each.subject, each.part): each for each in found}


def _supersede(deed: Deed, before: RedFlag) -> None:
    """A newer version takes the place of a flag that nobody took up; a closed one stays as it is."""
    if before.state == "NEW":
        move_along(deed, RedFlag, before.pk, "supersede", facts=facts_of(before))


def _row(region_id: int, found: Finding, version: int, deed: Deed) -> RedFlag:
    row = RedFlag(
        region_id=region_id,
        rule=found.rule,
        rule_version=found.rule_version,
        kind=found.kind,
        subject=found.subject,
        part=found.part,
        version=version,
        purchase_id=found.purchase_id,
        competition_id=found.competition_id,
        vendor_id=found.vendor_id,
        organisation_id=found.organisation_id,
        score=found.score,
        sentence=found.sentence,
        inputs=dict(found.inputs),
        inputs_sha256=found.inputs_sha256,
        values=dict(found.values),
        legal_basis=found.legal_basis,
        created_at=deed.at,
    )
    row.due_at = deadline_of(row, row.state, deed.at)
    return row


def _entries(rows: Iterable[RedFlag]) -> Iterator[tuple[str, RedFlag, dict[str, Any]]]:
    for each in rows:
        told = {"version": each.version, "score": each.score, "inputs_sha256": each.inputs_sha256}
        yield "red_flag.raise", each, {**facts_of(each), **told, "state": each.state}


def facts_of(flag: RedFlag) -> dict[str, Any]:
    """What every entry about a flag tells."""
    return {"rule": flag.rule, "rule_version": flag.rule_version, "subject": flag.subject}
