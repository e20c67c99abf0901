"""Acceptance by silence: only past the dated deadline, only what was counted sound, and by one of two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import working_days_after
from procurement.documents.models import Paper
from procurement.fulfilment import clockwork
from procurement.fulfilment.actions import Count, deem_accepted
from tests.fulfilment.parts import money, on, part, two_places
from tests.purchasing import factories
from tests.purchasing.http import send, snapshot

pytestmark = pytest.mark.django_db


def past_waiting(story: factories.Story, position: int = 1):
    due = part(story, position).due_at
    assert due is not None
    return clock.frozen(working_days_after(due, 3) + timedelta(seconds=1))


@pytest.mark.parametrize("state", ["DELIVERED", "INSPECTED"])
def test_a_silent_buyer_has_accepted(state):
    story = factories.story(state)
    clockwork.tick()
    assert story.fresh().state == state
    due = part(story, 1).due_at
    assert due is not None
    with clock.frozen(due + timedelta(seconds=1)):
        clockwork.tick()
    assert story.fresh().state == state  # the deadline alone is not enough
    with past_waiting(story):
        clockwork.tick()
        clockwork.tick()
    assert story.fresh().state == "ACCEPTED"
    assert part(story, 1).deemed is True
    assert money(story) == (0, 0, story.purchase.total)
    facts = Paper.objects.get(kind="bast").facts
    assert facts["deemed"] is True
    assert "Ingub DKI Jakarta 29/2021" in facts["deemed_rule"]
    assert facts["signatures"] == []


def test_a_vendor_silent_after_the_ppk_signed_keeps_nothing_back():
    story = factories.story("INSPECTED")
    story.take("sign_bast")
    with past_waiting(story):
        clockwork.tick()
    assert story.fresh().state == "ACCEPTED"
    assert [each["caption"] for each in Paper.objects.get(kind="bast").facts["signatures"]] == [
        "Pejabat Pembuat Komitmen"
    ]


def test_only_sound_units_are_accepted_by_silence():
    story = factories.story("SHIPPED")
    on(story, 1, "receive", counts={story.purchase.lines.get().pk: Count(15, 2)})
    with past_waiting(story):
        clockwork.tick()
    assert story.fresh().accepted_total == 865_800
    assert money(story) == (0, 0, 865_800)


def test_nothing_sound_is_never_accepted_by_silence():
    story = factories.story("SHIPPED")
    on(story, 1, "receive", counts={story.purchase.lines.get().pk: Count(0, 20)})
    before = snapshot(story)
    with past_waiting(story):
        clockwork.tick()
        with pytest.raises(Refused) as refused:
            deem_accepted(delivery_id=part(story, 1).pk)
    assert refused.value.code == "nothing_good"
    assert snapshot(story) == before


def test_a_region_may_do_without_it(regional_rule):
    story = factories.story("DELIVERED")
    regional_rule("acceptance.deemed", False, story.office.package.region)
    before = snapshot(story)
    with past_waiting(story):
        clockwork.tick()
        with pytest.raises(Refused) as refused:
            deem_accepted(delivery_id=part(story, 1).pk)
    assert refused.value.code == "not_deemed"
    assert snapshot(story) == before


def test_one_silent_delivery_does_not_take_the_other_along():
    story = two_places()
    on(story, 1, "ship", "receive")
    with past_waiting(story):
        clockwork.tick()
    assert (part(story, 1).stage, part(story, 2).stage) == ("ACCEPTED", "AWAITED")
    assert story.fresh().state == "ORDERED"


def test_a_signature_in_time_gives_the_vendor_its_own_time():
    story = factories.story("INSPECTED")
    with past_waiting(story):
        assert send(story, Role.PPK, "sign_bast").status_code == 302
        before = snapshot(story)
        with pytest.raises(Refused) as refused:
            deem_accepted(delivery_id=part(story, 1).pk)
    assert refused.value.code == "not_due"
    assert snapshot(story) == before
