"""Keeping what rules found: a finding seen before is not raised again, one that changed is another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, Final

from django.db import connection
from django.db.models import Q

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
    """How many findings were new, seen before, changed, or left alone because somebody is reviewing an earlier one;
    and how many flags of an older version of their rule were given up.
    """

    new: int = 0
    known: int = 0
    changed: int = 0
    under_review: int = 0
    given_up: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.new + other.new,
            self.known + other.known,
            self.changed + other.changed,
            self.under_review + other.under_review,
            self.given_up + other.given_up,
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


def give_up_outdated(
    *, region_id: int, since: datetime, versions: Mapping[str, int], found: Iterable[Finding]
) -> Kept:
    """Give up what an older version of a rule raised, nobody took up, and the rule as it stands does not find.

    `versions` are the rules that were asked; what lies before `since` they did not judge, so it stays.
    """
    standing = {each.key for each in found}
    within = (Q(purchase__isnull=True) | Q(purchase__submitted_at__gte=since)) & (
        Q(competition__isnull=True) | Q(competition__published_at__gte=since)
    )
    outdated = reduce(or_, (Q(rule=code, rule_version__lt=of) for code, of in versions.items()), Q(pk__in=[]))
    rows = RedFlag.objects.filter(outdated, within, region_id=region_id, state="NEW").order_by("pk")
    gone = iter(
        [pk for pk, *key in rows.values_list("pk", "rule", "subject", "part") if tuple(key) not in standing]
    )
    given_up = 0
    while some := list(islice(gone, AT_ONCE)):
        with doing(actor=JUDGE) as deed:
            locked = RedFlag.objects.select_for_update(of=("self",)).filter(pk__in=some, state="NEW")
            for flag in locked.order_by("pk"):
                _supersede(deed, flag)
                given_up += 1
    return Kept(given_up=given_up)


def _keep(region_id: int, findings: Sequence[Finding]) -> Kept:
    with doing(actor=JUDGE) as deed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, region_id])
        last = _last_versions(findings)
        _read_again_locked(last, findings)
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


def _read_again_locked(last: dict[tuple[str, str, str], RedFlag], findings: Iterable[Finding]) -> None:
    """Lock the flags that would give way, in the order of their keys, and put what stands there now into `last`.

    Somebody may take one up at this moment: whoever comes first is heard, and the other sees it.
    """
    giving_way = [
        before.pk
        for each in findings
        if (before := last.get(each.key)) is not None
        and before.state == "NEW"
        and before.inputs_sha256 != each.inputs_sha256
    ]
    for flag in RedFlag.objects.select_for_update(of=("self",)).filter(pk__in=giving_way).order_by("pk"):
        last[flag.rule, flag.subject, flag.part] = flag


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
