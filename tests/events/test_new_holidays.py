"""A holiday that two persons add while deadlines run carries those across it one working day further, once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.accounts.roles import Role
from marketplace.administration import actions
from marketplace.administration.queries import year_without_decree
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.deadlines.acts import EXTENDED
from marketplace.deadlines.extending import extend_over
from marketplace.deadlines.models import Reminder
from marketplace.events import runner
from marketplace.events.models import Notice
from marketplace.regulation.models import Holiday
from marketplace.regulation.queries import forget_rules
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)
TUESDAY = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)
THURSDAY = date(2026, 10, 8)


@pytest.fixture(autouse=True)
def tuesday():
    forget_rules()
    with clock.frozen(TUESDAY) as move_to:
        yield move_to
    forget_rules()


def declare(day: date) -> None:
    one, other = people.actor(Role.OPERATOR), people.actor(Role.OPERATOR)
    proposed = actions.propose_holiday(
        actor=one, day=day, name="Cuti bersama", kind="CUTI_BERSAMA", legal_basis="SKB 3 Menteri"
    )
    actions.approve_holiday(actor=other, proposal_id=proposed.pk)
    forget_rules()


def due_day(story: factories.Story) -> date:
    due = story.fresh().due_at
    assert due is not None
    return clock.day_of(due)


def test_a_running_deadline_goes_over_the_new_holiday_once(tuesday):
    story = factories.story()
    runner.drain()
    before, revision = due_day(story), story.purchase.revision
    assert before == date(2026, 10, 9)
    tuesday(datetime(2026, 10, 6, 3, 0, tzinfo=UTC))
    declare(THURSDAY)
    Notice.objects.all().delete()
    runner.drain()
    assert due_day(story) == date(2026, 10, 12)
    assert story.purchase.revision == revision + 1
    (entry,) = Entry.objects.filter(act=EXTENDED)
    assert (entry.aggregate_id, entry.facts["day"]) == (str(story.purchase.pk), "2026-10-08")
    (notice,) = Notice.objects.all()
    assert notice.user_id == story.purchase.ppk_user_id
    own = Reminder.objects.filter(
        aggregate_type="purchase", aggregate_id=str(story.purchase.pk), sent_at=None
    )
    assert {row.due_at for row in own} == {story.purchase.due_at}
    assert THURSDAY not in {clock.day_of(row.at) for row in own}
    assert extend_over(THURSDAY, approved_at=clock.now()) == 0
    assert due_day(story) == date(2026, 10, 12)


def test_a_deadline_before_the_holiday_and_one_set_afterwards_stay(tuesday):
    early = factories.story("AWAITING_VENDOR")
    assert due_day(early) == THURSDAY
    runner.drain()
    tuesday(datetime(2026, 10, 6, 3, 0, tzinfo=UTC))
    declare(date(2026, 10, 9))
    later = factories.story()
    assert due_day(later) == date(2026, 10, 12)
    runner.drain()
    assert due_day(early) == THURSDAY
    assert due_day(later) == date(2026, 10, 12)
    assert not Entry.objects.filter(act=EXTENDED).exists()


def test_an_agreed_day_of_delivery_stays_and_an_inspection_goes_on(tuesday):
    agreed, inspected = factories.story("ORDERED", needed_by=date(2026, 10, 13)), factories.story("DELIVERED")
    assert due_day(inspected) == THURSDAY
    runner.drain()
    tuesday(datetime(2026, 10, 6, 3, 0, tzinfo=UTC))
    declare(THURSDAY)
    runner.drain()
    assert due_day(agreed) == date(2026, 10, 13)
    assert due_day(inspected) == date(2026, 10, 9)
    assert inspected.purchase.deliveries.get().due_at == inspected.purchase.due_at


def test_the_coming_year_without_its_decree_is_seen():
    Holiday.objects.filter(day__year=2027, kind="CUTI_BERSAMA").delete()
    assert year_without_decree() == 2027
    client = people.signed_in(people.appointment(Role.OPERATOR))
    assert "Belum ada cuti bersama untuk 2027" in client.get("/aturan/kalender/").text
    Holiday.objects.create(day=date(2027, 7, 1), name="Cuti", kind="CUTI_BERSAMA", legal_basis="SKB")
    assert year_without_decree() is None


def test_a_holiday_is_proposed_and_approved_by_form():
    one, other = people.appointment(Role.OPERATOR), people.appointment(Role.OPERATOR)
    typed = {
        "day": "2026-10-08",
        "name": "Cuti bersama",
        "kind": "CUTI_BERSAMA",
        "legal_basis": "SKB 3 Menteri",
    }
    assert people.signed_in(one).post("/aturan/kalender/usul/", typed).status_code == 302
    page = people.signed_in(other).get("/aturan/kalender/")
    assert "Menunggu keputusan" in page.text
    (proposed,) = page.context["proposals"]
    url = f"/aturan/kalender/{proposed.pk}/"
    assert people.signed_in(one).post(url, {"decision": "approve"}).status_code == 409
    assert not Holiday.objects.filter(day=THURSDAY).exists()
    assert people.signed_in(other).post(url, {"decision": "approve"}).status_code == 302
    assert Holiday.objects.filter(day=THURSDAY).exists()
