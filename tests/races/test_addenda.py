"""Real parallel transactions on addenda: one wins, the other is told why, nothing is half done."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from procurement.fulfilment import actions as fulfilment
from procurement.purchasing import actions
from procurement.purchasing.actions import Change
from procurement.purchasing.models import Addendum, Agreement
from tests.purchasing import factories
from tests.races.test_purchases import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def more(story: factories.Story, quantity: int) -> Change:
    line, delivery = story.purchase.lines.get(), story.purchase.deliveries.get()
    return Change(quantities={(line.pk, delivery.pk): quantity})


def agree(story: factories.Story, addendum: Addendum) -> object:
    actor = story.actor(Role.PPK)
    return lambda: actions.agree_addendum(actor=actor, addendum_id=addendum.pk)


def consistent(story: factories.Story) -> None:
    """Money, lines and deliveries of the order say the same, whoever won."""
    story.fresh()
    story.office.line.refresh_from_db()
    assert story.office.line.committed == (story.purchase.total if story.purchase.state != "STOPPED" else 0)
    assert story.purchase.lines.get().quantity == story.purchase.deliveries.get().lines.get().quantity
    assert Agreement.objects.filter(purchase=story.purchase).count() == story.purchase.version


def test_an_addendum_against_the_shipping_of_its_delivery():
    story = factories.story("ORDERED")
    addendum = story.proposes(change=more(story, 21))
    vendor = story.vendor

    ship = lambda: fulfilment.ship(actor=vendor, purchase_id=story.purchase.pk, courier="Sendiri")  # noqa: E731
    agreed, shipped = all_at_once([agree(story, addendum), ship])  # type: ignore[list-item]

    assert shipped == "done"
    assert agreed in {"done", "already_shipped"}
    consistent(story)
    sent = story.purchase.shipments.get().lines.get().quantity
    assert sent == story.purchase.lines.get().quantity == (21 if agreed == "done" else 20)


def test_two_addenda_at_once():
    story = factories.story("ORDERED")
    first, second = story.proposes(change=more(story, 21)), story.proposes(change=more(story, 19))

    outcomes = all_at_once([agree(story, first), agree(story, second)])  # type: ignore[list-item]

    assert sorted(outcomes) == ["addendum_outdated", "done"]
    assert story.fresh().version == 2
    consistent(story)


def test_an_addendum_against_the_early_end_of_its_order():
    story = factories.story("ORDERED")
    addendum = story.proposes(change=more(story, 21))
    ppk, vendor = story.actor(Role.PPK), story.vendor

    def end() -> None:
        fulfilment.stop(
            actor=ppk, purchase_id=story.purchase.pk, reason=factories.REASON, evaluation=factories.REASON
        )

    agreed, ended = all_at_once([agree(story, addendum), end])  # type: ignore[list-item]

    assert vendor.user_id
    assert ended == "done"
    assert agreed in {"done", "wrong_state"}
    assert story.fresh().state == "STOPPED"
    consistent(story)
