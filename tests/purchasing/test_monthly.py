"""The monthly report agrees with the orders it tells of, whoever reads it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.monthly import month_of
from procurement.purchasing.workflow import DROPPED
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db


def test_the_figures_are_those_of_the_orders(django_assert_max_num_queries):
    unit = factories.office()
    for state in ("AWAITING_PPK", "ORDERED", "ACCEPTED", "CANCELLED"):
        factories.story(state, at=unit)
    factories.story("ACCEPTED")  # another unit's
    with django_assert_max_num_queries(6):
        found = month_of(unit.actor(Role.PA), clock.today().replace(day=1))
    mine = Purchase.objects.filter(organisation=unit.package.organisation)
    living = [each for each in mine if each.state not in DROPPED]
    assert (found.orders, found.total) == (3, sum(each.total for each in living))
    assert found.umk_share == 10_000
    assert sum(count for _name, count, _amount in found.by_state) == 4
    assert (found.deliveries, found.late) == (1, 0)
    assert [count for _name, count, _hours in found.lead_times] == [2, 2, 1, 1]
    assert sum(amount for _name, _count, amount in found.vendors) == found.total


def test_officers_read_their_unit_and_may_take_it_along():
    unit = factories.office()
    told = factories.story("ORDERED", at=unit)
    client = people.signed_in(unit.officers[Role.PA])
    page = client.get(reverse("monthly-report"))
    assert told.purchase.vendor.name in page.text
    rows = client.get(reverse("monthly-report"), {"berkas": "csv"}).content.decode()
    assert str(told.purchase.total) in rows
    stranger = people.signed_in(factories.office().officers[Role.PA])
    assert told.purchase.vendor.name not in stranger.get(reverse("monthly-report")).text
    assert client.get(reverse("monthly-report"), {"bulan": "kapan saja"}).status_code == 200
    assert people.signed_in(told.appointment(Role.VENDOR)).get(reverse("monthly-report")).status_code == 403
