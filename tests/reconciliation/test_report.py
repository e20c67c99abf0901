"""The three-way report of a day, by command: closed only when nothing is left to explain."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.workflow.door import doing
from procurement.reconciliation import actions
from procurement.reconciliation.deadlines import SOURCE
from procurement.reconciliation.models import OwnAccount, StatementLine
from procurement.reconciliation.report import report
from procurement.settlement.actions.booking import fee
from procurement.settlement.models import Journal, ProviderEvent
from tests.reconciliation.banks import Move, csv, mt940
from tests.reconciliation.conftest import operator_of
from tests.reconciliation.money import moved
from tests.reconciliation.test_matching import reference
from tests.settlement.orders import Case

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.fromisoformat("2026-10-05T10:00:00+07:00")
DAY = NOW.date()


def run(day: Any = DAY) -> tuple[int, dict[str, Any]]:
    out = StringIO()
    code: Any = 0
    try:
        call_command("reconcile", "--date", day.isoformat(), "--json", stdout=out)
    except SystemExit as ended:
        code = ended.code
    told = json.loads(out.getvalue())
    (region,) = told["regions"]
    assert told["closed"] == region["closed"] == (code == 0)
    return code, region


def test_a_day_that_agrees_is_closed_with_equal_sums(case: Case, bank: OwnAccount, operator: Actor) -> None:
    with clock.frozen(NOW):
        found = moved(case, [1_000_000, 2_000_000], paid_out=False)
        lines = [Move(each.obligation.gross * 100, reference(each)) for each in found]
        actions.import_statement(actor=operator, content=mt940([*lines, Move(-650_000, "BIAYA ADM")]))
        code, told = run()
    assert code == 0 and told["differences"] == []
    assert told["orders"] == told["provider"] == {"count": 2, "came_sen": 300_000_000, "went_sen": 0}
    assert told["bank"] == {"count": 3, "came_sen": 300_000_000, "went_sen": 650_000}
    assert told["matched_lines"] == 3
    assert told["ledger_bank_sen"] == told["statements_sen"] == 299_350_000
    assert told["accounts"][0]["closing_sen"] == 299_350_000 and told["accounts"][0]["covered"]


def test_without_the_days_statement_nothing_is_closed(case: Case, bank: OwnAccount) -> None:
    code, told = run()
    assert code == 1 and not told["accounts"][0]["covered"]


def test_every_difference_is_listed_with_its_reference(case: Case, bank: OwnAccount, operator: Actor) -> None:
    with clock.frozen(NOW):
        right, wrong, missing = moved(case, [1_000_000, 2_000_000, 3_000_000], paid_out=False)
        content = mt940(
            [Move(100_000_000, reference(right)), Move(199_999_900, reference(wrong)), Move(7_700, "ENTAH")]
        )
        actions.import_statement(actor=operator, content=content)
        _code, today = run()
    assert {each["kind"] for each in today["differences"]} == {"AMOUNT", "UNKNOWN"}
    assert today["unexplained_sen"] == 0 and today["on_its_way_sen"] == 199_999_900 + 7_700
    later = DAY + timedelta(days=3)
    with clock.frozen(NOW + timedelta(days=3)):
        actions.import_statement(actor=operator, content=mt940([], number=2, opening=300_007_600, day=later))
        code, told = run(later)
    listed = {(each["kind"], each["sen"], each["expected_sen"]) for each in told["differences"]}
    assert code == 1 and listed == {
        ("AMOUNT", 199_999_900, 200_000_000),
        ("UNKNOWN", 7_700, None),
        ("MISSING", 200_000_000, None),
        ("MISSING", 300_000_000, None),
    }
    named = {each["reference"] for each in told["differences"]}
    assert missing.purchase.number in named and "ENTAH" in named
    assert told["overdue"] == 2 and told["open_exceptions"] == 2


def test_a_transfer_counts_as_on_its_way_until_books_and_bank_both_show_it(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    with clock.frozen(NOW):
        (money,) = moved(case, [1_000_000])
        lines = [Move(100_000_000, reference(money)), Move(-100_000_000, money.purchase.number)]
        actions.import_statement(actor=operator, content=mt940(lines))
        _code, told = run()
        assert told["unexplained_sen"] == 0 and told["on_its_way_sen"] == -100_000_000
        assert told["ledger_bank_sen"] == 100_000_000 and told["statements_sen"] == 0
    with clock.frozen(NOW + timedelta(days=3)):
        _code, told = run(DAY + timedelta(days=3))
    assert [each["kind"] for each in told["differences"]] == ["NOT_BOOKED"]
    assert told["differences"][0]["reference"] == money.purchase.number


def test_a_line_explained_by_two_persons_closes_the_day(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    with clock.frozen(NOW):
        actions.import_statement(actor=operator, content=mt940([Move(12_345, "JASA GIRO")]))
        assert run()[0] == 1
        line = StatementLine.objects.get()
        asked = actions.propose_explanation(actor=operator, line_id=line.pk, reason="Jasa giro Oktober")
        actions.confirm(actor=operator_of(case), proposal_id=asked.pk)
        assert run()[0] == 0


def test_a_settlement_of_many_captures_less_fees(case: Case, bank: OwnAccount, operator: Actor) -> None:
    with clock.frozen(NOW):
        one, two = moved(case, [1_000_000, 2_000_000], paid_out=False)
        content = (
            f"reference,gross,fee\n{reference(one)},1000000.00,2900.50\n{reference(two)},2000000.00,5800.00\n"
        ).encode()
        ask: dict[str, Any] = {
            "actor": operator,
            "provider": "snap",
            "reference": "PO-2026-0007",
            "dated": DAY,
        }
        actions.import_provider_report(**ask, content=content)
        net = 300_000_000 - 870_050
        with doing(actor=operator) as deed:  # one of the fees was told, and booked, with its capture
            fee(deed, one.attempt, one.purchase.number, 290_050, ProviderEvent.objects.earliest("pk"))
        actions.import_statement(actor=operator, content=csv([Move(net, "SETTLEMENT PO-2026-0007")]))
        again = actions.import_provider_report(**ask, content=content)
        code, told = run()
    assert code == 0 and told["bank"]["came_sen"] == net == told["ledger_bank_sen"]
    journal = Journal.objects.get(kind="SETTLEMENT")
    assert sorted(journal.entries.values_list("amount", flat=True)) == [290_050 - 300_000_000, 580_000, net]
    assert again.items.count() == 2


def test_the_commands_speak_to_people_and_programs(
    case: Case, bank: OwnAccount, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "koran.txt"
    file.write_bytes(mt940([Move(12_345, "JASA GIRO")]))

    def call(*arguments: str) -> str:
        out = StringIO()
        call_command("import_statement", str(file), *arguments, stdout=out)
        return out.getvalue()

    assert "tidak ada yang disimpan" in call("--dry-run") and not StatementLine.objects.exists()
    told = json.loads(call("--json", "--account", str(bank.pk)))
    assert (told["lines"], told["matched"], told["exceptions"]) == (1, 0, 1)
    assert "sudah pernah diimpor" in call() and StatementLine.objects.count() == 1
    file.write_bytes(b"rusak")
    with pytest.raises(CommandError, match="MT940, camt"):
        call()
    with pytest.raises(SystemExit):
        call("--json")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("reconcile", "--date", DAY.isoformat(), stdout=out)
    assert "ADA SELISIH" in out.getvalue() and "JASA GIRO" in out.getvalue()


def test_one_regions_report_knows_nothing_of_another(case: Case, bank: OwnAccount) -> None:
    assert report(case.purchase.region, DAY).region == case.purchase.region.name
    with pytest.raises(CommandError):
        call_command("reconcile", "--date", "2026-10-05", "--region", "X000")


def test_accounts_and_settlement_reports_come_by_command(case: Case, tmp_path: Path) -> None:
    region = case.purchase.region
    out = StringIO()
    ask = [
        "--region",
        region.klpd_code,
        "--name",
        "Penampungan",
        "--bank",
        "111",
        "--number",
        "555-000-111-22",
    ]
    call_command("open_account", *ask, "--unit", case.purchase.organisation.code, stdout=out)
    account = OwnAccount.objects.get()
    assert "•••••••1122" in out.getvalue() and account.organisation == case.purchase.organisation
    with pytest.raises(CommandError, match="sudah terdaftar"):
        call_command("open_account", *ask)
    (money,) = moved(case, [1_000_000])
    file = tmp_path / "po.csv"
    file.write_text(f"reference,gross,fee\n{reference(money)},1000000,2500\n")
    told = ["--provider", "snap", "--reference", "PO-77001", "--date", "2026-10-05"]
    call_command("import_provider_report", str(file), *told, stdout=out)
    assert "Rp997.500" in out.getvalue()
    file.write_text(f"reference,gross,fee\n{reference(money)},999999,2500\n")
    for changed in (told, [*told[:3], "PO-77002", *told[4:]]):
        before = Journal.objects.count()
        with pytest.raises(CommandError):
            call_command("import_provider_report", str(file), *changed)
        assert Journal.objects.count() == before


def test_an_exception_has_a_deadline_with_its_owner(case: Case, bank: OwnAccount, operator: Actor) -> None:
    actions.import_statement(actor=operator, content=mt940([Move(12_345, "JASA GIRO")]))
    (odd,) = SOURCE.running
    (office,) = SOURCE.standing(odd).holders
    assert (office.role, office.tray.organisation_id) == (Role.OPERATOR, operator.organisation_id)
    assert odd.due_at is not None and list(SOURCE.reach(operator)) == [odd]
    assert not SOURCE.reach(case.treasurer).exists()


def test_a_region_without_an_account_is_open_and_says_what_to_do(case: Case) -> None:
    with clock.frozen(NOW):
        moved(case, [1_000_000])
        code, told = run()
    assert code == 1 and told["accounts"] == []
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("reconcile", "--date", DAY.isoformat(), stdout=out)
    assert "open_account" in out.getvalue()
    with pytest.raises(CommandError, match="tidak dikenal"):
        call_command("reconcile", "--date", DAY.isoformat(), "--region", "X999")
