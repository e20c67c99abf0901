"""What time does to orders, who may stand in, whom news reaches, and what the database itself refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.queries import Recipient
from procurement.purchasing import clockwork
from procurement.purchasing.actions import lapse, take_over
from procurement.purchasing.models import Purchase, PurchaseLine
from procurement.purchasing.queries import aggregate_id_of, may_read, waiting_for
from procurement.purchasing.queries.news import notice_recipients
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import path, snapshot

pytestmark = pytest.mark.django_db


def after_deadline(story: factories.Story):
    assert story.purchase.due_at is not None
    return clock.frozen(story.purchase.due_at + timedelta(seconds=1))


@pytest.mark.parametrize("state", ["AWAITING_PPK", "AWAITING_VENDOR"])
def test_an_order_nobody_answers_lapses(state):
    story = factories.story(state)
    clockwork.tick()
    assert story.fresh().state == state
    with after_deadline(story):
        clockwork.tick()
        clockwork.tick()
    assert story.fresh().state == "EXPIRED"
    story.office.line.refresh_from_db()
    assert story.office.line.reserved == 0
    assert story.purchase.lines.get().stockrecord.num_allocated == 0
    assert Entry.objects.filter(act="purchase.lapse").count() == 1
    assert Entry.objects.get(act="purchase.lapse").actor_role == "SYSTEM"


def test_an_order_does_not_lapse_early():
    story = factories.story()
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        lapse(purchase_id=story.purchase.pk)
    assert refused.value.code == "not_due"
    assert snapshot(story) == before


def test_an_order_that_is_bound_does_not_lapse():
    story = factories.story("ORDERED")
    with after_deadline(story):
        clockwork.tick()
    assert story.fresh().state == "ORDERED"


def test_the_deadline_of_delivery_is_the_agreed_day():
    story = factories.story("ORDERED")
    assert story.purchase.due_at is not None
    assert clock.day_of(story.purchase.due_at) == story.purchase.needed_by


def test_a_successor_takes_over_when_the_officer_has_left():
    story = factories.story()
    ppk = story.office.officers[Role.PPK]
    appointed = people.appointment(Role.PPK, ppk.organisation)
    successor = Actor.of(appointed)
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        take_over(actor=successor, purchase_id=story.purchase.pk)
    assert refused.value.code == "still_in_office"
    assert snapshot(story) == before

    Appointment.objects.filter(pk=ppk.pk).update(valid_to=clock.today() - timedelta(days=1))
    client = people.signed_in(appointed)
    assert "Ambil alih tugasnya" in client.get(path(story)).content.decode()
    assert client.post(path(story, "take_over")).status_code == 302
    assert Entry.objects.filter(act="purchase.take_over").count() == 1
    assert story.fresh().ppk_user_id == successor.user_id
    story.office.officers[Role.PPK] = appointed
    story.take("approve")


def test_nobody_takes_over_in_another_unit():
    story = factories.story()
    with pytest.raises(Purchase.DoesNotExist):
        take_over(actor=people.actor(Role.PPK), purchase_id=story.purchase.pk)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE purchasing_purchase SET total = total + 1, ppn = ppn + 1",
        "UPDATE purchasing_purchase SET vendor_size = 'MENENGAH'",
        "UPDATE purchasing_purchaseline SET agreed_price = 1, total = quantity",
        "DELETE FROM purchasing_purchaseline",
    ],
)
def test_nothing_agreed_can_be_changed_in_the_database(change):
    factories.story()
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    ("one", "other"), [("ppk", "pp"), ("ppk", "receiver"), ("pp", "receiver"), ("treasurer", "ppk")]
)
def test_the_database_keeps_two_duties_apart(one, other):
    story = factories.story()
    person = people.user()
    with pytest.raises(IntegrityError), transaction.atomic():
        Purchase.objects.filter(pk=story.purchase.pk).update(
            **{f"{one}_user": person, f"{other}_user": person}
        )


def test_the_database_accepts_no_unknown_state():
    story = factories.story()
    field = Purchase._meta.get_field("state").column
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE purchasing_purchase SET {field} = 'PAID_IN_CASH' WHERE id = %s", [story.purchase.pk]
        )


def test_the_database_lets_a_line_accept_no_more_than_was_ordered():
    story = factories.story()
    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseLine.objects.update(accepted=21)
    PurchaseLine.objects.filter(purchase=story.purchase).update(accepted=20)


def test_the_log_finds_an_order_by_number_or_id():
    story = factories.story()
    key = str(story.purchase.pk)
    assert aggregate_id_of(story.purchase.number) == key
    assert aggregate_id_of(story.purchase.number.lower()) == key
    assert aggregate_id_of(key) == key
    assert aggregate_id_of("EO-1999-000001") is None
    assert aggregate_id_of("9" * 30) is None


def test_papers_are_read_by_the_parties_and_the_regions_overseers():
    story = factories.story("ORDERED")
    key, region = str(story.purchase.pk), story.purchase.region
    auditor = people.actor(Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=region))
    for actor in (*(story.office.actor(role) for role in story.office.officers), story.vendor, auditor):
        assert may_read(actor, key)
    elsewhere = people.organisation("AUDITOR_BODY", in_region=people.region("D998", "Provinsi Jauh"))
    for actor in (people.actor(Role.PPK), people.actor(Role.VENDOR), people.actor(Role.AUDITOR, elsewhere)):
        assert not may_read(actor, key)
    assert not may_read(story.vendor, "bukan-angka")


WAITING = [
    ("AWAITING_PPK", Role.PPK),
    ("AWAITING_VENDOR", Role.VENDOR),
    ("ORDERED", Role.VENDOR),
    ("SHIPPED", Role.RECEIVER),
    ("DELIVERED", Role.PPK),
    ("INSPECTED", Role.PPK),
    ("DISCREPANCY", Role.PPK),
    ("ACCEPTED", Role.VENDOR),
]


@pytest.mark.parametrize(("state", "role"), WAITING)
def test_an_order_lies_on_the_desk_of_who_must_act_and_news_goes_there(state, role):
    story = factories.story(state)
    held = {
        each: [item.title for item in waiting_for(story.actor(each)) if item.mine]
        for each in (Role.PPK, Role.PP, Role.VENDOR, Role.RECEIVER, Role.TREASURER)
    }
    assert {each for each, titles in held.items() if titles} == {role}

    last = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(story.purchase.pk)).latest(
        "event_no"
    )
    news = notice_recipients(last)
    assert news is not None
    assert news.url == story.purchase.get_absolute_url()
    assert news.next_step
    expected = {
        Role.PPK: Recipient(user_id=story.purchase.ppk_user_id),
        Role.VENDOR: Recipient(organisation_id=story.purchase.vendor_organisation_id, role="VENDOR"),
        Role.RECEIVER: Recipient(organisation_id=story.purchase.organisation_id, role="RECEIVER"),
    }
    assert news.recipients == (expected[role],)


def test_after_the_ppks_signature_the_bast_waits_for_the_vendor():
    story = factories.story("INSPECTED")
    story.take("sign_bast")
    assert not [item for item in waiting_for(story.actor(Role.PPK)) if item.mine]
    assert [item.title for item in waiting_for(story.vendor) if item.mine] == [story.purchase.number]
