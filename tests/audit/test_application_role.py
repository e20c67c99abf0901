"""Orders to their very end under the application's own database role: it lacks no privilege and needs no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.events import clockwork
from marketplace.events.jobs import run_due
from marketplace.regulation.queries import forget_rules
from procurement.oversight.evidence.exporting import export_pack
from procurement.purchasing import actions as purchasing
from procurement.settlement import actions as settlement
from procurement.settlement.actions.refunding import send_refund
from procurement.settlement.models import Payout, Refund
from procurement.treasury.actions import request_ls
from tests import people
from tests.audit.test_roles import PREFIX, being, made
from tests.fakes.stripe import FakeStripe
from tests.oversight.orders import closed, own_places
from tests.purchasing import factories
from tests.settlement.conftest import stripe
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_payout_batches import SOURCE, rule
from tests.settlement.test_payouts import only, owed, slip
from tests.settlement.test_refunds import hear, late, operator, propose
from tests.treasury.test_requests import Desk

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["made", "stripe"]


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path) -> Iterator[None]:
    for name, value in own_places(tmp_path).items():
        setattr(settings, name, value)
    yield
    forget_rules()


def acts() -> set[str]:
    return set(Entry.objects.values_list("act", flat=True))


def into_the_tree() -> None:
    """What was written is sequenced by the sequencer's role and found whole by the auditor's."""
    with being("sequencer"):
        integrate()
    with being("auditor"):
        report = verify()
        assert not {"tree", "leaf", "mac", "seal", "event"} & {each.code for each in report.findings}
        assert report.size == Entry.objects.count()


def test_an_order_is_amended_signed_billed_paid_taxed_and_closed(made: None) -> None:
    with being("app"):
        amended = factories.story("ORDERED")
        addendum = amended.proposes()
        purchasing.agree_addendum(actor=amended.actor(Role.PPK), addendum_id=addendum.pk)
        story = closed()
        assert story.purchase.state == "CLOSED"
        clockwork.tick()
        run_due()
    assert acts() >= {
        *("addendum.propose", "addendum.agree", "purchase.amend", "purchase.sign_bast", "purchase.accept"),
        *(
            "purchase.invoice",
            "purchase.verify",
            "purchase.approve_payment",
            "evidence.verify",
            "tax.deposit",
        ),
        *("ledger.posted", "purchase.pay", "purchase.close", "paper.issue", "paper.render", "budget.spend"),
    }
    into_the_tree()
    with being("app"):
        region = story.purchase.region
        auditor = people.actor(
            Role.AUDITOR, people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=region)
        )
        assert export_pack(actor=auditor, number=story.purchase.number, purpose="Pemeriksaan berkala")


def test_a_request_to_the_treasury_goes_from_npd_to_sp2d(made: None) -> None:
    with being("app"):
        desk = Desk(people.organisation())
        case = desk.order(mechanism="LS")
        request = request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number])
        request = desk.step(request, "make_spp", "verify", "sign", "record_sp2d", "verify_sp2d")
        run_due()
        assert (request.state, case.fresh().state) == ("SP2D", "PAID")
    assert acts() >= {"payment_request.sign", "payment_request.verify_sp2d", "purchase.pay"}
    into_the_tree()


def test_paid_by_a_provider_money_goes_on_to_the_bank_in_a_batch(made: None, stripe: FakeStripe) -> None:
    with being("app"):
        case = owed(stripe)
        rule(case.purchase.region, "payout.source_account", SOURCE)
        batch = settlement.make_batch(actor=case.treasurer, payout_ids=[only(case).pk]).batch
        settlement.approve_batch(actor=case.verifier, batch_id=batch.pk)
        settlement.download_batch(actor=case.treasurer, batch_id=batch.pk, form="csv")
        settlement.send_batch(actor=case.treasurer, batch_id=batch.pk)
        slip(case, "TRF-1")
        run_due()
        assert Payout.objects.get().state == "SETTLED"
    assert acts() >= {"attempt.capture", "payout_batch.send", "payout.settle"}
    into_the_tree()


def test_money_that_came_too_late_goes_back(made: None, stripe: FakeStripe) -> None:
    with being("app"):
        case = accepted()
        approved(case)
        money = late(case, stripe)
        settlement.take_money(actor=case.treasurer, money_id=money.pk)
        propose(case.treasurer, money)
        settlement.agree_resolution(actor=operator(case), money_id=money.pk)
        send_refund(Refund.objects.get().pk)
        hear(stripe, "refund.created")
        assert Refund.objects.get().state == "DONE"
    assert acts() >= {"money.unmatched", "unmatched.agree", "refund.approve", "refund.finish"}
    into_the_tree()


def test_the_role_may_do_no_more_than_before(made: None) -> None:
    """What it may beyond reading and adding, table by table: nothing of the log, nothing that only grows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'append_only_row'
            WHERE has_table_privilege(%(app)s, c.oid, 'UPDATE')
               OR has_table_privilege(%(app)s, c.oid, 'DELETE')
               OR has_table_privilege(%(app)s, c.oid, 'TRUNCATE')
            """,
            {"app": f"{PREFIX}_app"},
        )
        assert cursor.fetchall() == []
