"""What desks and lists may cost, and that more orders cost no more queries."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from procurement.purchasing.queries import order_list, state_counts
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "most"), [(Role.PA, 12), (Role.PPK, 11), (Role.PP, 10), (Role.RECEIVER, 7)])
def test_an_officers_desk_costs_few_queries_whatever_waits(
    role, most, assert_max_queries, assert_flat_in_rows
):
    unit, listing = factories.office(), factories.paper()
    client = people.signed_in(unit.officers[role])

    def fill():
        for state in ("AWAITING_PPK", "AWAITING_PPK", "SHIPPED", "DELIVERED"):
            factories.story(state, at=unit, wanted=[(listing, 1)])

    fill()
    assert_flat_in_rows(lambda: client.get("/meja/"), fill)
    with assert_max_queries(most):
        assert client.get("/meja/").status_code == 200


@pytest.mark.parametrize("query", ["", "?urut=nilai", "?urut=tenggat", "?status=ORDERED", "?q=kertas"])
def test_the_list_costs_at_most_eight_queries_however_it_is_asked(
    query, assert_max_queries, assert_flat_in_rows
):
    unit, listing = factories.office(name="Belanja kertas"), factories.paper()
    client = people.signed_in(unit.officers[Role.PP])

    def fill():
        for state in ("AWAITING_PPK", "ORDERED"):
            factories.story(state, at=unit, wanted=[(listing, 1)])

    fill()
    assert_flat_in_rows(lambda: client.get(f"/pesanan/{query}"), fill)
    with assert_max_queries(8):
        assert client.get(f"/pesanan/{query}").status_code == 200


def test_the_check_of_several_orders_is_flat(assert_flat_in_rows):
    unit, listing = factories.office(), factories.paper()
    client = people.signed_in(unit.officers[Role.PPK])
    factories.story(at=unit, wanted=[(listing, 1)])
    assert_flat_in_rows(
        lambda: client.get("/pesanan/setujui/"), lambda: factories.story(at=unit, wanted=[(listing, 1)])
    )


def test_counts_of_states_stop_at_their_ceiling(monkeypatch):
    monkeypatch.setattr(order_list, "COUNTED", 2)
    unit, listing = factories.office(), factories.paper()
    for _each in range(3):
        factories.story(at=unit, wanted=[(listing, 1)])
    factories.story("ORDERED", at=unit, wanted=[(listing, 1)])
    assert state_counts(unit.actor(Role.PP)) == {"AWAITING_PPK": 2, "ORDERED": 1}
