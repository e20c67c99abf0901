"""Importing plans: what is accepted, what is refused and why, and what a second file changes."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from procurement.planning import budget
from procurement.planning.importing.plan import import_plan
from procurement.planning.importing.report import Choice, ImportReport
from procurement.planning.models import BudgetLine, BudgetMovement, ImportRun, Package, PlanRevision
from tests import people
from tests.comparing import findings
from tests.planning import plans

pytestmark = pytest.mark.django_db

SAMPLE = Path(settings.BASE_DIR) / "procurement" / "planning" / "samples" / "rup-contoh.csv"
SYSTEM = Actor.system("uji")
GOOD: dict[str, Any] = {
    "kd_rup": "61057375",
    "id_paket_anggaran_penyedia": "570781410",
    "kd_klpd": "D197",
    "nama_klpd": "Provinsi DKI Jakarta",
    "jenis_klpd": "PROVINSI",
    "kd_satker": "14095",
    "nama_satker": "Dinas Contoh",
    "tahun_anggaran": "2026",
    "sumber_dana": "APBD",
    "mak": "5.03.01.2.06.0005.5.1.02.01.01.0024.00001",
    "pagu": "14400000",
    "status_umumkan_rup": "Terumumkan",
    "status_aktif_rup": "True",
    "status_delete_rup": "False",
}


def rows(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """One good row per change, each with an id of its own unless the change says otherwise."""
    return [
        {**GOOD, "kd_rup": str(61_000_001 + n), "id_paket_anggaran_penyedia": str(1_001 + n), **change}
        for n, change in enumerate(changes)
    ]


def as_csv(content: list[dict[str, Any]], delimiter: str = ",", columns: list[str] | None = None) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(content[0]), delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(content)
    return out.getvalue().encode()


def run(content: bytes, **options: Any) -> ImportReport:
    return import_plan(actor=SYSTEM, file_name="rup.csv", content=content, **options)


def nothing_stands() -> bool:
    tables = (Package, BudgetLine, BudgetMovement, ImportRun, PlanRevision, Entry)
    return not any(table.objects.exists() for table in tables)


# -- what is accepted --


def test_a_good_row_becomes_a_package_with_its_money() -> None:
    report = run(as_csv([GOOD]))
    assert (report.applied, report.created, report.pagu) == (True, 1, 14_400_000)
    package = Package.objects.get()
    line = package.lines.get()
    assert package.name == "Paket RUP 61057375"
    assert (package.region.klpd_code, package.organisation.code) == ("D197", "14095")
    assert (package.announced, package.active, package.state) == (True, True, "PLANNED")
    assert (package.method_code, package.ukm, package.pdn) == (None, None, None)
    assert (line.pagu, line.available, line.rekening) == (14_400_000, 14_400_000, "5.1.02.01.01.0024")
    assert BudgetMovement.objects.get().after["available"] == 14_400_000
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
        "package.announce",
        "plan.import",
    ]


def test_the_months_of_the_contract_are_taken_where_the_file_tells_them() -> None:
    period = {"tgl_awal_kontrak": "2026-03-01T00:00:00Z", "tgl_akhir_kontrak": "2026-05-31"}
    assert run(as_csv([{**GOOD, **period}])).applied
    package = Package.objects.get()
    assert (package.contract_from, package.contract_to) == (date(2026, 3, 1), date(2026, 5, 31))
    assert run(as_csv([GOOD])).changed == 0, "what a file does not say stays"
    assert run(as_csv([{**GOOD, **period, "tgl_akhir_kontrak": "2026-06-30"}])).changed == 1
    changes = PlanRevision.objects.latest("number").changes
    assert changes == {"contract_to": ["2026-05-31", "2026-06-30"]}


@pytest.mark.parametrize(
    ("first", "last", "column"),
    [
        ("Maret 2026", "2026-05-31", "tgl_awal_kontrak"),
        ("2026-02-30", "", "tgl_awal_kontrak"),
        ("2026-03-01", "31/05/2026", "tgl_akhir_kontrak"),
        ("2026-06-01", "2026-05-31", "tgl_akhir_kontrak"),
    ],
)
def test_a_period_that_cannot_be_is_a_row_error(first: str, last: str, column: str) -> None:
    report = run(as_csv([{**GOOD, "tgl_awal_kontrak": first, "tgl_akhir_kontrak": last}]))
    assert not report.applied and [error.column for error in report.errors] == [column]
    assert nothing_stands()


@pytest.mark.parametrize(
    ("mak", "account"),
    [
        ("DN.6591.FAI.001.054.BC.522151", "522151"),
        ("WA.2158.EBD.955.052.0a.521211", "521211"),
        ("5.03.01.2.06.0005.5.1.02.01.01.0024", "5.1.02.01.01.0024"),
        ("5.03.01.2.06.0005.5.1.02.01.01.0052.00001.9", "5.1.02.01.01.0052"),
        ("lain-lain", ""),
    ],
)
def test_both_kinds_of_mak_give_their_account(mak: str, account: str) -> None:
    assert run(as_csv([{**GOOD, "mak": mak}])).applied
    assert BudgetLine.objects.get().rekening == account


@pytest.mark.parametrize(
    "content",
    [
        as_csv([GOOD], ";"),
        as_csv([GOOD], "\t"),
        as_csv([GOOD], "|"),
        b"\xef\xbb\xbf" + as_csv([GOOD]),
        as_csv([GOOD]).decode().encode("utf-16"),
        as_csv([GOOD], columns=list(reversed(GOOD))),
        as_csv([GOOD]).replace(b"\r\n", b"\n"),
        as_csv([GOOD]).replace(b"14400000", b"14400000.0"),
        json.dumps([GOOD]).encode(),
        json.dumps({"data": [{**GOOD, "pagu": 14400000.0, "status_aktif_rup": True}]}).encode(),
    ],
    ids="semicolon tab bar bom utf-16 reversed lf float-style json json-data".split(),
)
def test_the_same_plan_in_many_dresses(content: bytes) -> None:
    assert run(content).applied
    assert BudgetLine.objects.get().pagu == 14_400_000


def test_windows_letters_are_read_and_unknown_columns_are_named() -> None:
    content = as_csv([{**GOOD, "nama_paket": "Kopi Café", "warna": "biru"}]).decode().encode("cp1252")
    report = run(content)
    assert Package.objects.get().name == "Kopi Café"
    assert (report.encoding, report.unknown_columns) == ("cp1252", ["warna"])


def test_lines_of_one_package_add_up() -> None:
    run(as_csv(rows({"kd_rup": "61000001", "pagu": "7"}, {"kd_rup": "61000001", "pagu": "5"})))
    assert Package.objects.get().pagu == 12
    assert BudgetLine.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "announced", "active"),
    [
        ({"status_umumkan_rup": "Terinisiasi"}, False, True),
        ({"status_aktif_rup": "False"}, True, False),
        ({"status_delete_rup": "True"}, True, False),
    ],
)
def test_status_columns_are_honoured(change: dict[str, str], announced: bool, active: bool) -> None:
    run(as_csv([{**GOOD, **change}]))
    package = Package.objects.get()
    assert (package.announced, package.active) == (announced, active)


# -- files that are refused as a whole --


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \n \n", "file_empty"),
        (b"PK\x03\x04rest of a workbook", "file_binary"),
        (b"%PDF-1.7", "file_binary"),
        (bytes(range(256)) * 4, "file_binary"),
        (b"\xff\xfe\x00", "file_binary"),
        (b"satu,dua\n1,2\n", "header_missing"),
        (b'"kd_rup', "header_missing"),
        (as_csv([GOOD], columns=[name for name in GOOD if name != "pagu"]), "column_missing"),
        (as_csv([GOOD]).replace(b"nama_klpd", b"pagu", 1), "column_twice"),
        (as_csv([GOOD]).splitlines()[0], "file_no_rows"),
        (b"[{", "json_broken"),
        (b"[]", "json_no_list"),
        (b'[{"kd_rup": 1}]', "column_missing"),
        (b"[" * 100_000, "json_broken"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_a_remedy(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        run(content, choice=Choice.GOOD_ROWS)
    assert refused.value.code == code
    assert refused.value.fix
    assert nothing_stands()


# -- rows that are refused --


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\x7f"])
def test_a_row_with_a_character_that_nobody_sees_is_refused(hidden: str) -> None:
    row = {**GOOD, "nama_paket": f"Belanja{hidden}kertas"}
    contents = (
        [json.dumps([row]).encode()] if hidden == "\x00" else [json.dumps([row]).encode(), as_csv([row])]
    )
    for content in contents:
        report = run(content)
        assert [f"U+{ord(hidden):04X}" in each.reason for each in report.errors] == [True]
        assert nothing_stands()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"pagu": "-5"}, "pagu"),
        ({"pagu": "1" * 20}, "pagu"),
        ({"pagu": "14.400.000"}, "pagu"),
        ({"pagu": "1e9"}, "pagu"),
        ({"pagu": ""}, "pagu"),
        ({"pagu": "١٢٣"}, "pagu"),
        ({"kd_rup": "12"}, "kd_rup"),
        ({"kd_klpd": "??"}, "kd_klpd"),
        ({"kd_satker": ""}, "kd_satker"),
        ({"nama_satker": "x" * 251}, "nama_satker"),
        ({"tahun_anggaran": "26"}, "tahun_anggaran"),
        ({"id_paket_anggaran_penyedia": "abc"}, "id_paket_anggaran_penyedia"),
        ({"id_paket_anggaran_penyedia": "9" * 400}, "id_paket_anggaran_penyedia"),
        ({"mak": ""}, "mak"),
        ({"nama_paket": '=HYPERLINK("x")'}, "nama_paket"),
        ({"nama_paket": "-2+3+cmd|' /C calc'!A0"}, "nama_paket"),
        ({"nama_satker": "@SUM(A1)"}, "nama_satker"),
        ({"status_aktif_rup": "mungkin"}, "status_aktif_rup"),
    ],
)
def test_a_wrong_row_is_named_with_line_column_reason_and_fix(change: dict[str, str], column: str) -> None:
    content = as_csv(rows({"nama_paket": ""}, {"nama_paket": "", **change}))
    report = run(content)
    assert not report.applied
    (error,) = report.errors
    assert (error.line, error.column) == (3, column)
    assert error.reason
    assert error.fix
    assert nothing_stands()

    assert run(content, choice=Choice.GOOD_ROWS).applied
    assert Package.objects.get().kd_rup == "61000001"
    assert ImportRun.objects.get().errors[0]["column"] == column


def test_a_cut_line_is_named_and_good_rows_can_go_in() -> None:
    content = as_csv(rows({}, {})).rstrip()[:-30]
    report = run(content)
    assert [(error.line, report.applied) for error in report.errors] == [(3, False)]
    assert "terpotong" in report.errors[0].reason
    assert nothing_stands()


def test_an_unpaired_quote_is_named() -> None:
    report = run(as_csv(rows({}, {})).replace(b"61000002", b'"61000002', 1))
    assert report.errors[0].line == 3
    assert "kutip" in report.errors[0].reason
    assert nothing_stands()


def test_a_duplicated_id_is_named_with_the_first_line() -> None:
    report = run(as_csv(rows({}, {"id_paket_anggaran_penyedia": "1001"})))
    assert "baris 2" in report.errors[0].reason
    assert nothing_stands()


def test_a_package_is_taken_whole_or_held_back_whole() -> None:
    content = as_csv(rows({"kd_rup": "61000001"}, {"kd_rup": "61000001", "pagu": "x"}, {}))
    report = run(content, choice=Choice.GOOD_ROWS)
    assert [error.line for error in report.errors] == [2, 3]
    assert "baris 3" in report.errors[0].reason
    assert [package.kd_rup for package in Package.objects.all()] == ["61000003"]


def test_lines_of_one_package_that_contradict_each_other_are_refused() -> None:
    report = run(as_csv(rows({"kd_rup": "61000001"}, {"kd_rup": "61000001", "kd_satker": "9"})))
    assert {error.column for error in report.errors} == {"kd_satker", "kd_rup"}
    assert nothing_stands()


@pytest.mark.parametrize("limit", [{"only_region": "D107"}, {"only_unit": "77"}])
def test_nobody_imports_into_another_region_or_unit(limit: dict[str, str]) -> None:
    report = run(as_csv([GOOD]), **limit)
    assert "bukan milik" in report.errors[0].reason
    assert nothing_stands()


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    content = as_csv(rows({}, {}))
    preview = run(content, dry_run=True)
    assert nothing_stands()
    assert not Organisation.objects.exists()
    real = run(content)
    assert (preview.created, preview.pagu) == (real.created, real.pagu) == (2, 28_800_000)


# -- a second file --


def reserve(line: BudgetLine, amount: int) -> None:
    with doing(actor=people.actor(Role.PP)) as deed:
        budget.reserve(deed, line.pk, amount, reference="EO-1")


def test_a_raised_pagu_raises_what_is_available_and_leaves_a_revision() -> None:
    run(as_csv([GOOD]))
    line = BudgetLine.objects.get()
    reserve(line, 10_000_000)
    report = run(as_csv([{**GOOD, "pagu": "20000000"}]))
    line.refresh_from_db()
    package = Package.objects.get()
    assert (report.changed, package.pagu, package.revision) == (1, 20_000_000, 1)
    assert (line.pagu, line.available, line.reserved) == (20_000_000, 10_000_000, 10_000_000)
    revision = PlanRevision.objects.get(number=2)
    assert revision.changes["pagu"] == [14_400_000, 20_000_000]
    movement = BudgetMovement.objects.get(kind="AMEND")
    assert (movement.amount, movement.before["pagu"], movement.after["pagu"]) == (
        5_600_000,
        14_400_000,
        20_000_000,
    )
    assert Entry.objects.filter(act="package.amend").count() == 1


def test_a_pagu_below_what_is_used_is_a_row_error() -> None:
    run(as_csv([GOOD]))
    line = BudgetLine.objects.get()
    reserve(line, 10_000_000)
    entries = Entry.objects.count()
    report = run(as_csv([{**GOOD, "pagu": "9999999"}]))
    assert not report.applied
    assert "Rp9.999.999" in report.errors[0].reason
    assert "Rp10.000.000" in report.errors[0].reason
    line.refresh_from_db()
    assert (line.pagu, Entry.objects.count()) == (14_400_000, entries)
    assert run(as_csv([{**GOOD, "pagu": "10000000"}])).applied


def test_a_pagu_below_the_hps_is_a_row_error() -> None:
    run(as_csv([GOOD]))
    Package.objects.update(hps_total=14_000_000)
    report = run(as_csv([{**GOOD, "pagu": "13999999"}]))
    assert "HPS" in report.errors[0].reason
    assert Package.objects.get().pagu == 14_400_000


def test_what_the_file_does_not_speak_of_stays() -> None:
    run(as_csv(rows({"nama_paket": "Belanja ATK"}, {})))
    report = run(as_csv(rows({"nama_paket": "", "pagu": "5"})))
    assert (report.changed, report.unchanged, report.created) == (1, 0, 0)
    assert Package.objects.count() == 2
    assert Package.objects.get(kd_rup="61000001").name == "Belanja ATK"
    assert Package.objects.get(kd_rup="61000002").pagu == 14_400_000


def test_a_line_that_left_its_package_is_closed_to_new_orders_not_deleted() -> None:
    run(as_csv(rows({"kd_rup": "61000001"}, {"kd_rup": "61000001"})))
    run(as_csv(rows({"kd_rup": "61000001"})))
    gone = BudgetLine.objects.get(published_id=1_002)
    assert not gone.active
    assert Package.objects.get().pagu == 14_400_000
    with pytest.raises(Refused, match="tidak aktif"):
        reserve(gone, 1)


def test_a_disposed_package_does_not_change_hands_by_import() -> None:
    run(as_csv([GOOD]))
    ppk = people.appointment(Role.PPK)
    Package.objects.update(ppk=ppk, ppk_user=ppk.user)
    report = run(as_csv([{**GOOD, "kd_satker": "77"}]))
    assert report.errors[0].column == "kd_satker"
    assert Package.objects.get().organisation.code == "14095"


def test_two_regions_may_hold_the_same_number() -> None:
    run(as_csv([GOOD]))
    run(as_csv([{**GOOD, "kd_klpd": "D107", "nama_klpd": "Provinsi Contoh", "pagu": "1"}]))
    assert Package.objects.count() == 2
    assert Package.objects.get(region__klpd_code="D197").pagu == 14_400_000
    assert set(Entry.objects.filter(act="package.announce").values_list("region__klpd_code", flat=True)) == {
        "D197",
        "D107",
    }


# -- the sample plan and the command --


def test_the_sample_plan_is_sound() -> None:
    report = run(SAMPLE.read_bytes())
    assert (report.applied, report.errors, report.unknown_columns) == (True, [], [])
    assert report.created == 40
    atk = Package.objects.get(kd_rup="60999001")
    assert (atk.name, atk.pagu, atk.method_code, atk.kind_code) == (
        "Belanja ATK Triwulan IV",
        25_000_000,
        9,
        1,
    )
    assert (atk.ukm, atk.pdn, atk.announced) == (True, True, True)
    assert atk.lines.get().rekening == "5.1.02.01.01.0024"
    assert not BudgetLine.objects.filter(rekening="").exists()
    assert Region.objects.filter(klpd_code="D197").count() == 1


def command(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    try:
        call_command("import_rup", str(path), *options, "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as exited:
        return int(str(exited.code)), json.loads(out.getvalue())
    except CommandError as failed:
        return failed.returncode, json.loads(out.getvalue() or "{}")
    return 0, json.loads(out.getvalue())


def test_the_command_answers_in_json_and_exit_codes(tmp_path: Path) -> None:
    good, mixed, bad = tmp_path / "good.csv", tmp_path / "mixed.csv", tmp_path / "bad.csv"
    good.write_bytes(as_csv(rows({}, {})))
    mixed.write_bytes(as_csv(rows({}, {"pagu": "x"})))
    bad.write_bytes(b"PK\x03\x04")

    code, said = command(good, "--dry-run")
    assert (code, said["created"], said["applied"], said["pagu"]) == (0, 2, False, 28_800_000)
    assert nothing_stands()
    assert command(mixed)[0] == 1
    assert nothing_stands()
    code, said = command(bad)
    assert (code, said["refused"]["code"]) == (1, "file_binary")
    assert command(tmp_path / "absent.csv")[0] == 1
    assert command(good, "--region", "D107")[0] == 1
    assert nothing_stands()
    code, said = command(mixed, "--good-rows")
    assert (code, said["created"], said["rows_rejected"], said["applied"]) == (3, 1, 1, True)
    assert said["errors"][0].keys() == {"line", "column", "value", "reason", "fix"}
    assert command(good)[0] == 0


def test_a_line_made_or_changed_past_the_import_is_found() -> None:
    sister = {**GOOD, "id_paket_anggaran_penyedia": "2", "mak": "5.03.01.2.06.0005.5.1.02.01.01.0052.00001.9"}
    run(as_csv([GOOD]))
    assert findings() == set()
    assert run(as_csv([{**GOOD, "pagu": "20000000"}, sister])).changed == 1
    assert findings() == set(), "the amendment names the line that changed and the new one"
    first, second = BudgetLine.objects.order_by("pk")
    amended = Entry.objects.get(act="package.amend").facts["lines"]
    assert sorted(line["id"] for line in amended) == [first.pk, second.pk]

    invented = plans.line(first.package, 1)
    BudgetLine.objects.filter(pk=second.pk).update(pagu=second.pagu + 1, available=second.pagu + 1)

    assert findings() == {
        ("thing_unknown", f"budget_line {invented.pk}"),
        ("figure", f"budget_line {second.pk}"),
    }
