"""A running order changes only by what one side proposes and the other agrees to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.documents.queries import current_papers_of
from procurement.purchasing import actions
from procurement.purchasing.actions import Change, Place
from procurement.purchasing.models import Addendum, Agreement
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import path, session, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return factories.story("ORDERED")


def agreed_by(story: factories.Story, addendum: Addendum, role: Role = Role.PPK) -> None:
    actions.agree_addendum(actor=story.actor(role), addendum_id=addendum.pk)


def units(story: factories.Story, quantity: int) -> Change:
    return Change(quantities={(story.purchase.lines.get().pk, story.purchase.deliveries.get().pk): quantity})


def refused(story: factories.Story, act: object) -> Refused:
    before = (*snapshot(story), Addendum.objects.count(), Agreement.objects.count(), Paper.objects.count())
    with pytest.raises(Refused) as refusal:
        act()  # type: ignore[operator]
    after = (*snapshot(story), Addendum.objects.count(), Agreement.objects.count(), Paper.objects.count())
    assert after == before
    return refusal.value


def test_a_later_day_is_proposed_by_the_vendor_and_agreed_by_the_ppk(story):
    before = story.purchase.needed_by
    addendum = story.proposes()
    assert story.fresh().needed_by == before  # nothing changed yet

    agreed_by(story, addendum)

    assert story.fresh().needed_by == before + timedelta(days=3)
    assert (story.purchase.state, story.purchase.version) == ("ORDERED", 2)
    assert story.purchase.due_at == story.purchase.deliveries.get().due_at
    assert story.purchase.due_at.astimezone().date() >= before + timedelta(days=3)
    papers = {paper.kind: paper for paper in current_papers_of(story.purchase)}
    order, change = papers["surat_pesanan"], papers["adendum"].facts
    assert (order.version, order.number, order.facts["addendum"]) == (
        2,
        story.purchase.sp_number,
        "Adendum ke-1",
    )
    assert change["reason"] == factories.REASON
    assert [each["term"] for each in change["changes"]] == ["Hari penyerahan, pengiriman 1"]
    assert {each["user"] for each in change["signatures"]} == {
        story.office.officers[Role.PPK].user_id,
        story.vendor.user_id,
    }
    acts = Entry.objects.filter(act__in=["purchase.amend", "addendum.agree"])
    assert len({each.deed for each in acts}) == 1 == acts.count() - 1


def test_more_is_bound_and_taken_from_stock(story):
    agreed_by(story, story.proposes(change=units(story, 22)))
    line, record = story.office.line, story.purchase.lines.get().stockrecord
    line.refresh_from_db()
    assert (line.reserved, line.committed) == (0, story.fresh().total)
    assert story.purchase.goods_total == 22 * 52_000
    assert (record.num_in_stock, record.num_allocated) == (478, 0)


def test_less_is_freed_and_put_back(story):
    agreed_by(story, story.proposes(role=Role.PPK, change=units(story, 15)), Role.VENDOR)
    line, record = story.office.line, story.purchase.lines.get().stockrecord
    line.refresh_from_db()
    assert line.committed == story.fresh().total
    assert line.available == line.pagu - story.purchase.total
    assert (record.num_in_stock, record.num_allocated) == (485, 0)
    story.take("ship")
    story.take("receive", counts=story.counts())
    assert story.purchase.deliveries.get().arrived_whole


def test_the_increase_stays_within_ten_percent_of_what_was_signed(story):
    refusal = refused(story, lambda: story.proposes(change=units(story, 23)))
    assert refusal.code == "above_increase"
    assert "Pasal 54" in str(refusal)


def test_a_price_may_fall_but_never_rise_above_the_list(story):
    line = story.purchase.lines.get()
    refusal = refused(story, lambda: story.proposes(change=Change(prices={line.pk: 52_001})))
    assert refusal.code == "above_list"
    agreed_by(story, story.proposes(change=Change(prices={line.pk: 50_000})))
    assert story.fresh().goods_total == 1_000_000


def test_the_address_changes_within_the_area_served(story):
    delivery = story.purchase.deliveries.get()
    far = Place(address="Jalan Jauh 1", place_code="51.71.01")
    refusal = refused(story, lambda: story.proposes(change=Change(places={delivery.pk: far})))
    assert refusal.code == "outside_area"
    near = Place(address="Jalan Dekat 1", place_code="31.71.01", place_name="Gambir")
    agreed_by(story, story.proposes(role=Role.PPK, change=Change(places={delivery.pk: near})), Role.VENDOR)
    assert story.purchase.deliveries.get().address == "Jalan Dekat 1"
    assert "Jalan Dekat" not in str(list(Entry.objects.values_list("payload", flat=True)))


def test_what_was_shipped_is_not_changed(story):
    addendum = story.proposes(change=units(story, 21))
    story.take("ship")
    assert refused(story, lambda: agreed_by(story, addendum)).code == "already_shipped"
    assert refused(story, lambda: story.proposes()).code == "already_shipped"


def test_nothing_changed_needs_no_addendum(story):
    assert refused(story, lambda: story.proposes(change=Change())).code == "nothing_changes"


def test_nobody_agrees_to_their_own_proposal_nor_takes_back_the_others(story):
    addendum = story.proposes()
    assert refused(story, lambda: agreed_by(story, addendum, Role.VENDOR)).code == "not_your_turn"
    withdrawal = refused(
        story,
        lambda: actions.withdraw_addendum(actor=story.actor(Role.PPK), addendum_id=addendum.pk),
    )
    assert withdrawal.code == "not_your_turn"


def test_a_proposal_is_refused_withdrawn_or_lapses(story, monkeypatch):
    first, second = story.proposes(), story.proposes()
    actions.reject_addendum(actor=story.actor(Role.PPK), addendum_id=first.pk, reason=factories.REASON)
    actions.withdraw_addendum(actor=story.vendor, addendum_id=second.pk)
    assert list(Addendum.objects.values_list("state", flat=True)) == ["REJECTED", "WITHDRAWN"]
    assert refused(story, lambda: agreed_by(story, first)).code == "wrong_state"
    third = story.proposes()
    assert actions.lapse_addenda() == 0
    Addendum.objects.filter(pk=third.pk).update(due_at=third.created_at - timedelta(days=1))
    assert actions.lapse_addenda() == 1
    third.refresh_from_db()
    assert third.state == "EXPIRED"
    assert story.fresh().version == 1


def test_of_two_proposals_the_later_is_made_anew(story):
    first, second = story.proposes(), story.proposes(change=units(story, 21))
    agreed_by(story, first)
    refusal = refused(story, lambda: agreed_by(story, second))
    assert refusal.code == "addendum_outdated"
    assert refusal.fix


def test_an_order_not_yet_signed_takes_no_addendum():
    story = factories.story("AWAITING_VENDOR")
    assert refused(story, lambda: story.proposes()).code == "wrong_state"


def test_a_stranger_neither_proposes_nor_sees(story):
    addendum = story.proposes()
    other = people.appointment(Role.VENDOR)
    refusal = refused(story, lambda: actions.agree_addendum(actor=Actor.of(other), addendum_id=addendum.pk))
    assert refusal.code == "not_yours"
    assert people.signed_in(other).get(f"/adendum/{addendum.pk}/agree/").status_code == 404


def test_both_sides_over_http(story):
    delivery, line = story.purchase.deliveries.get(), story.purchase.lines.get()
    vendor, ppk = session(story, Role.VENDOR), session(story, Role.PPK)
    assert "Usulkan adendum" in vendor.get(path(story)).content.decode()
    page = vendor.get(path(story, "amend"))
    assert page.status_code == 200
    form = {
        "revision": story.purchase.revision,
        "reason": "Pabrik libur dua hari penuh",
        f"price_{line.pk}": line.agreed_price,
        f"day_{delivery.pk}": (delivery.needed_by + timedelta(days=2)).isoformat(),
        f"shipping_{delivery.pk}": delivery.shipping,
        f"address_{delivery.pk}": delivery.address,
        f"code_{delivery.pk}": delivery.place_code,
        f"name_{delivery.pk}": delivery.place_name,
        f"units_{line.pk}_{delivery.pk}": 20,
    }
    assert vendor.post(path(story, "amend"), form).status_code == 302
    addendum = Addendum.objects.get()
    seen = ppk.get(path(story)).content.decode()
    assert "Pabrik libur dua hari penuh" in seen
    assert f"/adendum/{addendum.pk}/agree/" in seen
    assert ppk.get(f"/adendum/{addendum.pk}/agree/").status_code == 200
    answer = ppk.post(f"/adendum/{addendum.pk}/agree/", {"revision": addendum.revision})
    assert answer.status_code == 302
    assert story.fresh().needed_by == delivery.needed_by + timedelta(days=2)
