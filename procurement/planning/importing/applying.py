"""Writing what a plan file changes: sets of rows, one audit entry a package, all in the caller's deed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connection

from marketplace.accounts.models import Organisation
from marketplace.regulation.models import Region
from marketplace.workflow.door import Deed
from procurement.planning.importing.comparing import LINE_FIELDS, Change, Differences, Planned
from procurement.planning.importing.parsing import PlanLine
from procurement.planning.models import (
    BudgetLine,
    BudgetMovement,
    ImportRun,
    Package,
    PlanRevision,
    figures,
)

BATCH: Final = 500
PACKAGE_FIELDS: Final = (
    "name",
    "method_code",
    "kind_code",
    "ukm",
    "pdn",
    "contract_from",
    "contract_to",
    "announced",
    "active",
    "pagu",
    "organisation",
    "revision",
)
NOTHING: Final = dict.fromkeys(("pagu", "available", "reserved", "committed", "payable", "spent"), 0)

_OPEN_MOVEMENTS: Final = """
INSERT INTO planning_budgetmovement (line_id, deed, at, kind, amount, reference, before, after)
SELECT id, %s, %s, 'OPEN', pagu, %s, %s::jsonb,
       jsonb_build_object('pagu', pagu, 'available', available, 'reserved', reserved,
                          'committed', committed, 'payable', payable, 'spent', spent)
