"""Import and matching on a real database: what is certain is matched, everything else becomes an exception."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from procurement.reconciliation.actions import Imported, import_statement, match_region
from procurement.reconciliation.models import (
    BankStatement,
    Discrepancy,
    LegKind,
    Match,
    OwnAccount,
    StatementFile,
    StatementLine,
)
from procurement.reconciliation.queries import is_reconciled
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import AccountKind, Evidence, Journal
from tests import people
from tests.reconciliation.banks import FORMATS, Move, account, camt, csv, mt940
from tests.reconciliation.money import Money, balance, moved
from tests.settlement.orders import Case, accepted

EARLIER = date(2026, 10, 4)
pytestmark = pytest.mark.django_db(transaction=True)


def take(operator: Actor, moves: Sequence[Move], **more: object) -> Imported:
    return import_statement(actor=operator, content=mt940(moves, **more))  # type: ignore[arg-type]


def kinds() -> list[str]:
    return sorted(Discrepancy.objects.filter(state="OPEN").values_list("kind", flat=True))


def reference(money: Money) -> str:
    return str(money.attempt.reference)


def written() -> tuple[int, ...]:
    tables = (StatementFile, BankStatement, StatementLine, Match, Discrepancy, Journal, LogEntry)
    return tuple(table.objects.count() for table in tables)


# ── certain ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", FORMATS)
def test_a_payment_is_reconciled_by_the_banks_line_and_booked_with_it_as_proof(
    name: str, case: Case, bank: OwnAccount, operator: Actor
) -> None:
    (money,) = moved(case, [1_500_000])
    region = case.purchase.region_id
    assert not is_reconciled(LegKind.CAPTURE, money.attempt.pk)
    content = FORMATS[name]([Move(150_000_000, f"VA {reference(money)}")])
    told = import_statement(actor=operator, content=content)
    assert (told.lines, told.summary.matched, told.summary.exceptions) == (1, 1, 0)
    match = Match.objects.get()
    assert (match.leg_kind, match.leg_id, match.rule) == ("CAPTURE", money.attempt.pk, "PARTNER")
    assert is_reconciled(LegKind.CAPTURE, money.attempt.pk)
    journal = Journal.objects.get(kind="SETTLEMENT")
    assert (journal.statement_line, journal.provider_event_id, journal.evidence_id) == (
        StatementLine.objects.get().pk,
        None,
        None,
    )
    assert balance(region, AccountKind.BANK) == BankStatement.objects.get().closing == 150_000_000
    assert balance(region, AccountKind.PROVIDER_CLEARING) == 0 and disagreements() == []


@pytest.mark.parametrize(
    "written_as",
    [
        "{0}",
        "TRSF VA {0} WS_OB;",
        "{lower} terima kasih",
        "PEMBAYARAN OLEH BENDAHARA PENGELUARAN DINAS CONTOH {0}",
        "{spaced}",
        "{cut}",
        "{cut}WS_OB;",
        "ab12{0}xyz",
        "{0} {number}",
        "{number} pembayaran",
    ],
)
def test_what_banks_make_of_a_reference(
    written_as: str, case: Case, bank: OwnAccount, operator: Actor
) -> None:
    money, _other = moved(case, [1_500_000, 1_600_000], paid_out=False)
    own = reference(money)
    remark = written_as.format(
        own, lower=own.lower(), spaced=" ".join(own), cut=own[:-5], number=money.purchase.number
    )
    assert take(operator, [Move(150_000_000, remark)]).summary.matched == 1
    assert Match.objects.get().leg_id == money.attempt.pk


def test_payouts_deposits_and_sp2d_are_found_on_their_own_accounts(
    case: Case, bank: OwnAccount, treasury: OwnAccount, operator: Actor
) -> None:
    (paid,) = moved(case, [900_000], withheld=100_000)
    (direct,) = moved(case, [70_000_000], profile="LS", withheld=5_000_000)
    take(
        operator,
        [
            Move(-90_000_000, f"TRF KE PENYEDIA {paid.purchase.number}"),
            Move(-10_000_000, f"MPN {paid.tax.ntpn}"),
        ],
        opening=200_000_000,
    )
    lines = [
        Move(-7_000_000_000, f"SP2D {direct.sp2d.number}"),
        Move(-500_000_000, f"MPN BILLING {direct.tax.billing_code}"),
        Move(-123_400, "SP2D 99999/SP2D/LS/3.3/2026 dinas lain"),
    ]
    told = import_statement(actor=operator, content=csv(lines, account="9990001111", opening=90_000_000_000))
    assert (told.summary.matched, told.summary.exceptions, told.summary.others) == (2, 0, 1)
    found = set(Match.objects.values_list("leg_kind", "leg_id"))
    assert found == {
        ("PAYOUT", paid.payout.pk),
        ("TAX", paid.tax.pk),
        ("SP2D", direct.sp2d.pk),
        ("TAX", direct.tax.pk),
    }
    assert kinds() == []


def test_a_small_bank_fee_is_booked_and_a_large_one_asks_people(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    told = take(
        operator, [Move(-650_000, "BIAYA ADM OKT"), Move(-9_900_000, "BIAYA ADM")], opening=20_000_000
    )
    assert told.summary.matched == 1 and kinds() == ["BANK_FEE"]
    assert balance(case.purchase.region_id, AccountKind.FEE_EXPENSE) == 650_000
    assert balance(case.purchase.region_id, AccountKind.BANK) == -650_000


# ── never a false match ──────────────────────────────────────────────────────────────────────────────────────────
def one_exception(operator: Actor, kind: str, *moves: Move, **more: object) -> Discrepancy:
    before = Match.objects.count()
    take(operator, moves, **{"opening": 10**12, **more})
    assert Match.objects.count() == before and kinds() == [kind] * len(moves)
    return Discrepancy.objects.filter(state="OPEN").first()  # type: ignore[return-value]


def test_equal_amounts_alone_match_nothing(case: Case, bank: OwnAccount, operator: Actor) -> None:
    moved(case, [1_500_000])
    one_exception(operator, "UNKNOWN", Move(150_000_000, "SETORAN TUNAI"))


def test_a_wrong_amount_is_told_with_both_figures(case: Case, bank: OwnAccount, operator: Actor) -> None:
    (money,) = moved(case, [1_500_000])
    odd = one_exception(operator, "AMOUNT", Move(150_000_001, reference(money)))
    assert (odd.amount, odd.expected) == (150_000_001, 150_000_000)


def test_two_references_in_one_line_are_ambiguous(case: Case, bank: OwnAccount, operator: Actor) -> None:
    one, two = moved(case, [1_500_000, 1_500_000])
    one_exception(operator, "AMBIGUOUS", Move(150_000_000, f"{reference(one)} {reference(two)}"))


def test_money_in_the_wrong_direction_and_taken_back(case: Case, bank: OwnAccount, operator: Actor) -> None:
    (money,) = moved(case, [1_500_000])
    one_exception(operator, "DIRECTION", Move(-150_000_000, reference(money)))
    odd = moved(case, [2_500_000])[0]
    take(
        operator, [Move(-250_000_000, reference(odd), reversal=True)], number=2, opening=10**12 - 150_000_000
    )
    assert kinds() == ["DIRECTION", "RETURNED"]


def test_the_wrong_account_matches_nothing(
    case: Case, bank: OwnAccount, treasury: OwnAccount, operator: Actor
) -> None:
    (direct,) = moved(case, [70_000_000], profile="LS")
    one_exception(operator, "FOREIGN", Move(-7_000_000_000, direct.sp2d.number))


def test_another_regions_reference_matches_nothing(case: Case, bank: OwnAccount, operator: Actor) -> None:
    other = accepted(at=people.organisation(in_region=people.region("D001", "Provinsi Lain")))
    (money,) = moved(other, [1_500_000])
    odd = one_exception(operator, "FOREIGN", Move(150_000_000, reference(money)))
    assert reference(money) in odd.reference
    assert match_region(case.purchase.region_id).matched == 0 and kinds() == ["FOREIGN"]


def test_another_units_order_on_a_units_account_matches_nothing(case: Case, operator: Actor) -> None:
    account(case.purchase.region, unit=people.organisation(in_region=case.purchase.region))
    (money,) = moved(case, [1_500_000])
    one_exception(operator, "FOREIGN", Move(150_000_000, reference(money)))


def test_the_same_payment_twice_is_matched_once(case: Case, bank: OwnAccount, operator: Actor) -> None:
    (money,) = moved(case, [1_500_000])
    take(operator, [Move(150_000_000, reference(money)), Move(150_000_000, reference(money))])
    assert Match.objects.count() == 1 and kinds() == ["DOUBLE"]
    take(operator, [Move(150_000_000, reference(money))], number=2, opening=300_000_000)
    assert Match.objects.count() == 1 and kinds() == ["DOUBLE", "DOUBLE"]


def test_a_mistyped_number_never_leads_to_the_neighbour(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    """The line of order A bears B's number, amounts equal: both wait for people."""
    _one, two = moved(case, [1_500_000, 1_500_000], paid_out=False)
    odd = one_exception(operator, "AMBIGUOUS", Move(150_000_000, f"bayar {two.purchase.number}"))
    take(
        operator, [Move(150_000_000, f"bayar {two.purchase.number}")], number=2, opening=10**12 + 150_000_000
    )
    assert Match.objects.count() == 0 and kinds() == ["AMBIGUOUS", "AMBIGUOUS"]
    odd.refresh_from_db()
    assert odd.state == "OPEN"


