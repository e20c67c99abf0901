"""Importing working units (RUP-MasterSatker) as agency organisations."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.core import identifiers
from marketplace.regulation.models import Region
from marketplace.workflow.door import Deed, doing
from procurement.planning.importing import reading
from procurement.planning.importing.reading import Row, RowError
from procurement.planning.importing.report import Choice, ImportReport
from procurement.planning.models import ImportRun

REQUIRED: Final = ("kd_klpd", "kd_satker", "nama_satker")
KNOWN: Final = frozenset(
    (
        *REQUIRED,
        "nama_klpd",
        "jenis_klpd",
        "status_satker",
        "kd_satker_str",
        "tahun_aktif",
        "kode_eselon",
        "ket_satker",
        "jenis_satker",
    )
)

Unit = tuple[str, str]
"""(klpd code, kd_satker)"""


def import_units(
    *,
    actor: Actor,
    file_name: str,
    content: bytes,
    choice: Choice = Choice.WHOLE_FILE,
    dry_run: bool = False,
) -> ImportReport:
    """Create and rename working units after a published list; units that are not in it stay as they are.

    `created`, `changed` and `unchanged` of the report count units. Raises Refused when the file cannot be read.
    """
    table = reading.read_table(content, known=KNOWN, required=REQUIRED)
    report = ImportReport.of(table, file_name=file_name, content=content, choice=choice, dry_run=dry_run)
    units = _sound_units(table.rows, report.errors)
    report.lines = len(units)
    with doing(actor=actor) as deed:
        _merge(deed, report, units)
    return report


def _sound_units(rows: list[Row], errors: list[RowError]) -> dict[Unit, Row]:
    units: dict[Unit, Row] = {}
    for row in rows:
        wrong = _wrong(row, units)
        if wrong:
            errors.append(wrong)
        else:
            units[row.values["kd_klpd"], row.values["kd_satker"]] = row
    return units


def _wrong(row: Row, units: dict[Unit, Row]) -> RowError | None:
    values = row.values
    try:
        identifiers.klpd_code(values.get("kd_klpd", ""))
    except identifiers.Malformed as malformed:
        return RowError(
            row.line, "kd_klpd", values.get("kd_klpd", ""), str(malformed), "Samakan dengan SiRUP."
        )
    for column, longest in (("kd_satker", 40), ("nama_satker", 250)):
        text = values.get(column, "")
        if not text or len(text) > longest or text[0] in "=+@":
            reason = f"Wajib diisi teks biasa, paling panjang {longest} huruf."
            return RowError(row.line, column, text, reason, "Samakan dengan data di SiRUP.")
    before = units.get((values["kd_klpd"], values["kd_satker"]))
    if before is not None:
        reason = f"Satuan kerja ini sudah ada pada baris {before.line}."
        return RowError(row.line, "kd_satker", values["kd_satker"], reason, "Hapus baris yang ganda.")
    return None


def _merge(deed: Deed, report: ImportReport, units: dict[Unit, Row]) -> None:
    there = {
        (each.region.klpd_code, each.code): each
        for each in Organisation.objects.filter(
            kind=Organisation.Kind.AGENCY_UNIT, region__klpd_code__in={klpd for klpd, _code in units}
        )
        .select_related("region")
        .select_for_update(of=("self",))
    }
    changed = []
    for key, row in units.items():
        unit = there.get(key)
        wanted = (row.values["nama_satker"], _is_active(row))
        if unit is not None and (unit.name, unit.is_active) != wanted:
            unit.name, unit.is_active = wanted
            changed.append(unit)
    missing = [key for key in units if key not in there]
    report.created, report.changed = len(missing), len(changed)
    report.unchanged = len(units) - report.created - report.changed
    if report.dry_run or not report.may_apply:
        return
    regions = _regions(units)
    Organisation.objects.bulk_create(
        Organisation(
            region=regions[klpd],
            kind=Organisation.Kind.AGENCY_UNIT,
            code=code,
            name=units[klpd, code].values["nama_satker"],
            is_active=_is_active(units[klpd, code]),
        )
        for klpd, code in missing
    )
    Organisation.objects.bulk_update(changed, ["name", "is_active"], batch_size=500)
    _record(deed, report, regions)


def _record(deed: Deed, report: ImportReport, regions: dict[str, Region]) -> None:
    run = ImportRun.objects.create(
        kind=ImportRun.Kind.UNITS,
        file_name=report.file,
        sha256=report.sha256,
        at=deed.at,
        by_id=deed.actor.user_id,
        region=next(iter(regions.values())) if len(regions) == 1 else None,
        counts=report.counts(),
        errors=[error.as_dict() for error in report.errors],
    )
    facts = {
        "file": report.file,
        "sha256": report.sha256,
        "created": report.created,
        "changed": report.changed,
    }
    deed.record("plan.import_units", run, facts)
    report.applied, report.run = True, run.pk


def _is_active(row: Row) -> bool:
    return row.values.get("status_satker", "Aktif").lower() == "aktif"


def _regions(units: dict[Unit, Row]) -> dict[str, Region]:
    named = {klpd: row.values for (klpd, _code), row in units.items()}
    Region.objects.bulk_create(
        (
            Region(
                klpd_code=code,
                name=values.get("nama_klpd") or code,
                kind=values.get("jenis_klpd", "").upper()
                if values.get("jenis_klpd", "").upper() in Region.Kind.values
                else Region.Kind.MINISTRY,
            )
            for code, values in named.items()
        ),
        ignore_conflicts=True,
    )
    return {each.klpd_code: each for each in Region.objects.filter(klpd_code__in=named)}
