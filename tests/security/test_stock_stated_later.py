"""A vendor that starts to count its stock while orders are open must not nail those orders down."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.purchasing.actions import submit_basket
from tests.purchasing import factories
from vendors.actions import set_stock

pytestmark = pytest.mark.django_db(transaction=True)


def made_to_order() -> factories.Story:
    """An order for 20 reams of something whose stock nobody counts."""
    return factories.story(wanted=[(factories.paper(in_stock=None), 20)])


def state_stock(story: factories.Story, pieces: int | None) -> None:
    set_stock(actor=story.vendor, listing_id=story.purchase.lines.get().listing_id, in_stock=pieces)


@pytest.mark.parametrize(
    ("ending", "left"),
    [
        (["refuse"], (50, 0)),
        (["cancel"], (50, 0)),
        (["approve", "decline"], (50, 0)),
        (["approve", "confirm"], (30, 0)),
    ],
)
def test_every_answer_is_still_possible(ending: list[str], left: tuple[int, int]) -> None:
    story = made_to_order()
    state_stock(story, 50)

    for step in ending:
        story.take(step)

    record = story.purchase.lines.get().stockrecord
    assert (record.num_in_stock, record.num_allocated) == left


def test_pieces_of_open_orders_are_not_sold_again() -> None:
    story = made_to_order()
    with pytest.raises(Refused) as refused:
        state_stock(story, 19)
    assert refused.value.code == "below_reserved"

    state_stock(story, 25)
    item = story.purchase.lines.get().listing
    other = factories.office(region=story.office.package.region)
    factories.fill_basket(other.actor(Role.PP), [(item, 6)])
    with pytest.raises(Refused) as refused:
        submit_basket(
            actor=other.actor(Role.PP),
            package_id=other.package.pk,
            budget_line_id=other.line.pk,
            destinations=[factories.delivery()],
            no_negotiation_reason=factories.REASON,
        )
    assert refused.value.code == "out_of_stock"


def test_counting_may_stop_while_an_order_is_open() -> None:
    story = factories.story()
    state_stock(story, None)

    story.take("approve")
    story.take("confirm")

    record = story.purchase.lines.get().stockrecord
    assert (record.num_in_stock, record.num_allocated) == (None, 0)
