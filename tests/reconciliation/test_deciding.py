"""What no rule may decide, two persons do: match, undo, explain. Each refusal leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from procurement.reconciliation import actions
from procurement.reconciliation.models import (
    Discrepancy,
    LegKind,
    Match,
    OwnAccount,
    Proposal,
    StatementLine,
)
from procurement.reconciliation.queries import is_reconciled
from procurement.settlement.models import AccountKind, Journal
from tests import people
from tests.reconciliation.banks import Move, account
from tests.reconciliation.conftest import operator_of
from tests.reconciliation.money import Money, balance, moved
from tests.reconciliation.test_matching import reference, take
from tests.settlement.orders import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second(case: Case) -> Actor:
    return operator_of(case)


@pytest.fixture
def odd(case: Case, bank: OwnAccount, operator: Actor) -> tuple[Money, StatementLine]:
    """A payment, and a line of its amount that names nothing."""
    (money,) = moved(case, [1_500_000])
    take(operator, [Move(150_000_000, "TANPA KETERANGAN")])
    return money, StatementLine.objects.get()


def state() -> tuple[int, ...]:
    tables = (Match, Proposal, Journal, LogEntry)
    return (*(table.objects.count() for table in tables), Discrepancy.objects.filter(state="OPEN").count())


def refused(act: Callable[[], object]) -> str:
    before = state()
    with pytest.raises(Refused) as refusal:
        act()
    assert state() == before
    return refusal.value.code


def test_one_proposes_another_confirms(
    case: Case, odd: tuple[Money, StatementLine], operator: Actor, second: Actor
) -> None:
    money, line = odd
    proposal = actions.propose_match(
        actor=operator, line_id=line.pk, leg_kind="CAPTURE", leg_id=money.attempt.pk, reason="Nota bank 7"
    )
    assert not Match.objects.exists()
    assert refused(lambda: actions.confirm(actor=operator, proposal_id=proposal.pk)) == "proposal.same_person"
    actions.confirm(actor=second, proposal_id=proposal.pk)
    match = Match.objects.get()
    assert (match.rule, match.proposed_by_id, match.confirmed_by_id) == (
        "TWO_PERSONS",
        operator.user_id,
        second.user_id,
    )
    assert Discrepancy.objects.get().state == "MATCHED"
    assert balance(case.purchase.region_id, AccountKind.BANK) == 150_000_000
    assert is_reconciled(LegKind.CAPTURE, money.attempt.pk)


def test_a_match_is_undone_by_two_and_the_books_with_it(
    case: Case, bank: OwnAccount, operator: Actor, second: Actor
) -> None:
    money, other = moved(case, [1_500_000, 1_500_000])
    take(operator, [Move(150_000_000, reference(money))])
    line, region = StatementLine.objects.get(), case.purchase.region_id
    for turn in range(2):
        proposal = actions.propose_undo(actor=operator, line_id=line.pk, reason="Salah pasang")
        assert refused(lambda each=proposal: actions.confirm(actor=operator, proposal_id=each.pk))  # type: ignore[misc]
        actions.confirm(actor=second, proposal_id=proposal.pk)
        assert balance(region, AccountKind.BANK) == 0
        assert Discrepancy.objects.filter(state="OPEN").count() == 1
        assert actions.match_region(region).matched == 0, "people took it away: no rule gives it back"
        right = (other, money)[turn]
        proposal = actions.propose_match(
            actor=second, line_id=line.pk, leg_kind="CAPTURE", leg_id=right.attempt.pk, reason="Nota bank"
        )
        actions.confirm(actor=operator, proposal_id=proposal.pk)
        assert balance(region, AccountKind.BANK) == 150_000_000
        assert is_reconciled(LegKind.CAPTURE, right.attempt.pk)
    assert Match.objects.count() == 5 and Journal.objects.filter(kind="REVERSAL").count() == 2


def test_an_exception_is_explained_by_two(
    odd: tuple[Money, StatementLine], operator: Actor, second: Actor, case: Case
) -> None:
    _money, line = odd
    proposal = actions.propose_explanation(actor=operator, line_id=line.pk, reason="Jasa giro, surat bank 8")
    actions.confirm(actor=second, proposal_id=proposal.pk)
    closed = Discrepancy.objects.get()
    assert (closed.state, closed.resolution) == ("DECIDED", "Jasa giro, surat bank 8")
    assert actions.match_region(case.purchase.region_id).exceptions == 0
    assert refused(lambda: actions.propose_explanation(actor=operator, line_id=line.pk, reason="lagi")) == (
        "discrepancy.none"
    )


def test_declining_changes_nothing_else(
    odd: tuple[Money, StatementLine], operator: Actor, second: Actor
) -> None:
    money, line = odd
    proposal = actions.propose_match(
        actor=operator, line_id=line.pk, leg_kind="CAPTURE", leg_id=money.attempt.pk, reason="Nota"
    )
    assert (
        refused(lambda: actions.propose_explanation(actor=second, line_id=line.pk, reason="lain"))
        == "proposal.open"
    )
    actions.decline(actor=second, proposal_id=proposal.pk)
    assert not Match.objects.exists() and Discrepancy.objects.get().state == "OPEN"
    with pytest.raises(Proposal.DoesNotExist):
        actions.confirm(actor=second, proposal_id=proposal.pk)


def test_what_may_not_be_proposed(
    case: Case, bank: OwnAccount, treasury: OwnAccount, operator: Actor, odd: tuple[Money, StatementLine]
) -> None:
    money, line = odd
    (direct,) = moved(case, [1_500_000], profile="LS")
    (more,) = moved(case, [1_500_001])
    take(operator, [Move(160_000_000, reference(moved(case, [1_600_000])[0]))], number=2, opening=150_000_000)
    done = StatementLine.objects.latest("pk")

    def propose(
        kind: str, pk: int, on: StatementLine = line, reason: str = "Nota", actor: Actor = operator
    ) -> str:
        return refused(
            lambda: actions.propose_match(actor=actor, line_id=on.pk, leg_kind=kind, leg_id=pk, reason=reason)
        )

    assert propose("CAPTURE", more.attempt.pk) == "leg.amount"
    assert propose("PAYOUT", money.payout.pk) == "leg.amount"
    assert propose("SP2D", direct.sp2d.pk) == "leg.account"
    assert propose("CAPTURE", 10**9) == "leg.unknown"
    assert propose("CAPTURE", money.attempt.pk, done) == "line.matched"
    assert propose("CAPTURE", Match.objects.get().leg_id) == "leg.matched"
    assert propose("CAPTURE", money.attempt.pk, reason=" ") == "proposal.reason"
    assert propose("CAPTURE", money.attempt.pk, actor=case.ppk) == "wrong_role"
    assert (
        refused(lambda: actions.propose_undo(actor=operator, line_id=line.pk, reason="x")) == "line.unmatched"
    )


def test_another_units_treasurer_sees_nothing(case: Case, operator: Actor) -> None:
    unit = case.purchase.organisation
    account(case.purchase.region, unit=unit)
    take(case.treasurer, [Move(5_000, "x")])
    line = StatementLine.objects.get()
    stranger = people.actor(Role.TREASURER, people.organisation(in_region=case.purchase.region))
    with pytest.raises(StatementLine.DoesNotExist):
        actions.propose_explanation(actor=stranger, line_id=line.pk, reason="x")
    proposal = actions.propose_explanation(actor=case.treasurer, line_id=line.pk, reason="Jasa giro")
    with pytest.raises(Proposal.DoesNotExist):
        actions.confirm(actor=stranger, proposal_id=proposal.pk)
    actions.confirm(actor=case.verifier, proposal_id=proposal.pk)
    assert Discrepancy.objects.get().state == "DECIDED"


def test_the_database_wants_two_persons(
    odd: tuple[Money, StatementLine], operator: Actor, second: Actor
) -> None:
    money, line = odd
    for proposer, confirmer in ((operator.user_id, operator.user_id), (operator.user_id, None), (None, None)):
        with pytest.raises(DatabaseError), transaction.atomic():
            Match.objects.create(
                line=line,
                leg_kind="CAPTURE",
                leg_id=money.attempt.pk,
                rule="TWO_PERSONS",
                proposed_by_id=proposer,
                confirmed_by_id=confirmer,
                matched_at=Discrepancy.objects.get().created_at,
            )
