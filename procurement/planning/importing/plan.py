"""Importing a procurement plan in LKPP's published format: the verb behind the command and the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.regulation.models import Region
from marketplace.workflow.door import Deed, doing
from procurement.planning.importing import parsing, reading
from procurement.planning.importing.applying import apply
from procurement.planning.importing.comparing import Differences, Key, Planned, compare, grouped
from procurement.planning.importing.parsing import PlanLine
from procurement.planning.importing.reading import RowError, Table
from procurement.planning.importing.report import Choice, ImportReport
from procurement.planning.models import BudgetLine, ImportRun, Package

_ONE_IMPORT_AT_A_TIME: Final = 0x52_55_50
"""PostgreSQL's advisory lock for imports; the letters of "RUP"."""
MAX_ERRORS_KEPT: Final = 1_000
"""Row errors kept with a run; the rest of a hopeless file adds nothing."""

Step = Callable[[str], object]


def import_plan(
    *,
    actor: Actor,
    file_name: str,
    content: bytes,
    choice: Choice = Choice.WHOLE_FILE,
    dry_run: bool = False,
    only_region: str | None = None,
    only_unit: str | None = None,
    step: Step = lambda _what: None,
) -> ImportReport:
    """Bring the plan up to date with a published file; only what differs changes, nothing is deleted.

    `only_region` (klpd code) and `only_unit` (kd_satker) limit what the actor may import: other rows are row errors.
    With `only_region` unset, regions named in the file are made when missing. A `dry_run`, a file without sound
    rows, and under WHOLE_FILE a file with any wrong row, write nothing.

    Raises Refused when the file as a whole cannot be read.
    """
    step("membaca berkas")
    table = reading.read_table(content, known=parsing.KNOWN, required=parsing.REQUIRED)
    report = ImportReport.of(table, file_name=file_name, content=content, choice=choice, dry_run=dry_run)
    planned, errors = _read(table, only_region, only_unit)
    if dry_run:
        step("membandingkan")
        _fill(report, _differences(planned, errors, lock=False))
        return report
    with doing(actor=actor) as deed:
        _queue_up()
        step("membandingkan")
        differences = _differences(planned, errors, lock=True)
        _fill(report, differences)
        if report.may_apply:
            _write(deed, report, differences, step)
    return report


def _read(
    table: Table, only_region: str | None, only_unit: str | None
) -> tuple[list[Planned], list[RowError]]:
    lines: list[PlanLine] = []
    errors: list[RowError] = list(table.errors)
    spoilt: dict[str, int] = {}
    for row in table.rows:
        parsed = parsing.parse(row)
        if isinstance(parsed, PlanLine):
            parsed_errors = _foreign(parsed, only_region, only_unit)
            if not parsed_errors:
                lines.append(parsed)
                continue
        else:
            parsed_errors = parsed
        errors += parsed_errors
        spoilt.setdefault(row.values.get("kd_rup", ""), row.line)
    planned, found = grouped(lines, spoilt)
    return planned, errors + found


def _foreign(line: PlanLine, only_region: str | None, only_unit: str | None) -> list[RowError]:
    """A row of another region or working unit than the actor may import."""
    checks = (("kd_klpd", line.klpd_code, only_region), ("kd_satker", line.unit_code, only_unit))
    return [
        RowError(
            line.line,
            column,
            found,
            f"Baris ini bukan milik {wanted}.",
            "Impor hanya baris instansi Anda sendiri.",
        )
        for column, found, wanted in checks
        if wanted is not None and found != wanted
    ]


def _queue_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_IMPORT_AT_A_TIME])


def _differences(planned: list[Planned], errors: list[RowError], *, lock: bool) -> Differences:
    there, lines = _there([each.key for each in planned], lock=lock)
    found = compare(planned, there, lines)
    found.errors = sorted([*errors, *found.errors], key=lambda error: (error.line, error.column))
    return found


def _there(
    keys: Iterable[Key], *, lock: bool
) -> tuple[dict[Key, Package], dict[int, dict[int | None, BudgetLine]]]:
    """The packages of those keys and their lines; locked in primary key order, packages first."""
    klpds, years, codes = (set(part) for part in zip(*keys, strict=True)) if keys else (set(), set(), set())
    packages = Package.objects.filter(
        region__klpd_code__in=klpds, year__in=years, kd_rup__in=codes
    ).select_related("region", "organisation")
    if lock:
        packages = packages.select_for_update(of=("self",))
    there = {(each.region.klpd_code, each.year, each.kd_rup): each for each in packages.order_by("pk")}
    lines = BudgetLine.objects.filter(package__in=[each.pk for each in there.values()]).order_by("pk")
    if lock:
        lines = lines.select_for_update()
    lines_of: dict[int, dict[int | None, BudgetLine]] = {}
    for line in lines:
        lines_of.setdefault(line.package_id, {})[line.published_id] = line
    return there, lines_of


def _fill(report: ImportReport, differences: Differences) -> None:
    accepted = differences.accepted
    report.created = len(differences.created)
    report.changed = len(differences.changed)
    report.unchanged = len(differences.unchanged)
    report.lines = sum(len(each.lines) for each in accepted)
    report.pagu = sum(each.pagu for each in accepted)
    report.years = sorted({each.first.year for each in accepted})
    report.errors = differences.errors


def _write(deed: Deed, report: ImportReport, differences: Differences, step: Step) -> None:
    regions = _regions(differences)
    run = ImportRun(
        kind=ImportRun.Kind.PLAN,
        file_name=report.file,
        sha256=report.sha256,
        at=deed.at,
        by_id=deed.actor.user_id,
        region=next(iter(regions.values())) if len(regions) == 1 else None,
        counts=report.counts(),
        errors=[error.as_dict() for error in report.errors[:MAX_ERRORS_KEPT]],
    )
    apply(deed, differences, run, regions=regions, step=step)
    report.applied, report.run = True, run.pk


def _regions(differences: Differences) -> dict[str, Region]:
    """The regions of all accepted packages by klpd code, made where they are missing."""
    named = {each.first.klpd_code: each.first for each in differences.accepted}
    Region.objects.bulk_create(
        (
            Region(klpd_code=code, name=line.klpd_name or code, kind=_kind_of(line))
            for code, line in named.items()
        ),
        ignore_conflicts=True,
    )
    return {each.klpd_code: each for each in Region.objects.filter(klpd_code__in=named)}


def _kind_of(line: PlanLine) -> str:
    """The kind as published; where nothing is said, D codes are regions' and the others are ministries'."""
    if line.klpd_kind in Region.Kind.values:
        return line.klpd_kind
    return Region.Kind.PROVINCE if line.klpd_code.startswith("D") else Region.Kind.MINISTRY
