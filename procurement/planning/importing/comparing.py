"""What a file would change: every package of the file beside the package that is there. Reads nothing, writes nothing.

A package is taken whole or not at all: one wrong line holds its sister lines back, because a package without one
of its lines would show a pagu nobody approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from marketplace.core.money import rupiah
from procurement.planning.importing.parsing import PlanLine
from procurement.planning.importing.reading import RowError
from procurement.planning.models import BudgetLine, Package, figures

Key = tuple[str, int, str]
"""(klpd code, year, kd_rup): what names a package."""

SAME_IN_A_PACKAGE: Final = {
    "kd_satker": "unit_code",
    "nama_satker": "unit_name",
    "nama_paket": "name",
    "kd_metode_pengadaan": "method_code",
    "kd_jenis_pengadaan": "kind_code",
    "status_ukm": "ukm",
    "status_pdn": "pdn",
    "tgl_awal_kontrak": "contract_from",
    "tgl_akhir_kontrak": "contract_to",
    "status_umumkan_rup": "announced",
}
"""Columns that speak of the package and therefore must not differ between its lines."""
SAID_OR_KEPT: Final = ("name", "method_code", "kind_code", "ukm", "pdn", "contract_from", "contract_to")
LINE_FIELDS: Final = ("mak", "rekening", "sumber_dana", "asal_dana", "fund_year", "active", "pagu")


@dataclass
class Planned:
    """One package of the file: its lines, and the sums and facts they share."""

    key: Key
    lines: list[PlanLine]

    @property
    def first(self) -> PlanLine:
        """The line that speaks for the package."""
        return self.lines[0]

    @property
    def pagu(self) -> int:
        """The package's pagu: the sum of its lines, in rupiah."""
        return sum(line.pagu for line in self.lines)

    @property
    def active(self) -> bool:
        """A package lives as long as one of its lines does."""
        return any(line.active for line in self.lines)


@dataclass
class Change:
    """What the file changes in one package that is there. `package` and `lines` already carry the new values."""

    planned: Planned
    package: Package
    changes: dict[str, list[Any]]
    lines: list[tuple[BudgetLine, dict[str, int]]] = field(default_factory=list)
    """Changed lines, each with its figures before."""
    new_lines: list[PlanLine] = field(default_factory=list)


@dataclass
class Differences:
    """Everything a file would do."""

    created: list[Planned] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[Planned] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def accepted(self) -> list[Planned]:
        """All packages that pass."""
        return [*self.created, *(change.planned for change in self.changed), *self.unchanged]


def grouped(lines: Iterable[PlanLine], spoilt: Mapping[str, int]) -> tuple[list[Planned], list[RowError]]:
    """Put lines together to packages and check what only shows there.

    `spoilt` maps the kd_rup of rows that could not be read to their line. Returns the sound packages and the
    errors of the others.
    """
    groups: dict[Key, list[PlanLine]] = {}
    seen: dict[int, int] = {}
    errors: dict[Key, list[RowError]] = {}
    for line in lines:
        key = (line.klpd_code, line.year, line.kd_rup)
        group = groups.setdefault(key, [])
        wrong = _clashes(line, group[0]) if group else []
        if line.published_id in seen:
            wrong.append(_twice(line, seen[line.published_id]))
        seen.setdefault(line.published_id, line.line)
        if wrong:
            errors.setdefault(key, []).extend(wrong)
        group.append(line)
    sound: list[Planned] = []
    found: list[RowError] = []
    for key, group in groups.items():
        if key in errors:
            found += errors[key] + _held_back(group, {error.line for error in errors[key]})
        elif key[2] in spoilt:
            found += _held_back(group, {spoilt[key[2]]})
        else:
            sound.append(Planned(key, group))
    return sound, found


def compare(
    planned: Iterable[Planned],
    there: Mapping[Key, Package],
    lines_of: Mapping[int, Mapping[int | None, BudgetLine]],
) -> Differences:
    """Sort the file's packages into new, changed, unchanged and impossible ones."""
    found = Differences()
    for each in planned:
        package = there.get(each.key)
        if package is None:
            found.created.append(each)
            continue
        lines = lines_of.get(package.pk, {})
        errors = _impossible(each, package, lines)
        if errors:
            found.errors += errors + _held_back(each.lines, {error.line for error in errors})
            continue
        change = _change(each, package, lines)
        if change.changes:
            found.changed.append(change)
        else:
            found.unchanged.append(each)
    return found


