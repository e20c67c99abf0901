"""A delivery may be sent in parts: what was not sent stays awaited, what failed waits for the PPK."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.fulfilment.actions import Count
from procurement.fulfilment.models import ReceiptLine, Shipment
from tests.fulfilment.parts import on, part
from tests.purchasing import factories
from tests.purchasing.http import path, send, session, snapshot

pytestmark = pytest.mark.django_db


def line_of(story: factories.Story) -> int:
    return story.purchase.lines.get().pk


def test_two_shipments_bring_one_delivery():
    story = factories.story("ORDERED")
    line = line_of(story)
    on(story, 1, "ship", quantities={line: 12})
    assert on(story, 1, "receive").stage == "AWAITED"
    assert story.purchase.state == "ORDERED"
    assert part(story, 1).arrived_whole is False
    on(story, 1, "ship")
    assert Shipment.objects.get(position=2).lines.get().quantity == 8
    assert on(story, 1, "receive").stage == "ARRIVED"
    assert part(story, 1).arrived_whole is True
    on(story, 1, "inspect", "sign_bast", "accept")
    assert story.purchase.accepted_total == story.purchase.total


def test_what_failed_in_the_first_shipment_waits_until_all_was_sent():
    story = factories.story("ORDERED")
    line = line_of(story)
    on(story, 1, "ship", quantities={line: 12})
    assert on(story, 1, "receive", counts={line: Count(10, 2)}).stage == "AWAITED"
    on(story, 1, "ship", quantities={line: 8})
    delivery = on(story, 1, "receive", counts={line: Count(8)})
    assert (delivery.stage, delivery.arrived_whole) == ("ARRIVED", False)
    on(story, 1, "report_discrepancy", "replace")
    on(story, 1, "ship", quantities={line: 1})
    assert on(story, 1, "receive").stage == "AWAITED"
    on(story, 1, "ship")
    assert on(story, 1, "receive").arrived_whole is True


@pytest.mark.parametrize(("units", "code"), [(21, "more_than_outstanding"), (-1, "more_than_outstanding")])
def test_never_more_than_is_outstanding_is_sent(units, code):
    story = factories.story("ORDERED")
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        on(story, 1, "ship", quantities={line_of(story): units})
    assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        on(story, 1, "ship", quantities={line_of(story): 0})
    assert refused.value.code == "nothing_to_send"
    with pytest.raises(Refused) as refused:
        on(story, 1, "ship", quantities={0: 1})
    assert refused.value.code == "more_than_outstanding"
    assert snapshot(story) == before
    assert not Shipment.objects.exists()


def test_the_rest_that_never_comes_does_not_hold_up_the_pay():
    story = factories.story("ORDERED")
    on(story, 1, "ship", quantities={line_of(story): 15})
    on(story, 1, "receive", "accept_short", "sign_bast", "accept")
    assert story.purchase.accepted_total == 865_800  # 15 × 52.000 and 11 % of it
    stock = story.purchase.lines.get().stockrecord
    assert stock.num_in_stock == 500 - 15  # five reams never left


def test_the_form_offers_what_is_outstanding_and_takes_a_part():
    story = factories.story("ORDERED")
    line = line_of(story)
    assert (
        f'name="send_{line}" value="20"'
        in session(story, Role.VENDOR).get(path(story, "ship")).content.decode()
    )
    assert send(story, Role.VENDOR, "ship", **{f"send_{line}": 7}).status_code == 302
    assert Shipment.objects.get().lines.get().quantity == 7
    assert send(story, Role.VENDOR, "ship", **{f"send_{line}": 1}).status_code == 409  # it is on its way


def test_what_is_not_as_ordered_is_said_per_item():
    story = factories.story("SHIPPED")
    line = line_of(story)
    on(story, 1, "receive", counts={line: Count(20, 0, "Merek lain dari Surat Pesanan")})
    assert ReceiptLine.objects.get().wrong == "Merek lain dari Surat Pesanan"
    assert "Merek lain" in session(story, Role.PPK).get(path(story)).content.decode()