FROM planning_budgetline WHERE id = ANY(%s) ORDER BY id
"""

Entries = list[tuple[str, Any, Mapping[str, Any]]]


def apply(
    deed: Deed,
    differences: Differences,
    run: ImportRun,
    *,
    regions: Mapping[str, Region],
    step: Callable[[str], object],
) -> None:
    """Write `differences` under `run` (still unsaved). The caller holds the locks of all rows that change.

    `regions` maps klpd codes to regions that exist; `step` hears what is being written, for a progress bar.
    """
    run.save()
    units = _units(differences, regions)
    step("paket")
    made = _create_packages(deed, differences.created, regions, units)
    _change_packages(differences.changed, regions, units)
    step("baris anggaran")
    fresh = _create_lines(deed, differences, made)
    _change_lines(deed, differences.changed, run)
    _open_movements(deed, fresh, run)
    step("riwayat dan log audit")
    _revisions(deed, differences, made, run)
    deed.record_many(_entries(differences, made, fresh, run))


def _units(differences: Differences, regions: Mapping[str, Region]) -> dict[tuple[str, str], Organisation]:
    """The working units of all accepted packages by (klpd code, kd_satker), made where they are missing."""
    names = {
        (each.first.klpd_code, each.first.unit_code): each.first.unit_name for each in differences.accepted
    }
    missing = [
        Organisation(region=regions[klpd], kind=Organisation.Kind.AGENCY_UNIT, code=code, name=name)
        for (klpd, code), name in names.items()
    ]
    Organisation.objects.bulk_create(missing, ignore_conflicts=True)
    found = Organisation.objects.filter(
        kind=Organisation.Kind.AGENCY_UNIT,
        region__in=list(regions.values()),
        code__in={code for _klpd, code in names},
    ).select_related("region")
    return {(each.region.klpd_code, each.code): each for each in found}


def _create_packages(
    deed: Deed,
    created: list[Planned],
    regions: Mapping[str, Region],
    units: Mapping[tuple[str, str], Organisation],
) -> list[Package]:
    return Package.objects.bulk_create(
        (
            Package(
                region=regions[each.first.klpd_code],
                organisation=units[each.first.klpd_code, each.first.unit_code],
                year=each.first.year,
                kd_rup=each.first.kd_rup,
                name=each.first.name or f"Paket RUP {each.first.kd_rup}",
                method_code=each.first.method_code,
                kind_code=each.first.kind_code,
                ukm=each.first.ukm,
                pdn=each.first.pdn,
                contract_from=each.first.contract_from,
                contract_to=each.first.contract_to,
                announced=each.first.announced,
                active=each.active,
                pagu=each.pagu,
                created_at=deed.at,
            )
            for each in created
        ),
        batch_size=BATCH,
    )


def _change_packages(
    changed: list[Change], regions: Mapping[str, Region], units: Mapping[tuple[str, str], Organisation]
) -> None:
    for change in changed:
        change.package.organisation = units[change.planned.first.klpd_code, change.planned.first.unit_code]
        change.package.revision += 1
    Package.objects.bulk_update([change.package for change in changed], PACKAGE_FIELDS, batch_size=BATCH)


def _create_lines(deed: Deed, differences: Differences, made: list[Package]) -> list[BudgetLine]:
    wanted = [
        (package, line)
        for package, each in zip(made, differences.created, strict=True)
        for line in each.lines
    ]
    wanted += [(change.package, line) for change in differences.changed for line in change.new_lines]
    return BudgetLine.objects.bulk_create(
        (_line(package, line) for package, line in wanted), batch_size=BATCH
    )


def _line(package: Package, line: PlanLine) -> BudgetLine:
    values = {name: getattr(line, name) for name in LINE_FIELDS}
    return BudgetLine(package=package, published_id=line.published_id, available=line.pagu, **values)


def _change_lines(deed: Deed, changed: list[Change], run: ImportRun) -> None:
    lines = [pair for change in changed for pair in change.lines]
    BudgetLine.objects.bulk_update(
        [line for line, _before in lines], [*LINE_FIELDS, "available"], batch_size=BATCH
    )
    BudgetMovement.objects.bulk_create(
        (
            _movement(deed, line, run, BudgetMovement.Kind.AMEND, line.pagu - before["pagu"], before)
            for line, before in lines
            if line.pagu != before["pagu"]
        ),
        batch_size=BATCH,
    )


def _open_movements(deed: Deed, lines: list[BudgetLine], run: ImportRun) -> None:
    """The opening movement of every new line; one statement, for plans have thousands of lines."""
    parameters: list[Any] = [
        deed.uuid,
        deed.at,
        f"impor {run.pk}",
        json.dumps(NOTHING),
        [line.pk for line in lines],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_MOVEMENTS, parameters)


def _movement(
    deed: Deed,
    line: BudgetLine,
    run: ImportRun,
    kind: BudgetMovement.Kind,
    amount: int,
    before: Mapping[str, int],
) -> BudgetMovement:
    return BudgetMovement(
        line=line,
        deed=deed.uuid,
        at=deed.at,
        kind=kind,
        amount=amount,
        reference=f"impor {run.pk}",
        before=dict(before),
        after=figures(line),
    )


def _revisions(deed: Deed, differences: Differences, made: list[Package], run: ImportRun) -> None:
    """Number 1 is the first announcement; every later one says what it changed."""
    first = [
        PlanRevision(
            package=package,
            number=1,
            run=run,
            at=deed.at,
            sha256=run.sha256,
            changes={"pagu": [None, each.pagu], "announced": [None, each.first.announced]},
        )
        for package, each in zip(made, differences.created, strict=True)
    ]
    last = dict(
        PlanRevision.objects.filter(package__in=[change.package.pk for change in differences.changed])
        .order_by("package_id", "-number")
        .distinct("package_id")
        .values_list("package_id", "number")
    )
    later = [
        PlanRevision(
            package=change.package,
            number=last.get(change.package.pk, 0) + 1,
            run=run,
            at=deed.at,
            sha256=run.sha256,
            changes=change.changes,
        )
        for change in differences.changed
    ]
    PlanRevision.objects.bulk_create([*first, *later], batch_size=BATCH)


def _entries(
    differences: Differences, made: list[Package], fresh: list[BudgetLine], run: ImportRun
) -> Entries:
    """One entry a package, which names all its lines that are new or changed."""
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in [*fresh, *(line for change in differences.changed for line, _before in change.lines)]:
        lines[line.package_id].append(line.told)
    entries: Entries = [
        (
            "package.announce",
            package,
            {
                "kd_rup": package.kd_rup,
                "pagu_rupiah": package.pagu,
                "lines": lines[package.pk],
                "sha256": run.sha256,
            },
        )
        for package in made
    ]
    entries += [
        (
            "package.amend",
            change.package,
            {
                "kd_rup": change.package.kd_rup,
                "changes": change.changes,
                "lines": lines[change.package.pk],
                "sha256": run.sha256,
            },
        )
        for change in differences.changed
    ]
    facts = {"file": run.file_name, "sha256": run.sha256, **run.counts}
    return [*entries, ("plan.import", run, facts)]