def test_money_that_may_have_come_back_is_not_taken_for_a_payment(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    """The order's number alone cannot tell a payment from the return of a transfer of the same amount."""
    (money,) = moved(case, [1_500_000])
    one_exception(operator, "AMBIGUOUS", Move(150_000_000, money.purchase.number))


def test_neighbours_with_a_line_each_are_both_matched(case: Case, bank: OwnAccount, operator: Actor) -> None:
    one, two = moved(case, [1_500_000, 1_500_000], paid_out=False)
    one_exception(operator, "AMBIGUOUS", Move(150_000_000, one.purchase.number))
    take(operator, [Move(150_000_000, two.purchase.number)], number=2, opening=10**12 + 150_000_000)
    assert Match.objects.count() == 2 and kinds() == []
    assert Discrepancy.objects.get().state == "MATCHED"


def test_a_longer_number_is_not_taken_for_a_shorter_one(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    (money,) = moved(case, [1_500_000])
    one_exception(operator, "UNKNOWN", Move(150_000_000, f"{money.purchase.number}7"))


def test_a_beginning_that_two_share_names_neither(case: Case, bank: OwnAccount, operator: Actor) -> None:
    (money,) = moved(case, [1_500_000])
    one_exception(operator, "UNKNOWN", Move(150_000_000, reference(money)[:-9]))


# ── once, whole, in order ────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_file_again_changes_nothing_and_says_so(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    (money,) = moved(case, [1_500_000])
    content = mt940([Move(150_000_000, reference(money)), Move(5_000, "x")])
    import_statement(actor=operator, content=content)
    before = written()
    again = import_statement(actor=operator, content=content)
    assert again.known and again.skipped == ["1/2026"] and written() == before
    assert import_statement(actor=operator, content=content + b"\r\n").known and written() == before


@pytest.mark.parametrize(
    ("code", "said", "content"),
    [
        ("statement.gap", "nomor 2", mt940([Move(1, "x")], number=3, opening=100)),
        ("statement.gap", "Rp1", mt940([Move(1, "x")], number=2, opening=99)),
        (
            "statement.overlap",
            "05/10/2026",
            csv([Move(1, "x", day=EARLIER)], number=2, opening=100, day=EARLIER),
        ),
        ("statement.changed", "1/2026", mt940([Move(200, "lain")])),
        ("statement.currency", "USD", mt940([Move(1, "x")], number=2, opening=100, currency="USD")),
        ("statement.unknown_account", "••••••7890", mt940([Move(1, "x")], account="4561237890")),
        ("statement.does_not_close", "Rp", mt940([Move(1, "x")], number=2, opening=100, closing=7)),
    ],
)
def test_what_may_not_be_imported(
    code: str, said: str, content: bytes, case: Case, bank: OwnAccount, operator: Actor
) -> None:
    take(operator, [Move(100, "pertama")])
    before = written()
    with pytest.raises(Refused) as refusal:
        import_statement(actor=operator, content=content)
    assert refusal.value.code == code and said in refusal.value.sentence
    assert written() == before


def test_a_file_of_another_account_or_by_a_stranger_is_refused(
    case: Case, bank: OwnAccount, treasury: OwnAccount, operator: Actor
) -> None:
    before = written()
    content = mt940([Move(1, "x")])
    for actor, chosen, code in (
        (operator, treasury.pk, "statement.wrong_account"),
        (case.treasurer, None, "statement.unknown_account"),
        (case.ppk, None, "wrong_role"),
        (people.actor(Role.AUDITOR), None, "wrong_role"),
    ):
        with pytest.raises(Refused) as refusal:
            import_statement(actor=actor, content=content, account_id=chosen)
        assert refusal.value.code == code
    assert written() == before


def test_a_dry_run_checks_all_and_writes_nothing(case: Case, bank: OwnAccount, operator: Actor) -> None:
    before = written()
    told = import_statement(actor=operator, content=mt940([Move(1, "x")]), dry_run=True)
    assert told.statements == ["1/2026"] and told.lines == 1 and written() == before


def test_a_payment_recorded_after_its_line_is_matched_later(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    (money,) = moved(case, [1_500_000])
    ref = reference(money)
    money.attempt.received = 0
    money.attempt.save()
    take(operator, [Move(150_000_000, ref)])
    assert kinds() == ["UNKNOWN"]
    money.attempt.received = 150_000_000
    money.attempt.save()
    assert match_region(case.purchase.region_id).matched == 1 and kinds() == []
    assert Discrepancy.objects.get().state == "MATCHED"
    before = written()
    assert match_region(case.purchase.region_id).matched == 0 and written() == before


# ── the database holds ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_database_refuses_what_the_code_never_does(case: Case, bank: OwnAccount, operator: Actor) -> None:
    one, two = moved(case, [1_500_000, 1_600_000])
    take(operator, [Move(150_000_000, reference(one)), Move(5, "lain")])
    first = Match.objects.get()
    line, odd = StatementLine.objects.filter(matches__isnull=True).get(), Discrepancy.objects.get()
    statement = BankStatement.objects.get()
    attacks = [
        lambda: Match.objects.update(leg_id=two.attempt.pk),
        lambda: Match.objects.all()._raw_delete("default"),
        lambda: StatementLine.objects.filter(pk=line.pk).update(amount=7),
        lambda: statement.__class__.objects.update(closing=7),
        lambda: Discrepancy.objects.filter(pk=odd.pk).update(amount=7),
        lambda: Discrepancy.objects.filter(pk=odd.pk)._raw_delete("default"),
        lambda: Match.objects.create(
            line=line, leg_kind="CAPTURE", leg_id=one.attempt.pk, rule="CODE", matched_at=first.matched_at
        ),
        lambda: Match.objects.create(
            line=first.line,
            leg_kind="CAPTURE",
            leg_id=two.attempt.pk,
            rule="CODE",
            matched_at=first.matched_at,
        ),
        lambda: Match.objects.create(
            line=line,
            leg_kind="CAPTURE",
            leg_id=two.attempt.pk,
            rule="TWO_PERSONS",
            matched_at=first.matched_at,
        ),
        lambda: StatementLine.objects.create(
            statement=statement,
            account=bank,
            number=9,
            booked_on=line.booked_on,
            value_on=line.value_on,
            amount=1,
        ),
        lambda: Journal.objects.filter(kind="SETTLEMENT").update(statement_line=line.pk),
    ]
    before = written()
    for attack in attacks:
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    assert written() == before


def test_evidence_is_untouched(case: Case, treasury: OwnAccount, operator: Actor) -> None:
    (direct,) = moved(case, [70_000_000], profile="LS")
    import_statement(
        actor=operator,
        content=camt([Move(-7_000_000_000, direct.sp2d.number)], account="9990001111", opening=10**11),
    )
    assert Match.objects.get().leg_id == Evidence.objects.get().pk
