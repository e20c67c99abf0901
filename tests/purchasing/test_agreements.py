"""What was agreed: written version by version, and changed by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from marketplace.accounts.roles import Role
from marketplace.workflow.door import doing
from procurement.fulfilment.actions import Count
from procurement.purchasing.actions import LineTerms, Terms, agree_anew, submit_basket, terms_of
from procurement.purchasing.models import Agreement, Delivery, Purchase, PurchaseLine
from tests.purchasing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> factories.Story:
    return factories.story()


def cheaper(terms: Terms, by: int) -> Terms:
    lines = {pk: LineTerms(each.price - by, each.quantities) for pk, each in terms.lines.items()}
    return replace(terms, lines=lines)


def agree(story: factories.Story, terms: Terms) -> Purchase:
    with doing(actor=story.actor(Role.PPK)) as deed:
        purchase = Purchase.objects.select_for_update().get(pk=story.purchase.pk)
        agree_anew(deed, purchase, terms, cause=Agreement.Cause.NEGOTIATION)
        purchase.save()
    return story.fresh()


def test_the_first_version_says_what_was_submitted(story):
    agreement = story.purchase.agreements.get()
    assert (agreement.version, agreement.cause) == (1, "SUBMISSION")
    assert (agreement.total, agreement.goods_total) == (story.purchase.total, 1_040_000)
    (line,) = agreement.terms["lines"]
    assert (line["price_rupiah"], line["quantity"]) == (52_000, 20)
    assert "Merdeka" not in str(agreement.terms)  # an address stands there by its hash alone


def test_a_further_version_changes_amounts_lines_and_taxes_together(story):
    purchase = agree(story, cheaper(terms_of(story.purchase), 2_000))
    assert (purchase.version, purchase.goods_total, purchase.ppn, purchase.total) == (
        2,
        1_000_000,
        110_000,
        1_110_000,
    )
    assert purchase.pdn_value == 1_000_000
    line = purchase.lines.get()
    assert (line.version, line.agreed_price, line.list_price, line.total) == (2, 50_000, 52_000, 1_000_000)
    first, second = purchase.agreements.order_by("version")
    assert first.total == 1_154_400
    assert first.sha256 != second.sha256


def test_a_price_above_the_listed_one_cannot_be_agreed(story):
    with pytest.raises(IntegrityError, match="purchase_line_price_at_most_listed"):
        agree(story, cheaper(terms_of(story.purchase), -1))
    assert story.fresh().version == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda pk: Purchase.objects.filter(pk=pk).update(total=F("total") - 1, ppn=F("ppn") - 1),
        lambda pk: Purchase.objects.filter(pk=pk).update(version=2),
        lambda pk: Purchase.objects.filter(pk=pk).update(needed_by=F("needed_by") + timedelta(days=9)),
        lambda pk: Purchase.objects.filter(pk=pk).update(mechanism="LS"),
        lambda pk: PurchaseLine.objects.filter(purchase=pk).update(quantity=F("quantity") + 1),
        lambda pk: PurchaseLine.objects.filter(purchase=pk).update(version=2, agreed_price=1, total=20),
        lambda pk: PurchaseLine.objects.filter(purchase=pk).update(title="barang lain"),
        lambda pk: PurchaseLine.objects.filter(purchase=pk).delete(),
        lambda pk: Delivery.objects.filter(purchase=pk).update(needed_by=F("needed_by") + timedelta(days=9)),
        lambda pk: Delivery.objects.filter(purchase=pk).update(shipping=5_000),
        lambda pk: Delivery.objects.filter(purchase=pk).update(place_name="di tempat lain", version=2),
        lambda pk: Agreement.objects.filter(purchase=pk).update(total=F("total") - 1, ppn=F("ppn") - 1),
        lambda pk: Agreement.objects.filter(purchase=pk).delete(),
    ],
)
def test_nothing_agreed_changes_past_an_agreement(story, change):
    before = Purchase.objects.values().get(pk=story.purchase.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(story.purchase.pk)
    assert Purchase.objects.values().get(pk=story.purchase.pk) == before


def test_several_addresses_are_one_order_with_a_delivery_each():
    unit, paper = factories.office(), factories.paper()
    buyer = unit.actor(Role.PP)
    factories.fill_basket(buyer, [(paper, 20)])
    first = factories.delivery(quantities={paper.pk: 5})
    second = factories.delivery(
        quantities={paper.pk: 15}, place_code="31.71.02", needed_by=first.needed_by + timedelta(days=3)
    )
    (purchase,) = submit_basket(
        actor=buyer, package_id=unit.package.pk, budget_line_id=unit.line.pk, destinations=[first, second]
    )
    assert purchase.needed_by == second.needed_by
    assert list(purchase.deliveries.values_list("position", "place_code", "lines__quantity")) == [
        (1, "31.71.01", 5),
        (2, "31.71.02", 15),
    ]
    assert purchase.lines.get().quantity == 20


def test_what_several_basts_make_owed_is_exactly_what_was_ordered():
    """Three odd parts; taxes are rounded once for the whole order, not three times."""
    unit, paper = factories.office(), factories.paper(price=33_333)
    buyer = unit.actor(Role.PP)
    factories.fill_basket(buyer, [(paper, 19)])
    places = ("31.71.01", "31.71.02", "31.71.03")
    parts = [
        factories.delivery(place_code=place, quantities={paper.pk: units})
        for place, units in zip(places, (3, 7, 9), strict=True)
    ]
    (purchase,) = submit_basket(
        actor=buyer, package_id=unit.package.pk, budget_line_id=unit.line.pk, destinations=parts
    )
    told = factories.Story(purchase, unit)
    told.take("approve")
    told.take("confirm")
    for delivery in purchase.deliveries.all():
        assert told.purchase.state == "ORDERED"
        for name in ("ship", "receive", "inspect", "sign_bast", "accept"):
            counts = {each.line_id: Count(each.quantity) for each in delivery.lines.all()}
            more = {"counts": counts} if name == "receive" else {}
            told.take(name, delivery_id=delivery.pk, **more)
        unit.line.refresh_from_db()
        assert unit.line.payable == told.purchase.accepted_total
        assert unit.line.committed == purchase.total - unit.line.payable
    assert told.purchase.state == "ACCEPTED"
    assert told.purchase.accepted_total == purchase.total
    assert (unit.line.payable, unit.line.committed) == (purchase.total, 0)
    assert told.purchase.deliveries.values("bast_number").distinct().count() == 3


def test_basts_signed_by_the_ppk_before_the_vendor_signs_any_are_exact_too():
    """Each adds to what the others have fixed: a rupiah lost in rounding would stop the bill."""
    unit, paper = factories.office(), factories.paper(price=33_333)
    buyer = unit.actor(Role.PP)
    factories.fill_basket(buyer, [(paper, 19)])
    places = ("31.71.01", "31.71.02", "31.71.03")
    parts = [
        factories.delivery(place_code=place, quantities={paper.pk: units})
        for place, units in zip(places, (3, 7, 9), strict=True)
    ]
    (purchase,) = submit_basket(
        actor=buyer, package_id=unit.package.pk, budget_line_id=unit.line.pk, destinations=parts
    )
    told = factories.Story(purchase, unit)
    told.take("approve")
    told.take("confirm")
    deliveries = list(purchase.deliveries.all())
    for delivery in deliveries:
        for name in ("ship", "receive", "inspect", "sign_bast"):
            counts = {each.line_id: Count(each.quantity) for each in delivery.lines.all()}
            told.take(name, delivery_id=delivery.pk, **({"counts": counts} if name == "receive" else {}))
    for delivery in reversed(deliveries):
        told.take("accept", delivery_id=delivery.pk)
    unit.line.refresh_from_db()
    assert (told.purchase.state, told.purchase.accepted_total) == ("ACCEPTED", purchase.total)
    assert (unit.line.payable, unit.line.committed) == (purchase.total, 0)
