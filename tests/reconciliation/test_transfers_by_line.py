"""A transfer arrives by the bank's own line: nobody types a slip, and nothing is booked twice."""

from __future__ import annotations

import pytest

from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from marketplace.events.models import Job
from marketplace.events.runner import drain
from procurement.reconciliation import actions
from procurement.reconciliation.actions.matching import settle_payouts
from procurement.reconciliation.models import OwnAccount, Proposal, StatementLine
from procurement.reconciliation.report import report
from procurement.settlement.actions import record_evidence, verify_evidence
from procurement.settlement.actions.treasury import Proof
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Evidence, Journal, Payout
from tests.fakes.stripe import FakeStripe
from tests.reconciliation.banks import Move, mt940
from tests.reconciliation.conftest import operator_of
from tests.settlement.orders import DEPOSITED, SCAN, Case, to_the_bank
from tests.settlement.test_gateway import NET
from tests.settlement.test_payouts import in_books, owed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    """An order whose money was paid in; its vendor is owed."""
    return owed(stripe)


def told_by_the_bank(case: Case, payout: Payout, *, sen: int = -NET * 100) -> StatementLine:
    """A statement with one line that names the transfer."""
    line = Move(sen, f"TRF {payout.reference}")
    actions.import_statement(actor=operator_of(case), content=mt940([line], opening=NET * 100 + 5_000))
    return StatementLine.objects.get()


def test_the_banks_line_settles_and_nobody_types_a_slip(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    line = told_by_the_bank(case, payout)
    assert in_books(case) == (0, NET * 100), "the match alone books nothing: its job does"
    drain()
    payout.refresh_from_db()
    assert (payout.state, payout.proof, payout.evidence_id) == ("SETTLED", f"statement_line:{line.pk}", None)
    journal = Journal.objects.get(kind="PAYOUT")
    assert (journal.statement_line, journal.evidence_id) == (line.pk, None)
    assert in_books(case) == (0, 0) and held(AccountKind.BANK, "") == -NET * 100
    assert reckon().sound and disagreements() == []
    entry = LogEntry.objects.get(act="payout.settle")
    assert entry.facts["proof"] == payout.proof and entry.actor_role == "SYSTEM"
    entries = LogEntry.objects.count()
    assert settle_payouts(case.purchase.region_id) == 0 and LogEntry.objects.count() == entries


def test_the_day_is_explained_before_and_after(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    told_by_the_bank(case, payout)
    region, day = case.purchase.region, StatementLine.objects.get().booked_on
    before = report(region, day)
    assert (before.unexplained, before.on_its_way) == (0, -NET * 100)
    drain()
    after = report(region, day)
    assert (after.unexplained, after.on_its_way) == (0, 0)
    assert (after.ledger, after.statements) == (-NET * 100, -NET * 100)


def test_a_slip_that_waits_goes_first(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    slip = record_evidence(
        actor=case.treasurer,
        purchase_id=case.purchase.pk,
        kind=Evidence.Kind.BANK_TRANSFER,
        proof=Proof("TRF-1", DEPOSITED, NET, SCAN),
    )
    told_by_the_bank(case, payout)
    drain()
    payout.refresh_from_db()
    assert payout.state == "SENT" and not Job.objects.filter(done_at=None, failed_at__isnull=False).exists()
    verify_evidence(actor=case.verifier, evidence_id=slip.pk)
    assert settle_payouts(case.purchase.region_id) == 0
    payout.refresh_from_db()
    assert payout.proof == f"evidence:{slip.pk}" and in_books(case) == (0, 0) and reckon().sound


def test_no_slip_is_taken_for_what_the_bank_has_shown(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    told_by_the_bank(case, payout)
    drain()
    entries = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        record_evidence(
            actor=case.treasurer,
            purchase_id=case.purchase.pk,
            kind=Evidence.Kind.BANK_TRANSFER,
            proof=Proof("TRF-2", DEPOSITED, NET, SCAN),
        )
    assert refusal.value.code == "evidence.not_due"
    assert (LogEntry.objects.count(), Evidence.objects.count()) == (entries, 0)


def test_a_match_that_proved_an_arrival_is_not_undone(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    line = told_by_the_bank(case, payout)
    asked = actions.propose_undo(actor=operator_of(case), line_id=line.pk, reason="Salah pasang")
    drain()
    entries = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        actions.confirm(actor=operator_of(case), proposal_id=asked.pk)
    assert refusal.value.code == "line.proves"
    asked.refresh_from_db()
    assert (asked.state, LogEntry.objects.count()) == ("PROPOSED", entries)
    assert Journal.objects.filter(kind="REVERSAL").count() == 0


def test_what_was_undone_before_its_job_ran_settles_nothing(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    line = told_by_the_bank(case, payout)
    asked = actions.propose_undo(actor=operator_of(case), line_id=line.pk, reason="Salah pasang")
    actions.confirm(actor=operator_of(case), proposal_id=asked.pk)
    assert Proposal.objects.get().state == "CONFIRMED"
    drain()
    payout.refresh_from_db()
    assert payout.state == "SENT" and in_books(case) == (0, NET * 100)


def test_a_line_of_another_sum_settles_nothing(case: Case, bank: OwnAccount) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    told_by_the_bank(case, payout, sen=-NET * 100 - 100)
    drain()
    payout.refresh_from_db()
    assert payout.state == "SENT" and in_books(case) == (0, NET * 100)