def _clashes(line: PlanLine, first: PlanLine) -> list[RowError]:
    return [
        RowError(
            line.line,
            column,
            str(getattr(line, name)),
            f"Berbeda dari baris {first.line} untuk paket RUP yang sama ({getattr(first, name)}).",
            "Samakan keduanya dengan data di SiRUP.",
        )
        for column, name in SAME_IN_A_PACKAGE.items()
        if getattr(line, name) != getattr(first, name)
    ]


def _twice(line: PlanLine, before: int) -> RowError:
    return RowError(
        line.line,
        "id_paket_anggaran_penyedia",
        str(line.published_id),
        f"Id ini sudah dipakai pada baris {before}.",
        "Hapus baris yang ganda.",
    )


def _held_back(group: Iterable[PlanLine], wrong: set[int]) -> list[RowError]:
    """Errors for the sound lines of a package that has unsound ones."""
    cause = min(wrong)
    return [
        RowError(
            line.line,
            "kd_rup",
            line.kd_rup,
            f"Ditahan karena baris {cause} dari paket yang sama keliru.",
            f"Perbaiki baris {cause}, lalu impor ulang.",
        )
        for line in group
        if line.line not in wrong
    ]


def _impossible(planned: Planned, package: Package, lines: Mapping[int | None, BudgetLine]) -> list[RowError]:
    errors = []
    for line in planned.lines:
        there = lines.get(line.published_id)
        if there is not None and line.pagu < there.used:
            reason = (
                f"Pagu {rupiah(line.pagu)} lebih kecil dari {rupiah(there.used)} yang sudah dipakai pesanan."
            )
            fix = "Selesaikan atau batalkan pesanannya lebih dahulu, atau perbaiki pagu di SiRUP."
            errors.append(RowError(line.line, "pagu", str(line.pagu), reason, fix))
    if package.hps_total is not None and planned.pagu < package.hps_total and not errors:
        reason = f"Pagu paket {rupiah(planned.pagu)} di bawah HPS {rupiah(package.hps_total)} yang telah ditetapkan."
        fix = "PPK membuka kembali persiapan dan menetapkan HPS baru, lalu impor ulang."
        errors.append(RowError(planned.first.line, "pagu", str(planned.pagu), reason, fix))
    if package.organisation.code != planned.first.unit_code and package.ppk_id is not None:
        reason = "Satuan kerja paket berubah, padahal paket sudah didisposisikan kepada PPK."
        fix = "Tutup paket ini dan umumkan paket baru untuk satuan kerja yang baru."
        errors.append(RowError(planned.first.line, "kd_satker", planned.first.unit_code, reason, fix))
    return errors


def _change(planned: Planned, package: Package, lines: Mapping[int | None, BudgetLine]) -> Change:
    change = Change(planned, package, {})
    for name, value in _package_values(planned).items():
        _set(package, name, value, change.changes, name)
    if package.organisation.code != planned.first.unit_code:
        change.changes["satker"] = [package.organisation.code, planned.first.unit_code]
    for line in planned.lines:
        there = lines.get(line.published_id)
        if there is None:
            change.new_lines.append(line)
            change.changes[f"baris {line.published_id}"] = [None, line.pagu]
        else:
            _change_line(line, there, change)
    for gone in lines.keys() - {line.published_id for line in planned.lines}:
        if lines[gone].active:
            before = figures(lines[gone])
            _set(lines[gone], "active", False, change.changes, f"baris {gone}: active")
            change.lines.append((lines[gone], before))
    return change


def _package_values(planned: Planned) -> dict[str, Any]:
    """What the file says of a package; what it does not say stays as it is."""
    said = {
        name: getattr(planned.first, name)
        for name in SAID_OR_KEPT
        if getattr(planned.first, name) not in (None, "")
    }
    return {**said, "announced": planned.first.announced, "active": planned.active, "pagu": planned.pagu}


def _change_line(line: PlanLine, there: BudgetLine, change: Change) -> None:
    before, count = figures(there), len(change.changes)
    there.available += line.pagu - there.pagu
    for name in LINE_FIELDS:
        _set(there, name, getattr(line, name), change.changes, f"baris {line.published_id}: {name}")
    if len(change.changes) > count:
        change.lines.append((there, before))


def _set(row: Package | BudgetLine, name: str, value: Any, changes: dict[str, list[Any]], label: str) -> None:
    before = getattr(row, name)
    if before != value:
        setattr(row, name, value)
        changes[label] = [_as_json(before), _as_json(value)]


def _as_json(value: Any) -> Any:
    """Days as the log and the revisions keep them."""
    return value.isoformat() if isinstance(value, date) else value
