"""Query budgets of the list and of one order, keyset pages, filters, and what a page must not show."""

from __future__ import annotations

import pytest

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from procurement.purchasing.queries import purchase_page
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import path, session

pytestmark = pytest.mark.django_db


def test_the_list_is_flat_in_the_number_of_orders(assert_max_queries, assert_flat_in_rows):
    unit = factories.office()
    first = factories.story(at=unit)
    client = session(first, Role.PPK)

    def more():
        for _each in range(4):
            factories.story("ORDERED", at=unit, wanted=[(factories.paper(), 5)])

    assert_flat_in_rows(lambda: client.get("/pesanan/"), more)
    with assert_max_queries(6):
        assert client.get("/pesanan/").status_code == 200


@pytest.mark.parametrize(("role", "most"), [(Role.PPK, 20), (Role.VENDOR, 17), (Role.TREASURER, 17)])
def test_the_page_of_an_order_of_ten_lines_costs_few_queries(role, most, assert_max_queries):
    shop = factories.shop()
    wanted = [(factories.paper(shop, title=f"Barang contoh nomor {n}"), 2) for n in range(10)]
    story = factories.story("ACCEPTED", wanted=wanted)
    client = session(story, role)
    client.get(path(story))
    with assert_max_queries(most):
        response = client.get(path(story))
    text = response.content.decode()
    assert response.status_code == 200
    assert story.purchase.sp_number in text
    assert story.purchase.bast_number in text
    assert ("Tersedia" in text) == (role != Role.VENDOR)  # the buyer's money is not the vendor's business


def test_pages_follow_each_other_without_loss():
    unit, listing = factories.office(), factories.paper()
    made = [factories.story(at=unit, wanted=[(listing, 1)]).purchase.pk for _each in range(7)]
    buyer = unit.actor(Role.PP)

    first = purchase_page(buyer, size=3)
    second = purchase_page(buyer, size=3, before=first.older)
    third = purchase_page(buyer, size=3, before=second.older)

    shown = [purchase.pk for page in (first, second, third) for purchase in page.rows]
    assert shown == made[::-1]
    assert (first.newer, third.older) == (None, None)
    back = purchase_page(buyer, size=3, after=third.newer)
    assert [purchase.pk for purchase in back.rows] == shown[3:6]
    front = purchase_page(buyer, size=3, after=back.newer)
    assert ([purchase.pk for purchase in front.rows], front.newer) == (shown[:3], None)


def test_filters_and_strange_input():
    unit = factories.office()
    waiting = factories.story(at=unit).purchase.number
    ordered = factories.story("ORDERED", at=unit).purchase.number
    client = people.signed_in(unit.officers[Role.PP])

    def numbers(query: str) -> list[str]:
        return [purchase.number for purchase, *_ in client.get(f"/pesanan/?{query}").context["rows"]]

    assert numbers("status=ORDERED") == [ordered]
    assert numbers("status=ORDERED&status=AWAITING_PPK") == [ordered, waiting]
    assert numbers(f"q={waiting}") == [waiting]
    assert numbers("q=tidak+ada+yang+begini") == []
    assert numbers("status=%27%3B--&sebelum=abc") == [ordered, waiting]
    assert numbers("q=%00&sesudah=99999999999999999999") == [ordered, waiting]


def test_who_sees_which_orders():
    story = factories.story("ORDERED")
    number, region = story.purchase.number, story.purchase.region

    def sees(role: Role, at: Organisation | None = None) -> bool:
        client = people.signed_in(people.appointment(role, at))
        listed = number in client.get("/pesanan/").content.decode()
        assert (client.get(path(story)).status_code == 200) == listed
        return listed

    far = people.region("D997", "Provinsi Jauh")
    own = story.purchase.organisation
    assert sees(Role.TREASURER, own)
    assert not sees(Role.TREASURER)
    assert not sees(Role.VENDOR)
    assert sees(Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=region))
    assert not sees(Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=far))
    assert sees(Role.OPERATOR, people.organisation("OPERATOR", in_region=region))
    assert not sees(Role.OPERATOR, people.organisation("OPERATOR", in_region=far))
    curator = people.signed_in(people.appointment(Role.CURATOR))
    assert curator.get("/pesanan/").status_code == 403
