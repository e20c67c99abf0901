"""A blacklisted vendor gets no new order; what runs goes on to the last rupiah (Perlem LKPP 4/2021)."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.purchasing import actions as purchasing
from procurement.purchasing.models import Purchase
from procurement.settlement import actions as settlement
from tests.fakes.stripe import FakeStripe
from tests.purchasing import factories
from tests.settlement.conftest import SECRET
from tests.settlement.orders import with_account
from tests.settlement.test_whole_order import until
from tests.vendors import stalls
from tests.vendors.test_sanctions import imposed
from vendors.models import Vendor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_running_order_of_a_blacklisted_vendor_goes_on_and_a_new_one_is_refused():
    told = factories.story("ORDERED")
    imposed(stalls.operation(Role.OPERATOR), told.purchase.vendor, "collusion")
    assert Vendor.objects.get(pk=told.purchase.vendor_id).state == "SUSPENDED"

    for name in ("ship", "receive", "inspect", "sign_bast", "accept"):
        told.take(name)
    assert told.fresh().state == "ACCEPTED"

    buyer = told.office.actor(Role.PP)
    listing = told.purchase.lines.get().listing
    factories.fill_basket(buyer, [(listing, 5)])
    before = Purchase.objects.count()
    with pytest.raises(Refused) as refusal:
        purchasing.submit_basket(
            actor=buyer,
            package_id=told.office.package.pk,
            budget_line_id=told.office.line.pk,
            destinations=[factories.delivery()],
            no_negotiation_reason=factories.REASON,
        )
    assert refusal.value.code == "vendor_not_verified"
    assert Purchase.objects.count() == before


def test_its_invoice_is_paid(settings: Any, live_server: Any):
    told = factories.story("SHIPPED")
    order, office = told.purchase, told.office
    with_account(order)
    imposed(stalls.operation(Role.OPERATOR), order.vendor, "collusion")
    for name in ("receive", "inspect", "sign_bast", "accept"):
        told.take(name)

    settlement.issue_invoice(actor=told.vendor, purchase_id=order.pk)
    settlement.verify_invoice(actor=office.actor(Role.PPK_SKPD), purchase_id=order.pk)
    settlement.approve_payment(actor=office.actor(Role.PA), purchase_id=order.pk)
    with FakeStripe(secret_keys=["sk_test_uji"]) as stripe:
        settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "sk_test_uji", stripe.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        stripe.add_webhook(f"{live_server.url}/webhook/stripe/", SECRET)
        settlement.start_payment(actor=office.actor(Role.TREASURER), purchase_id=order.pk)
        until(told.fresh(), "PAID")
        stripe.sender.drain()
    assert Vendor.objects.get(pk=order.vendor_id).state == "SUSPENDED"


@pytest.mark.parametrize(("state", "move"), [("AWAITING_PPK", "approve"), ("AWAITING_VENDOR", "confirm")])
def test_an_order_that_binds_nobody_yet_is_not_entered_into(state, move):
    told = factories.story(state)
    imposed(stalls.operation(Role.OPERATOR), told.purchase.vendor, "collusion")

    with pytest.raises(Refused) as refusal:
        told.take(move)
    assert refusal.value.code == "vendor_not_verified"
    assert told.fresh().state == state


@pytest.mark.parametrize("state", ["SHIPPED", "DELIVERED", "INSPECTED"])
def test_from_wherever_it_stands(state):
    told = factories.story(state)
    imposed(stalls.operation(Role.OPERATOR), told.purchase.vendor, "collusion")

    for name in factories.PATHS["ACCEPTED"][len(factories.PATHS[state]) :]:
        told.take(name)
    assert told.fresh().state == "ACCEPTED"
