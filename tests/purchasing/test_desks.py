"""What officers find on their desks: grouped by urgency, counted by step, the next step one press away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import desk_of
from procurement.purchasing.queries import purchase_page
from procurement.purchasing.queries.arrivals import arrivals
from procurement.purchasing.queries.desk import waiting_counts
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import path, session

pytestmark = pytest.mark.django_db


def orders(items):
    return [item.title for item in items if item.title.startswith("EO-")]


def test_what_is_due_today_stands_before_what_may_wait(frozen_clock):
    unit = factories.office()
    now = clock.now()
    with frozen_clock(now - timedelta(days=20)):
        late = factories.story(at=unit, needed_by=clock.day_of(now) + timedelta(days=5)).purchase
    fresh = factories.story(at=unit).purchase

    desk = desk_of(unit.actor(Role.PPK))

    assert orders(desk.today) == [late.number]
    assert orders(desk.soon) == [fresh.number]
    (count,) = waiting_counts(unit.actor(Role.PPK))
    assert (count.kind, count.count, count.late) == ("Setujui pesanan", 2, 1)
    assert count.amount == late.total + fresh.total
    assert count.oldest == late.submitted_at


@pytest.mark.parametrize(
    ("state", "role", "action", "move"),
    [
        ("AWAITING_PPK", Role.PPK, "Setujui pesanan", "approve"),
        ("SHIPPED", Role.RECEIVER, "Catat penerimaan", "receive"),
        ("DELIVERED", Role.PPK, "Nyatakan sesuai", "inspect"),
        ("INSPECTED", Role.PPK, "Tanda tangani BAST", "sign_bast"),
        ("DISCREPANCY", Role.PPK, "Minta pengiriman pengganti", "replace"),
    ],
)
def test_the_next_step_is_one_press_away(state, role, action, move):
    story = factories.story(state)
    desk = desk_of(story.actor(role))
    (item,) = [each for each in desk.waiting_for_me if each.title == story.purchase.number]
    assert (item.action, item.action_url) == (action, path(story, move))
    assert session(story, role).get(item.action_url).status_code == 200
    assert [(each.kind, each.count) for each in waiting_counts(story.actor(role))] == [(action, 1)]


def test_who_holds_what_i_wait_for_and_since_when_is_said():
    story = factories.story("AWAITING_VENDOR")
    (item,) = desk_of(story.actor(Role.PP)).waiting_for_others
    assert (item.title, item.holder) == (story.purchase.number, "Penyedia (UMKM)")
    assert item.since == story.purchase.approved_at
    assert item.action == ""


def test_rows_are_ordered_as_asked():
    unit, listing = factories.office(), factories.paper()
    small, large = (factories.story(at=unit, wanted=[(listing, n)]).purchase.number for n in (1, 9))
    actor = unit.actor(Role.PPK)
    assert orders(desk_of(actor, by="nilai").waiting_for_me) == [large, small]
    assert orders(desk_of(actor, by="lama").waiting_for_me) == [small, large]
    assert orders(desk_of(actor, by="'; --").waiting_for_me) == [small, large]


def test_the_receiver_sees_what_comes_today_and_this_week(frozen_clock):
    monday = clock.now().replace(hour=3) + timedelta(days=21)
    monday -= timedelta(days=clock.day_of(monday).weekday())
    unit = factories.office()
    today = clock.day_of(monday)
    due = factories.story("SHIPPED", at=unit, needed_by=today).purchase
    due_soon = factories.story("ORDERED", at=unit, needed_by=today + timedelta(days=3)).purchase
    factories.story("SHIPPED", at=unit, needed_by=today + timedelta(days=9))
    factories.story("SHIPPED", needed_by=today)  # another unit's
    with frozen_clock(monday):
        found = arrivals(unit.actor(Role.RECEIVER))
        page = people.signed_in(unit.officers[Role.RECEIVER]).get("/meja/").content.decode()
    assert [each.delivery.purchase_id for each in found.today] == [due.pk]
    assert [each.delivery.purchase_id for each in found.week] == [due_soon.pk]
    assert [each.on_its_way for each in (*found.today, *found.week)] == [True, False]
    assert "Kedatangan" in page
    assert f"/pesanan/{due.number}/receive/" in page


def test_a_list_can_be_ordered_by_value_and_by_deadline_page_by_page():
    unit, listing = factories.office(), factories.paper()
    made = {n: factories.story(at=unit, wanted=[(listing, n)]).purchase for n in (3, 1, 2, 2)}
    assert len(made) == 3
    actor = unit.actor(Role.PP)
    for by in ("nilai", "tenggat"):
        whole = [each.pk for each in purchase_page(actor, by=by).rows]
        assert len(whole) == 4
        shown, mark = [], None
        while True:
            page = purchase_page(actor, by=by, size=1, before=mark)
            shown += [each.pk for each in page.rows]
            mark = page.older
            if mark is None:
                break
        assert shown == whole
        back = purchase_page(actor, by=by, size=2, after=whole[3])
        assert [each.pk for each in back.rows] == whole[1:3]
    assert [each.total for each in purchase_page(actor, by="nilai").rows] == sorted(
        (each.total for each in purchase_page(actor).rows), reverse=True
    )


@pytest.mark.parametrize("shape", ["{number}", "{short}", "{running}", "kertas", "Maju"])
def test_an_order_is_found_by_number_package_and_vendor(shape):
    unit = factories.office(name="Belanja kertas dan map")
    number = factories.story(at=unit).purchase.number
    factories.story()  # another unit's
    text = shape.format(number=number.lower(), short=number[3:], running=int(number[8:]))
    client = people.signed_in(unit.officers[Role.PP])
    found = [each.number for each, *_ in client.get("/pesanan/", {"q": text}).context["rows"]]
    assert found == [number]
