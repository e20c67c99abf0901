"""A basket nobody touches: one reminder, then its lines are put aside, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.models import Notice
from marketplace.oscar.baskets import Basket, line_count, open_basket
from procurement.purchasing.actions.baskets import look_after_baskets, restore_basket, saved_baskets
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    appointment = people.appointment(Role.PP)
    actor = Actor.of(appointment)
    factories.fill_basket(actor, [(factories.paper(region=appointment.organisation.region), 20)])
    return appointment


def after(days: int):
    return clock.frozen(clock.now() + timedelta(days=days))


def test_the_buyer_is_reminded_once(buyer):
    assert look_after_baskets() == 0
    with after(8):
        assert look_after_baskets() == 1
        assert look_after_baskets() == 0
    (notice,) = Notice.objects.all()
    assert (notice.user_id, notice.url) == (buyer.user_id, "/keranjang/")
    assert line_count(buyer.user_id) == 1


def test_after_twice_the_time_it_is_put_aside_and_comes_back(buyer):
    actor = Actor.of(buyer)
    with after(15):
        assert look_after_baskets() == 1
        assert look_after_baskets() == 0
    assert line_count(buyer.user_id) == 0
    (kept,) = saved_baskets(actor)
    client = people.signed_in(buyer)
    assert "Kertas HVS" in client.get("/keranjang/tersimpan/").text
    assert client.post("/keranjang/tersimpan/", {"basket": kept.pk}).status_code == 302
    (line,) = open_basket(buyer.user_id).lines.all()
    assert line.quantity == 20
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        restore_basket(actor=actor, basket_id=kept.pk)
    assert refused.value.code == "not_saved"
    assert Entry.objects.count() == entries


def test_nobody_takes_anothers_basket(buyer):
    with after(15):
        look_after_baskets()
    (kept,) = saved_baskets(Actor.of(buyer))
    with pytest.raises(Basket.DoesNotExist):
        restore_basket(actor=people.actor(Role.PP), basket_id=kept.pk)
