"""`manage.py simulate_tax`: one JSON answer per line, errors that say how to mend, an exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.audit.models import Entry
from procurement.taxation.actions import load_tax_rules
from procurement.taxation.models import TaxRule
from procurement.taxation.queries import forget_tax_rules
from tests.comparing import findings

GOOD = {"id": "T1", "kind": "goods", "pkp": True, "suket": False, "mech": "UP", "collector": "BENDAHARA",
        "price": 10_000_000, "date": "2026-10-22"}  # fmt: skip
EXPECTED = {"ppn": 1_100_000, "ppn_by": "collector", "pph_code": "PPH22", "pph": 150_000,
            "gross": 11_100_000, "cash": 9_850_000}  # fmt: skip


def ran(path: Path | str, *options: str) -> tuple[list[dict[str, Any]], int]:
    out, code = io.StringIO(), 0
    try:
        call_command("simulate_tax", str(path), *options, stdout=out)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], code


@pytest.mark.django_db
def test_the_loaded_table_answers(tmp_path: Path) -> None:
    load_tax_rules()
    file = tmp_path / "vectors.jsonl"
    file.write_text(json.dumps(GOOD) + "\n\n", encoding="utf-8")
    ((told,), code) = ran(file)
    assert code == 0 and told["id"] == "T1"
    assert {key: told[key] for key in EXPECTED} == EXPECTED
    assert set(told) >= {"lines", "price", "reason"}


@pytest.mark.django_db
def test_a_changed_table_changes_the_answer(tmp_path: Path) -> None:
    load_tax_rules()
    TaxRule.objects.filter(rule_id="PPH22-BARANG", version=1).update(rate="1/100", rounding="HALF_UP_RUPIAH")
    forget_tax_rules()
    file = tmp_path / "vectors.jsonl"
    file.write_text(json.dumps({**GOOD, "price": 3_000_050}), encoding="utf-8")
    try:
        assert ran(file)[0][0]["pph"] == 30_001
        assert ran(file, "--shipped")[0][0]["pph"] == 45_000
    finally:
        forget_tax_rules()


def test_bad_lines_are_answered_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "vectors.jsonl"
    lines = ["{rusak", json.dumps(GOOD), "", "[1]", json.dumps({**GOOD, "id": 7, "price": None}), "9" * 5000,
             json.dumps({**GOOD, "id": "lama", "date": "1999-01-01"})]  # fmt: skip
    file.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe")
    told, code = ran(file, "--shipped")
    assert code == 1 and len(told) == len(lines) + 1
    assert ["error" in each for each in told] == [True, False, True, True, True, True, True, True]
    assert [each["id"] for each in told] == [None, "T1", None, None, 7, None, "lama", None]
    assert "Baris 1" in told[0]["error"] and "price" in told[4]["error"] and "Lengkapi" in told[6]["error"]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(GOOD)))
    ((told,), code) = ran("-", "--shipped")
    assert (told["gross"], code) == (11_100_000, 0)


def test_a_missing_file_is_said() -> None:
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        ran("/tidak/ada.jsonl", "--shipped")


def test_shipped_rules_are_told_in_the_log_and_a_changed_or_invented_one_is_found(db: None) -> None:
    made = load_tax_rules()
    assert Entry.objects.filter(act="tax_rule.load").count() == made > 0
    assert load_tax_rules() == 0
    assert findings() == set()

    rule = TaxRule.objects.get(rule_id="PPH22-BARANG", version=1)
    TaxRule.objects.filter(pk=rule.pk).update(rate="1/1000")
    TaxRule.objects.create(
        rule_id="PPH22-KARANGAN",
        version=1,
        family="PPH",
        order=1,
        legal_basis="-",
        valid_from=rule.valid_from,
    )
    assert findings() == {
        ("figure", f"tax_rule {rule.pk}"),
        ("thing_unknown", f"tax_rule {TaxRule.objects.latest('pk').pk}"),
    }
    assert Entry.objects.count() == made
