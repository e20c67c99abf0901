"""The page of running deadlines shows each its own, late first; the command tells what the next tick will do."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.deadlines import planning, sending
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)
PAGE = "/tenggat/"


@pytest.fixture
def unit():
    with clock.frozen(TUESDAY) as move_to:
        yield factories.office(), move_to


def coming() -> list[dict[str, object]]:
    out = io.StringIO()
    call_command("deadlines", "--due", "--json", stdout=out)
    found: list[dict[str, object]] = json.loads(out.getvalue())
    return found


def test_each_sees_the_own_deadlines_and_the_regions_overseers_all(unit):
    office, _move_to = unit
    story = factories.story("AWAITING_VENDOR", at=office)
    auditor = people.appointment(
        Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=office.package.region)
    )
    for appointment in (
        office.officers[Role.PPK],
        office.officers[Role.PA],
        story.appointment(Role.VENDOR),
        auditor,
    ):
        assert story.purchase.number in people.signed_in(appointment).get(PAGE).text
    for stranger in (people.appointment(Role.PPK), people.appointment(Role.VENDOR)):
        assert story.purchase.number not in people.signed_in(stranger).get(PAGE).text


def test_late_ones_come_first_and_filters_narrow(unit):
    office, move_to = unit
    late = factories.story("ORDERED", at=office)
    move_to((late.purchase.due_at or TUESDAY) + timedelta(days=1))
    soon = factories.story(at=office)
    client = people.signed_in(office.officers[Role.PPK])
    text = client.get(PAGE).text
    assert text.index(late.purchase.number) < text.index(soon.purchase.number)
    assert soon.purchase.number not in client.get(PAGE + "?lewat=ya").text
    mine = client.get(PAGE + "?saya=ya").text
    assert soon.purchase.number in mine
    assert late.purchase.number not in mine
    assert soon.purchase.number not in client.get(PAGE + "?jenis=package").text
    assert client.get(PAGE + "?jenis=nothing").status_code == 200


def test_the_page_is_flat_in_rows(unit, assert_max_queries):
    office, _move_to = unit
    client = people.signed_in(office.officers[Role.PPK])
    for _each in range(3):
        factories.story(at=office)
    planning.sweep()
    client.get(PAGE)
    with assert_max_queries(15):
        client.get(PAGE)


def test_the_command_lists_what_the_next_tick_does_and_nothing_else(unit):
    office, move_to = unit
    story = factories.story(at=office)
    planning.sweep()
    assert coming() == []
    first = planning.reminders_of(story.purchase, TUESDAY)[0]
    move_to(first.at)
    (row,) = coming()
    assert (row["what"], row["share"], row["kind"]) == ("remind", 50, "purchase")
    assert story.purchase.number in str(row["label"])
    sending.send_due()
    assert coming() == []
    move_to((story.purchase.due_at or TUESDAY) + timedelta(seconds=1))
    assert "lapse" in {row["what"] for row in coming()}
    out = io.StringIO()
    call_command("deadlines", "--due", stdout=out)
    assert "lapse" in out.getvalue()


def test_the_command_wants_to_know_what_to_list():
    with pytest.raises(CommandError):
        call_command("deadlines")
