"""The books for people and their nightly proof: trial balance at a day, statements, CSV, what is found wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.events.models import Job
from procurement.settlement.actions.proving import prove_daily, prove_ledger
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.ledger.reports import disagreements, trial_balance, trial_balance_on
from procurement.settlement.models import Account, Balance, LedgerProof, UnmatchedMoney
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import deliver, paid, work
from tests.settlement.test_pages import page
from tests.tampering import guards_asleep

pytestmark = pytest.mark.django_db(transaction=True)
Budget = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    """One order paid through the provider."""
    found = accepted()
    approved(found)
    paid(found, stripe)
    return found


def keeper(case: Case, role: Role = Role.TREASURER) -> Client:
    return people.signed_in(case.appointments[role])


def table(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200 and "csv" in response["Content-Type"]
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


def test_the_trial_balance_of_a_day_does_not_know_the_next_one(case: Case) -> None:
    region, today = case.purchase.region_id, clock.today()
    assert trial_balance_on(region, today - timedelta(days=1)) == []
    now = [row for row in trial_balance(region) if row.debit or row.credit]
    then = [row for row in trial_balance_on(region, today) if row.debit or row.credit]
    assert [(row.kind, row.debit, row.credit) for row in now] == [
        (row.kind, row.debit, row.credit) for row in then
    ]
    assert sum(row.debit - row.credit for row in then) == 0 and then
    client = keeper(case)
    assert "Belum ada jurnal" in page_of(client, f"{reverse('books')}?pada=2020-01-01")
    rows = table(client, f"{reverse('books')}?csv=1")
    assert {row["akun"]: row["kredit"] for row in rows}["Utang kepada penyedia"] == "18518000.00"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "10000-01-01", "besok"])
def test_a_day_that_nobody_can_mean_is_asked_for_again_and_gives_no_file(case: Case, day: str) -> None:
    client = keeper(case)
    account = reverse("books-account", args=[Account.objects.get(kind="ESCROW").pk])
    for address in (f"{reverse('books')}?pada={day}", f"{account}?dari={day}", f"{account}?sampai={day}"):
        for asked in (address, f"{address}&csv=1"):
            response = client.get(asked)
            assert response.status_code == 400, asked
            assert response["Content-Type"].startswith("text/html")
            assert "Kesalahan:" in response.content.decode()


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_statement_runs_to_the_balance(case: Case) -> None:
    client = keeper(case)
    for account in Account.objects.filter(region=case.purchase.region_id):
        rows = table(client, reverse("books-account", args=[account.pk]) + "?csv=1")
        held = account.balance.natural
        assert (rows[-1]["saldo"] if rows else "0.00") == f"{held // 100}.{held % 100:02d}"
    escrow = Account.objects.get(kind="ESCROW")
    shown = page(client, "books-account", escrow.pk)
    assert shown.count("Rp20.868.000") >= 3 and f"release:{case.purchase.number}" in shown
    found = page_of(client, f"{reverse('books-accounts')}?jenis=ESCROW&pesanan={case.purchase.number}")
    assert escrow.code in found and "VENDOR_PAYABLE:" not in found


def test_books_of_another_region_are_closed(case: Case) -> None:
    elsewhere = people.organisation(in_region=people.region("D999", "Provinsi Lain"))
    stranger = people.signed_in(people.appointment(Role.TREASURER, elsewhere))
    escrow = Account.objects.get(kind="ESCROW")
    page(stranger, "books-account", escrow.pk, status=404)
    assert escrow.code not in page(stranger, "books-accounts")
    assert table(stranger, f"{reverse('books-accounts')}?csv=1") == []
    for role in (Role.VENDOR, Role.PPK, Role.PPK_SKPD):
        page(keeper(case, role), "books-accounts", status=403)
        page(keeper(case, role), "books-account", escrow.pk, status=403)


def test_pages_of_the_books_cost_the_same_for_one_and_for_many(
    case: Case, stripe: FakeStripe, assert_max_queries: Budget, assert_flat_in_rows: Callable[..., None]
) -> None:
    client = keeper(case)
    clearing = Account.objects.get(kind="PROVIDER_CLEARING")
    page(client, "books")
    for name, args in (("books", ()), ("books-accounts", ()), ("books-account", (clearing.pk,))):
        with assert_max_queries(14):
            page(client, name, *args)

    def more() -> None:
        other = accepted(at=case.purchase.organisation)
        approved(other)
        paid(other, stripe)

    assert_flat_in_rows(lambda: page(client, "books-accounts"), more)
    assert_flat_in_rows(lambda: page(client, "books-account", clearing.pk), more)


def test_money_that_did_not_fit_is_told_of_beside_the_balances(case: Case) -> None:
    nobody = {"id": "pi_x", "currency": "idr", "metadata": {}, "amount_received": 70_000}
    deliver({"id": "evt_x", "type": "payment_intent.succeeded", "data": {"object": nobody}})
    work()
    money = UnmatchedMoney.objects.get()
    office = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    shown = page(people.signed_in(people.appointment(Role.OPERATOR, office)), "books")
    assert reverse("unmatched-one", args=[money.pk]) in shown and "Rp700" in shown
    assert "Uang yang belum cocok" not in page(keeper(case), "books"), "nobody knows of which unit it is"


# ── the nightly proof ────────────────────────────────────────────────────────────────────────────────────────────
def test_the_proof_of_a_night_is_recorded_once_and_shown(case: Case) -> None:
    prove_daily()
    prove_daily()
    assert Job.objects.filter(kind="settlement.prove_ledger").count() == 1
    proof = prove_ledger(clock.today())
    assert proof.sound and proof.findings == [] and proof.digest == reckon().digest
    assert prove_ledger(clock.today()).pk == proof.pk
    prove_daily()
    assert LedgerProof.objects.count() == 1
    entry = LogEntry.objects.get(act="ledger.prove")
    assert entry.facts["outcome"] == "SAH" and entry.facts["digest"] == proof.digest
    shown = page(keeper(case), "books")
    assert "SAH" in shown and proof.digest in shown and "TIDAK SAH" not in shown


def test_the_command_answers_programs_and_people(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prove_ledger", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "SAH" and told["journals"] == 2 and told["digest"] == reckon().digest
    tamper("UPDATE settlement_balance SET amount = amount - 1 WHERE account_id = %s", "ESCROW")
    with pytest.raises(SystemExit) as left:
        call_command("prove_ledger")
    assert left.value.code == 1 and "TIDAK SAH" in capsys.readouterr().out


def tamper(query: str, kind: str) -> None:
    """Change the books as somebody with power over the database could: with the triggers off."""
    account = Account.objects.get(kind=kind)
    tables = ("settlement_balance", "settlement_entry", "settlement_journal", "settlement_account")
    with guards_asleep(*tables) as cursor:
        cursor.execute(query, [account.pk])


@pytest.mark.parametrize(
    ("query", "kind", "checks"),
    [
        ("UPDATE settlement_balance SET amount = amount + 5 WHERE account_id = %s", "BANK", {"saldo"}),
        (
            "UPDATE settlement_entry SET amount = amount - 100 WHERE account_id = %s AND amount < 0",
            "ESCROW",
            {"saldo", "jurnal", "pesanan"},
        ),
        (
            "UPDATE settlement_entry SET amount = -amount WHERE account_id = %s",
            "VENDOR_PAYABLE",
            {"saldo", "jurnal", "batas bawah"},
        ),
    ],
)
def test_what_somebody_changed_behind_the_guards_is_found(
    case: Case, query: str, kind: str, checks: set[str]
) -> None:
    before = reckon()
    assert before.sound
    tamper(query, kind)
    after = reckon()
    assert {each.check for each in after.findings} == checks
    assert (after.digest != before.digest) == ("entry" in query)
    proof = prove_ledger(clock.today())
    assert not proof.sound and LogEntry.objects.get(act="ledger.prove").facts["outcome"] == "TIDAK SAH"
    assert "TIDAK SAH" in page(keeper(case), "books")


def test_a_payment_that_the_books_forgot_is_found(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE settlement_paymentattempt SET received = received + 100")
    (finding,) = reckon().findings
    assert finding.check == "pesanan" and finding.about == case.purchase.number
    assert disagreements() == []


def test_a_proof_is_never_changed(case: Case) -> None:
    proof = prove_ledger(clock.today())
    for attack in (lambda: proof.delete(), lambda: LedgerProof.objects.update(findings=[{"x": 1}])):
        with pytest.raises(DatabaseError):
            attack()
    assert LedgerProof.objects.get().sound and Balance.objects.exists()
