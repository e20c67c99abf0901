"""The books: one effect per key, balance by force of the database, floors, reversals, and attacks by SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from procurement.settlement.checks import books_are_guarded
from procurement.settlement.ledger.accounts import AccountName as Name
from procurement.settlement.ledger.accounts import opened
from procurement.settlement.ledger.posting import Leg, Posted, credit, debit, post, reverse
from procurement.settlement.ledger.reports import disagreements, held, trial_balance
from procurement.settlement.models import Account, AccountKind, Balance, Entry, Evidence, Journal, Posting
from tests.settlement.conftest import evidence_for

pytestmark = pytest.mark.django_db(transaction=True)
CLERK = Actor.system("uji-buku-besar")
ORDER = "027/SP/EO/0000001/DC/X/2026"


def capture(region: Region, amount: int, *, key: str = "tangkap:1", proof: Evidence | None = None) -> Posted:
    proof = proof or evidence_for(region, ORDER, amount)
    with doing(actor=CLERK) as deed:
        return post(
            deed,
            Posting.CAPTURE,
            key,
            [
                debit(Name(AccountKind.PROVIDER_CLEARING, region.pk), amount),
                credit(Name(AccountKind.ESCROW, region.pk, purchase=ORDER), amount),
            ],
            region_id=region.pk,
            purchase=ORDER,
            evidence=proof,
        )


def release(region: Region, amount: int, key: str = "lepas:1") -> Posted:
    with doing(actor=CLERK) as deed:
        return post(
            deed,
            Posting.RELEASE,
            key,
            [
                debit(Name(AccountKind.ESCROW, region.pk, purchase=ORDER), amount),
                credit(Name(AccountKind.VENDOR_PAYABLE, region.pk, purchase=ORDER), amount),
            ],
            region_id=region.pk,
            purchase=ORDER,
        )


def books() -> tuple[Any, ...]:
    """Everything a refused act must leave alone."""
    balances = dict(Balance.objects.values_list("account__code", "amount"))
    return balances, Journal.objects.count(), Entry.objects.count(), LogEntry.objects.count()


def test_a_journal_moves_balances_and_is_in_the_log(region: Region) -> None:
    posted = capture(region, 20_868_000)
    assert posted.is_new
    assert held(AccountKind.ESCROW, ORDER) == 2_086_800_000
    assert sum(row.debit - row.credit for row in trial_balance(region.pk)) == 0
    assert LogEntry.objects.filter(act="ledger.posted", aggregate_id=str(posted.journal.pk)).count() == 1
    assert disagreements() == []


def test_the_same_key_again_changes_nothing(region: Region) -> None:
    proof = evidence_for(region, ORDER, 1_000)
    first = capture(region, 1_000, proof=proof)
    before = books()
    again = capture(region, 1_000, proof=proof)
    assert (again.is_new, again.journal.pk) == (False, first.journal.pk)
    assert books() == before


def test_the_same_key_for_another_amount_is_refused(region: Region) -> None:
    proof = evidence_for(region, ORDER, 1_000)
    capture(region, 1_000, proof=proof)
    before = books()
    with pytest.raises(Refused) as refusal:
        capture(region, 1_001, proof=proof)
    assert refusal.value.code == "ledger.key-reused"
    assert books() == before


def test_escrow_cannot_be_overdrawn(region: Region) -> None:
    capture(region, 1_000)
    before = books()
    with pytest.raises(Refused) as refusal:
        release(region, 1_001)
    assert refusal.value.code == "ledger.overdrawn"
    assert books()[1:] == before[1:] and held(AccountKind.ESCROW, ORDER) == 100_000


def test_a_reversal_mirrors_once_and_never_twice(region: Region) -> None:
    original = capture(region, 1_000).journal
    with doing(actor=CLERK) as deed:
        undone = reverse(deed, original, memo="salah pesanan")
    assert undone.journal.reverses_id == original.pk
    assert held(AccountKind.ESCROW, ORDER) == 0
    before = books()
    with doing(actor=CLERK) as deed:
        assert reverse(deed, original, memo="lagi").is_new is False
    with pytest.raises(Refused) as refusal, doing(actor=CLERK) as deed:
        legs = [Leg(Name.of(entry.account), -entry.amount) for entry in original.entries.all()]
        proof = original.evidence
        post(deed, Posting.REVERSAL, "k2", legs, region_id=region.pk, evidence=proof, reverses=original)
    assert refusal.value.code in {"ledger.reversed-twice", "ledger.overdrawn"}
    assert books() == before


def test_unbalanced_legs_are_refused_before_the_database_is_asked(region: Region) -> None:
    legs = [
        debit(Name(AccountKind.BANK, region.pk), 2),
        credit(Name(AccountKind.PROVIDER_CLEARING, region.pk), 1),
    ]
    with pytest.raises(Refused, match="debit dan kredit"), doing(actor=CLERK) as deed:
        post(deed, Posting.SETTLEMENT, "timpang", legs, region_id=region.pk)
    assert not Journal.objects.filter(idem_key="timpang").exists()


def test_escrow_rises_only_with_a_proof(region: Region) -> None:
    legs = [
        debit(Name(AccountKind.PROVIDER_CLEARING, region.pk), 5),
        credit(Name(AccountKind.ESCROW, region.pk, purchase=ORDER), 5),
    ]
    with pytest.raises(DatabaseError, match="without a proof"), doing(actor=CLERK) as deed:
        post(deed, Posting.CAPTURE, "tanpa-bukti", legs, region_id=region.pk, purchase=ORDER)
    assert Journal.objects.count() == 0 and LogEntry.objects.count() == 0
    assert held(AccountKind.ESCROW, ORDER) == 0


def test_orders_do_not_share_escrow(region: Region) -> None:
    capture(region, 1_000)
    other = Name(AccountKind.ESCROW, region.pk, purchase="lain")
    payable = Name(AccountKind.VENDOR_PAYABLE, region.pk, purchase="lain")
    with pytest.raises(Refused) as refusal, doing(actor=CLERK) as deed:
        post(deed, Posting.RELEASE, "curi", [debit(other, 1), credit(payable, 1)], region_id=region.pk)
    assert refusal.value.code == "ledger.overdrawn"


# ── by SQL, as the owner of the tables ───────────────────────────────────────────────────────────────────────────

JOURNAL = """INSERT INTO settlement_journal (idem_key, kind, instrument, region_id, purchase_number, fingerprint, memo,
posted_at) VALUES (%s, 'SETTLEMENT', %s, %s, '', 'f', '', now()) RETURNING id"""
ENTRY = "INSERT INTO settlement_entry (journal_id, account_id, amount) VALUES (%s, %s, %s)"


def run(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0] if cursor.description else None


def accounts(region: Region) -> tuple[Account, Account]:
    bank, clearing = Name(AccountKind.BANK, region.pk), Name(AccountKind.PROVIDER_CLEARING, region.pk)
    by_code = opened([bank, clearing])
    return by_code[bank.code], by_code[clearing.code]


def treasury(region: Region) -> Account:
    name = Name(AccountKind.TREASURY, region.pk)
    return opened([name])[name.code]


def unbalanced(region: Region) -> None:
    bank, clearing = accounts(region)
    journal = run(JOURNAL, "x", "BOOK", region.pk)
    run(ENTRY, journal, bank.pk, 5)
    run(ENTRY, journal, clearing.pk, -4)


def one_leg(region: Region) -> None:
    run(ENTRY, run(JOURNAL, "x", "BOOK", region.pk), accounts(region)[0].pk, 5)


def no_leg(region: Region) -> None:
    run(JOURNAL, "x", "BOOK", region.pk)


def zero_leg(region: Region) -> None:
    run(ENTRY, run(JOURNAL, "x", "BOOK", region.pk), accounts(region)[0].pk, 0)


def balanced_then_more_after_an_early_check(region: Region) -> None:
    bank, clearing = accounts(region)
    journal = run(JOURNAL, "x", "BOOK", region.pk)
    run(ENTRY, journal, bank.pk, 5)
    run(ENTRY, journal, clearing.pk, -5)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")
    run(ENTRY, journal, treasury(region).pk, 7)


def joining_an_older_journal(region: Region) -> None:
    older = Journal.objects.get(idem_key="tangkap:1").pk
    bank, _clearing = accounts(region)
    with transaction.atomic():  # a savepoint does not make it another transaction, nor the same one
        run(ENTRY, older, bank.pk, 5)
        run(ENTRY, older, treasury(region).pk, -5)


def paid_with_a_forbidden_instrument(region: Region) -> None:
    run(JOURNAL, "x", "".join(["CA", "SH"]), region.pk)


ATTACKS: list[tuple[str, Callable[[Region], None]]] = [
    (f"{verb} {table}", lambda region, sql=sql: run(sql))
    for table, verb, sql in [
        ("entry", "update", "UPDATE settlement_entry SET amount = amount * 2"),
        ("entry", "delete", "DELETE FROM settlement_entry"),
        ("entry", "truncate", "TRUNCATE settlement_entry CASCADE"),
        ("journal", "update", "UPDATE settlement_journal SET memo = 'x'"),
        ("journal", "delete", "DELETE FROM settlement_journal"),
        ("journal", "truncate", "TRUNCATE settlement_journal CASCADE"),
        ("account", "update", "UPDATE settlement_account SET floor = NULL"),
        ("balance", "update", "UPDATE settlement_balance SET amount = amount + 1"),
        ("balance floor", "update", "UPDATE settlement_balance SET floor = NULL"),
        ("balance", "delete", "DELETE FROM settlement_balance"),
        ("balance", "truncate", "TRUNCATE settlement_balance"),
        ("evidence", "update", "UPDATE settlement_evidence SET amount = amount + 1"),
        ("evidence", "re-verify", "UPDATE settlement_evidence SET verified_at = now()"),
        ("evidence", "delete", "DELETE FROM settlement_evidence"),
        (
            "as a replica",
            "update",
            "SET LOCAL session_replication_role = replica; UPDATE settlement_entry SET amount = 1",
        ),
    ]
] + [
    (attack.__name__, attack)
    for attack in (
        unbalanced,
        one_leg,
        no_leg,
        zero_leg,
        balanced_then_more_after_an_early_check,
        joining_an_older_journal,
        paid_with_a_forbidden_instrument,
    )
]


@pytest.mark.parametrize(("name", "attack"), ATTACKS, ids=[name for name, _attack in ATTACKS])
def test_the_database_refuses(region: Region, name: str, attack: Callable[[Region], None]) -> None:
    capture(region, 1_000)
    accounts(region)
    before = books()
    with pytest.raises(DatabaseError), transaction.atomic():
        attack(region)
    assert books() == before
    assert disagreements() == []


def test_every_guarantee_is_always_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text || '.' || tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'settlement\\_%' AND tgenabled <> 'A'"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT count(*) FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'settlement\\_%'"
        )
        assert cursor.fetchone()[0] >= 16


def test_the_check_before_a_release_sees_a_sleeping_guard() -> None:
    assert books_are_guarded(databases=["default"]) == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_entry DISABLE TRIGGER append_only_row")
        (found,) = books_are_guarded(databases=["default"])
        transaction.set_rollback(True)
    assert found.id == "settlement.E001" and "settlement_entry" in found.msg
    assert books_are_guarded() == []
