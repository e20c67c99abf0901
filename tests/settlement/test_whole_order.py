"""One order by the actions people use, its payment driven by the durable jobs and by webhooks over HTTP."""

from __future__ import annotations

import time
from typing import Any

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.events.jobs import run_due
from marketplace.events.models import Job
from procurement.planning.models import BudgetLine
from procurement.purchasing.actions import close
from procurement.purchasing.models import Purchase
from procurement.settlement import actions
from procurement.settlement.ledger.reports import disagreements, held, trial_balance
from procurement.settlement.models import AccountKind, Evidence, Journal, PaymentObligation, TaxLine
from tests.fakes.stripe import FakeStripe
from tests.purchasing import factories
from tests.settlement.conftest import SECRET
from tests.settlement.orders import SCAN, to_the_bank, with_account

pytestmark = pytest.mark.django_db(transaction=True)


def until(purchase: Purchase, state: str) -> None:
    """Run due jobs until the webhook has arrived and did its work."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        run_due()
        purchase.refresh_from_db()
        if purchase.state == state:
            return
        time.sleep(0.05)
    waiting = list(Job.objects.filter(done_at=None).values("kind", "last_error", "attempts"))
    pytest.fail(f"{purchase.state}, not {state}; waiting: {waiting}")


def test_from_basket_to_closed(settings: Any, live_server: Any) -> None:
    told = factories.story("ACCEPTED")
    order = Purchase.objects.get(pk=told.purchase.pk)
    with_account(order)
    office = told.office
    treasurer, verifier = office.actor(Role.TREASURER), office.actor(Role.PPK_SKPD)
    actions.issue_invoice(actor=told.vendor, purchase_id=order.pk)
    actions.verify_invoice(actor=verifier, purchase_id=order.pk)
    obligation = actions.approve_payment(actor=office.actor(Role.PA), purchase_id=order.pk)
    assert obligation.profile == PaymentObligation.Profile.GATEWAY
    assert obligation.gross == order.accepted_total == order.total

    with FakeStripe(secret_keys=["sk_test_uji"]) as stripe:
        settings.STRIPE_API_KEY = "sk_test_uji"
        settings.STRIPE_API_BASE = stripe.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        stripe.add_webhook(f"{live_server.url}/webhook/stripe/", SECRET)
        stripe.sender.copies = 3
        actions.start_payment(actor=treasurer, purchase_id=order.pk)
        until(order, "PAID")
        stripe.sender.drain()
        run_due()
    assert sorted(Journal.objects.values_list("kind", flat=True)) == ["CAPTURE", "FEE", "RELEASE"]

    for number, tax in enumerate(TaxLine.objects.all()):
        actions.record_deposit(
            actor=treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=f"AAAA00001111222{number}",
            deposited_on=clock.today(),
        )
    to_the_bank(treasurer, verifier, order.pk)
    proof = actions.Proof("TRF-1", clock.today(), obligation.net, SCAN)
    kind = Evidence.Kind.BANK_TRANSFER
    kept = actions.record_evidence(actor=treasurer, purchase_id=order.pk, kind=kind, proof=proof)
    actions.verify_evidence(actor=verifier, evidence_id=kept.pk)
    close(actor=office.actor(Role.PPK), purchase_id=order.pk, rating=5)

    order.refresh_from_db()
    line = BudgetLine.objects.get(pk=order.budget_line_id)
    assert order.state == "CLOSED"
    assert (line.reserved, line.committed, line.payable, line.spent) == (0, 0, 0, order.total)
    assert held(AccountKind.VENDOR_PAYABLE, order.number) == held(AccountKind.ESCROW, order.number) == 0
    assert disagreements() == [] and sum(row.debit - row.credit for row in trial_balance()) == 0
    assert not Job.objects.filter(failed_at__isnull=False).exists()
