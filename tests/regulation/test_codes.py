"""Official code lists: imported whole, found by what people call the thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketplace.regulation.codes import suggest_codes
from marketplace.regulation.models import Code

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "kbki"


def imported(capsys, path: Path, *more: str, scheme: str = "KBLI", edition: str = "2015") -> dict:
    call_command("import_codes", str(path), "--scheme", scheme, "--edition", edition, "--json", *more)
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def small(tmp_path) -> Path:
    file = tmp_path / "kbli.csv"
    file.write_text(
        'I,I,Penyediaan makan minum,Kategori ini\nI,56,Makan minum,\nI,56210,"Jasa boga, acara",Katering\n'
        "I,5621,Jasa boga,\nI,abc,Salah,\nI,56210,Dua kali,\nI,1,\n"
    )
    return file


def test_a_list_is_imported_once_and_wrong_rows_are_named(capsys, small):
    first = imported(capsys, small)
    assert (first["rows"], first["new"], first["changed"]) == (3, 3, 0)
    assert [error.split(":")[0] for error in first["errors"]] == ["Baris 5", "Baris 6", "Baris 7"]
    assert imported(capsys, small)["same"] == 3

    small.write_text("I,56210,Jasa boga untuk acara,Katering\n")
    changed = imported(capsys, small)
    assert (changed["new"], changed["changed"]) == (0, 1)
    assert Code.objects.get(scheme="KBLI", edition="2015", code="56210").title == "Jasa boga untuk acara"
    assert Code.objects.filter(scheme="KBLI", edition="2015").count() == 3


def test_a_dry_run_writes_nothing(capsys, small):
    assert imported(capsys, small, "--dry-run")["new"] == 3
    assert not Code.objects.filter(scheme="KBLI").exists()


def test_what_cannot_be_a_list_is_refused(tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("import_codes", str(file), "--scheme", "KBKI", "--edition", "2012-barang")
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        call_command("import_codes", str(tmp_path / "absent.csv"), "--scheme", "KBKI", "--edition", "2012")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pulpen tinta hitam isi 12", "3891102001"),
        ("pulpn", "3891102001"),
        ("air minum dalam kemasan", "2441000002"),
        ("katering", "6339"),
        ("441000", None),
        ("24410", "2441000002"),
    ],
)
def test_a_code_is_found_by_what_people_call_the_thing(text, code):
    found = [each.code for each in suggest_codes("KBKI", text)]

    assert (code in found) if code else not found


@pytest.mark.parametrize("text", ["", "  ", "zzzzqqq", "%_%", "' OR 1=1", "isi dan warna"])
def test_what_says_nothing_finds_nothing(text):
    assert suggest_codes("KBKI", text) == []


@pytest.mark.skipif(not REAL.exists(), reason="the official lists are not beside the project")
def test_the_official_lists_come_in_whole(capsys, assert_max_queries):
    goods = imported(capsys, REAL / "kbki-2012-barang.csv", scheme="KBKI", edition="2012-barang")
    services = imported(capsys, REAL / "kbki-2013-jasa.csv", scheme="KBKI", edition="2013-jasa")
    kbli = imported(capsys, REAL / "kbli-2015.csv")

    assert (goods["rows"], services["rows"] + len(services["errors"]), kbli["errors"]) == (27_469, 1_849, [])
    assert all("tertulis dua kali" in error for error in services["errors"])
    with assert_max_queries(3):
        found = suggest_codes("KBKI", "meja kerja kayu")
    assert any("Meja tulis kerja dari kayu" in each.title for each in found)
    assert found[0].trail
