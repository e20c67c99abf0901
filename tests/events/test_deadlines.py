"""Whoever holds a waiting thing is reminded in time and once, and the superior hears when the time ran out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from marketplace.accounts.roles import APPOINTABLE, Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.deadlines import clockwork, planning, sending
from marketplace.deadlines.acts import MISSED, REMINDED
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.sources import all_sources
from marketplace.deadlines.superiors import SUPERIORS
from marketplace.events import notices, runner
from marketplace.events.models import Job, Notice
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules, is_working_day
from procurement.purchasing.actions import lapse
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)

TUESDAY = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)  # 09.00 WIB, an ordinary week


@pytest.fixture
def waiting():
    """An order that has waited for its PPK since Tuesday morning: three working days, until Friday."""
    with clock.frozen(TUESDAY) as move_to:
        story = factories.story()
        runner.drain()
        Notice.objects.all().delete()
        yield story, move_to


def pending(story) -> list[Reminder]:
    own = Reminder.objects.filter(aggregate_type="purchase", aggregate_id=str(story.purchase.pk))
    return list(own.filter(sent_at=None).order_by("at"))


def told() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("sentence", flat=True))


def entries(act: str) -> list[Entry]:
    return list(Entry.objects.filter(act=act).order_by("pk"))


def test_a_waiting_order_has_three_reminders_and_two_escalations_in_working_hours(waiting):
    story, _move_to = waiting
    rows = pending(story)
    assert [(row.share, row.escalation) for row in rows] == [(50, 0), (80, 0), (100, 0), (100, 1), (100, 2)]
    for row in rows:
        local = row.at.astimezone(clock.JAKARTA)
        assert is_working_day(local.date())
        assert 7 <= local.hour < 17 or (local.hour, local.minute) == (17, 0)
    assert all(row.at <= row.due_at for row in rows if not row.escalation)
    assert rows[2].at.astimezone(clock.JAKARTA).date() == date(2026, 10, 9)
    assert [clock.day_of(row.at) for row in rows[3:]] == [date(2026, 10, 12), date(2026, 10, 15)]


def test_nothing_is_said_before_its_time_and_once_when_it_comes(waiting):
    story, move_to = waiting
    sending.send_due()
    assert told() == []
    move_to(pending(story)[0].at)
    assert sending.send_due() == 1
    assert sending.send_due() == 0
    (notice,) = Notice.objects.all()
    assert notice.user_id == story.purchase.ppk_user_id
    assert notice.sentence.startswith("1 hari kerja lagi: Pesanan EO-")
    assert notice.url == story.purchase.get_absolute_url()
    assert Job.objects.filter(kind="events.mail_notice", key=str(notice.pk)).count() == 1
    assert [entry.facts["share"] for entry in entries(REMINDED)] == [50]


def test_what_is_said_changes_neither_the_order_nor_what_is_still_to_be_said(waiting):
    story, move_to = waiting
    before = story.fresh()
    move_to(pending(story)[0].at)
    sending.send_due()
    runner.drain()
    assert (story.fresh().state, story.purchase.revision) == (before.state, before.revision)
    assert [(row.share, row.escalation) for row in pending(story)] == [(80, 0), (100, 0), (100, 1), (100, 2)]


def test_an_order_that_moved_on_leaves_no_reminder_of_before(waiting):
    story, move_to = waiting
    late = pending(story)[2].at
    story.take("approve")
    runner.drain()
    Notice.objects.all().delete()
    assert {row.state for row in pending(story)} == {"AWAITING_VENDOR"}
    move_to(pending(story)[0].at)
    sending.send_due()
    (notice,) = Notice.objects.all()
    assert (notice.organisation_id, notice.role) == (story.purchase.vendor_organisation_id, "VENDOR")
    assert late > TUESDAY


def test_a_late_reader_makes_nobody_hear_of_what_is_over(waiting):
    story, move_to = waiting
    move_to(pending(story)[0].at)
    story.take("approve")  # the reader has not seen it yet
    assert sending.send_due() == 0
    assert told() == []
    assert {row.state for row in pending(story)} == {"AWAITING_VENDOR"}


def test_an_order_that_ended_has_none(waiting):
    story, _move_to = waiting
    story.take("refuse")
    runner.drain()
    assert not Reminder.objects.filter(
        aggregate_id=str(story.purchase.pk), aggregate_type="purchase"
    ).exists()


def test_a_lapsed_order_is_not_escalated(waiting):
    story, move_to = waiting
    move_to(story.purchase.due_at + timedelta(seconds=1))
    lapse(purchase_id=story.purchase.pk)
    move_to(story.purchase.due_at + timedelta(days=10))
    sending.send_due()
    assert entries(MISSED) == []


def test_a_missed_deadline_goes_to_the_head_of_the_unit_and_into_the_story(waiting):
    story, move_to = waiting
    for step in ("approve", "confirm", "ship", "receive"):
        story.take(step)
    runner.drain()
    Notice.objects.all().delete()
    first = next(row for row in pending(story) if row.escalation == 1)
    move_to(first.at)
    assert sending.send_due() == 1
    unit = story.purchase.organisation_id
    trays: set[Any] = set(Notice.objects.values_list("user_id", "organisation_id", "role"))
    assert trays == {(None, unit, "PA"), (None, unit, "KPA"), (story.purchase.ppk_user_id, None, "")}
    (entry,) = entries(MISSED)
    assert entry.aggregate_id == str(story.purchase.pk)
    assert entry.actor_role == "SYSTEM"
    assert "Pengguna Anggaran" in entry.facts["superior"]
    assert entries(REMINDED) == []  # the earlier moments are covered by the latest
    later = next(row for row in pending(story) if row.escalation == 2)
    move_to(later.at)
    sending.send_due()
    assert len(entries(MISSED)) == 2


def test_a_vendors_silence_is_told_to_the_buyer_and_the_regions_operator(waiting):
    story, move_to = waiting
    desk = people.organisation("OPERATOR", in_region=story.purchase.region)
    for step in ("approve", "confirm"):
        story.take(step)
    runner.drain()
    Notice.objects.all().delete()
    move_to(next(row for row in pending(story) if row.escalation == 1).at)
    sending.send_due()
    trays: set[Any] = set(Notice.objects.values_list("user_id", "organisation_id", "role"))
    assert (story.purchase.pp_user_id, None, "") in trays
    assert (story.purchase.ppk_user_id, None, "") in trays
    assert (None, desk.pk, "OPERATOR") in trays
    assert (None, story.purchase.vendor_organisation_id, "VENDOR") in trays


def test_after_a_days_stop_only_the_latest_is_sent(waiting):
    story, move_to = waiting
    rows = pending(story)
    move_to(rows[2].at)
    assert sending.send_due() == 1
    assert len(told()) == 1
    assert [entry.facts["share"] for entry in entries(REMINDED)] == [100]
    assert [(row.share, row.escalation) for row in pending(story)] == [(100, 1), (100, 2)]


def test_reading_an_entry_again_sends_nothing_again(waiting):
    story, move_to = waiting
    move_to(pending(story)[0].at)
    sending.send_due()
    for entry in Entry.objects.filter(aggregate_type="purchase").order_by("pk"):
        planning.follow(entry)
    assert sending.send_due() == 0
    assert len(told()) == 1


def test_a_successor_inherits_the_running_deadline_not_a_new_one(waiting):
    story, move_to = waiting
    type(story.purchase).objects.filter(pk=story.purchase.pk).update(revision=7)
    move_to(pending(story)[0].at)
    assert sending.send_due() == 0  # found to be another revision, and put in step
    assert sending.send_due() == 1
    assert [row.share for row in pending(story)][:1] == [80]


def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(waiting, monkeypatch):
    story, move_to = waiting
    move_to(pending(story)[0].at)
    write = notices.write

    def killed(letters):
        write(letters)
        raise KeyboardInterrupt

    monkeypatch.setattr(notices, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        sending.send_due()
    assert told() == []
    assert entries(REMINDED) == []
    monkeypatch.setattr(notices, "write", write)
    assert sending.send_due() == 1
    assert len(told()) == 1


def test_one_things_failure_does_not_stop_the_others(waiting, monkeypatch):
    story, move_to = waiting
    other = factories.story()
    runner.drain()
    Notice.objects.all().delete()
    source = all_sources()["purchase"]

    def standing(purchase):
        if purchase.pk == story.purchase.pk:
            raise ValueError("no")
        return source.standing(purchase)

    broken = type(source)(source.model, standing, source.reach)
    monkeypatch.setattr("procurement.purchasing.queries.deadlines.SOURCE", broken)
    move_to(pending(story)[0].at)
    assert sending.send_due() == 1
    assert other.purchase.number in told()[0]
    assert pending(story)[0].at > clock.now()


def test_what_came_in_bulk_gets_its_reminders_from_the_sweep(waiting):
    story, _move_to = waiting
    expected = [(row.share, row.escalation, row.at) for row in pending(story)]
    Reminder.objects.all().delete()
    assert planning.sweep() >= 1
    assert [(row.share, row.escalation, row.at) for row in pending(story)] == expected
    assert planning.sweep() == 0


def test_what_was_due_long_ago_is_not_dug_up(waiting):
    story, move_to = waiting
    Reminder.objects.all().delete()
    move_to(TUESDAY + timedelta(days=90))
    planning.sweep()
    assert pending(story) == []
    assert sending.send_due() == 0


def test_the_tick_asks_for_a_sweep_once_a_day(waiting):
    _story, move_to = waiting
    clockwork.tick()
    clockwork.tick()
    assert Job.objects.filter(kind="deadlines.sweep").count() == 1
    move_to(TUESDAY + timedelta(days=1))
    clockwork.tick()
    assert Job.objects.filter(kind="deadlines.sweep").count() == 2


def test_a_region_says_how_often_its_officers_are_reminded(waiting):
    story, _move_to = waiting
    own = {
        "valid_from": date(2026, 1, 1),
        "legal_basis": "Uji",
        "state": "ACTIVE",
        "region": story.purchase.region,
    }
    Parameter.objects.create(code="reminder.shares", value=[25], unit="persen", **own)
    forget_rules()
    rows = planning.reminders_of(story.purchase, TUESDAY)
    assert [(row.share, row.escalation) for row in rows] == [(25, 0), (100, 1), (100, 2)]
    forget_rules()


def test_every_role_that_can_hold_something_has_a_superior():
    assert APPOINTABLE | {Role.SYSTEM} <= set(SUPERIORS)
    assert all(SUPERIORS.values())
    assert not [role for role, above in SUPERIORS.items() if any(each == role for _where, each in above)]


def test_every_source_tells_of_its_states_without_a_query(waiting, assert_max_queries):
    story, _move_to = waiting
    for step in ("approve", "confirm", "ship"):
        story.take(step)
    source = all_sources()["purchase"]
    purchase = source.things().get(pk=story.purchase.pk)
    with assert_max_queries(0):
        assert source.standing(purchase).holders


def test_the_other_side_is_reminded_of_an_addendum_and_its_buyer_of_a_vendors_silence():
    with clock.frozen(TUESDAY) as move_to:
        story = factories.story("ORDERED")
        addendum = story.proposes(role=Role.PPK)
        runner.drain()
        Notice.objects.all().delete()
        own = Reminder.objects.filter(aggregate_type="addendum", aggregate_id=str(addendum.pk))
        assert [(row.share, row.escalation) for row in own.filter(escalation=0).order_by("at")] == [
            (50, 0),
            (80, 0),
            (100, 0),
        ]
        first = own.order_by("at").first()
        assert first is not None
        move_to(first.at + timedelta(minutes=1))
        sending.send_due()
        (notice,) = Notice.objects.all()
        assert notice.organisation_id == story.purchase.vendor_organisation_id
        assert notice.url == story.purchase.get_absolute_url()
        assert "Adendum 1" in notice.sentence and story.purchase.number in notice.sentence
        source = all_sources()["addendum"]
        assert [each.pk for each in source.reach(story.actor(Role.PPK))] == [addendum.pk]
        assert not source.reach(factories.office().actor(Role.PPK)).exists()


def test_the_due_are_found_by_their_index(waiting):
    query, parameters = sending.waiting().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = on")
    assert "reminder_due" in plan
