"""Several small orders in one press: each by itself, none beyond the limit, nothing half done, nothing twice."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.purchasing.models import Purchase
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import snapshot

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/pesanan/setujui/"


def ticked(*stories):
    return [f"{each.fresh().number}:{each.purchase.revision}" for each in stories]


def test_small_orders_are_approved_in_one_press_each_as_its_own_deed():
    unit, listing = factories.office(), factories.paper()
    first, second, third = (factories.story(at=unit, wanted=[(listing, 2)]) for _each in range(3))
    client = people.signed_in(unit.officers[Role.PPK])

    page = client.get(ADDRESS, {"pesanan": [first.purchase.number, second.purchase.number]})
    assert [each.number for each in page.context["found"]] == [
        first.purchase.number,
        second.purchase.number,
    ]
    assert "Rp104.000" in page.content.decode()

    answer = client.post(ADDRESS, {"pesanan": ticked(first, second)})

    assert answer.status_code == 200
    assert (answer.context["succeeded"], answer.context["refused"]) == (2, 0)
    assert [each.fresh().state for each in (first, second, third)] == [
        "AWAITING_VENDOR",
        "AWAITING_VENDOR",
        "AWAITING_PPK",
    ]
    told = list(Entry.objects.filter(act="purchase.approve").order_by("pk"))
    assert len({entry.deed for entry in told}) == 2
    assert {entry.facts["via"] for entry in told} == {"bersama"}


def test_sending_twice_changes_nothing_the_second_time():
    story = factories.story()
    client = people.signed_in(story.appointment(Role.PPK))
    sent = {"pesanan": ticked(story)}
    assert client.post(ADDRESS, sent).status_code == 200
    before = snapshot(story)
    again = client.post(ADDRESS, sent)
    assert again.status_code == 409
    assert [each.refused.code for each in again.context["outcomes"]] == ["stale"]
    assert snapshot(story) == before


def test_one_refusal_stops_no_other_and_leaves_no_trace():
    unit, listing = factories.office(), factories.paper()
    good, changed = (factories.story(at=unit, wanted=[(listing, 2)]) for _each in range(2))
    sent = ticked(changed, good)
    changed.take("cancel")
    before = snapshot(changed)[0]
    answer = people.signed_in(unit.officers[Role.PPK]).post(ADDRESS, {"pesanan": sent})
    assert [each.refused and each.refused.code for each in answer.context["outcomes"]] == ["stale", None]
    assert snapshot(changed)[0] == before
    assert good.fresh().state == "AWAITING_VENDOR"


def test_what_is_above_the_limit_is_refused_even_when_posted_by_hand():
    unit = factories.office(pagu=100_000_000)
    large = factories.story(at=unit, wanted=[(factories.paper(), 200)])
    assert large.purchase.total > 10_000_000
    client = people.signed_in(unit.officers[Role.PPK])
    before = snapshot(large)

    assert client.get(ADDRESS).context["found"] == []
    named = client.get(ADDRESS, {"pesanan": large.purchase.number})
    assert named.context["left_out"] == [large.purchase.number]
    answer = client.post(ADDRESS, {"pesanan": ticked(large)})

    assert [each.refused.code for each in answer.context["outcomes"]] == ["too_large_together"]
    assert "Rp10.000.000" in answer.content.decode()
    assert snapshot(large) == before


@pytest.mark.parametrize("column", ["endorsement_needed", "on_hold"])
def test_an_order_with_a_warning_is_looked_at_by_itself(column):
    story = factories.story()
    Purchase.objects.filter(pk=story.purchase.pk).update(**{column: True})
    before = snapshot(story)
    client = people.signed_in(story.appointment(Role.PPK))
    assert client.get(ADDRESS).context["found"] == []
    answer = client.post(ADDRESS, {"pesanan": ticked(story)})
    assert [each.refused.code for each in answer.context["outcomes"]] == ["has_warning"]
    assert snapshot(story) == before


def test_another_units_order_and_another_ppks_are_out_of_reach():
    own, foreign = factories.story(), factories.story()
    client = people.signed_in(own.appointment(Role.PPK))
    before = snapshot(foreign)
    answer = client.post(ADDRESS, {"pesanan": [*ticked(foreign), "tidak:1", ":", "x" * 80]})
    assert answer.status_code == 409
    assert {each.refused.code for each in answer.context["outcomes"]} == {"not_found"}
    assert snapshot(foreign) == before
    colleague = people.signed_in(people.appointment(Role.PPK, own.purchase.organisation))
    answer = colleague.post(ADDRESS, {"pesanan": ticked(own)})
    assert [each.refused.code for each in answer.context["outcomes"]] == ["not_yours"]


def test_nothing_ticked_changes_nothing():
    story = factories.story()
    before = snapshot(story)
    answer = people.signed_in(story.appointment(Role.PPK)).post(ADDRESS, {})
    assert answer.status_code == 422
    assert "Tidak ada yang dicentang" in answer.content.decode()
    assert snapshot(story) == before
