"""The inbox of notifications: what overseers see, what is covered, and doing one again."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.jobs import run_due
from marketplace.events.models import Job
from procurement.settlement.actions import process_event, receive_notification, replay_events, send_attempt
from procurement.settlement.inbox import opened_event
from procurement.settlement.masking import COVER, masked_body, masked_headers
from procurement.settlement.models import EventHandling, Journal, ProviderEvent
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.webhooks import sign
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import books, deliver, started, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    made = accepted()
    approved(made)
    return made


@pytest.fixture
def told(case: Case, stripe: FakeStripe) -> ProviderEvent:
    """The capture of an attempt, stored and not yet acted on."""
    send_attempt(started(case).pk)
    for event in stripe.state.events.values():
        deliver(event)
    return ProviderEvent.objects.get(kind="payment_intent.succeeded")


def overseer(case: Case, role: Role = Role.OPERATOR) -> Any:
    kind = people.KIND_OF_ROLE[role]
    return people.appointment(role, people.organisation(kind, in_region=case.purchase.region))


def page(client: Client, *args: object, status: int = 200, **query: str) -> str:
    response = client.get(reverse("payment-event" if args else "payment-events", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def test_what_came_and_what_became_of_it_is_shown(case: Case, told: ProviderEvent) -> None:
    client = people.signed_in(overseer(case, Role.AUDITOR))
    assert "Menunggu" in page(client, hasil="WAITING")
    work()
    assert {each.result for each in EventHandling.objects.all()} == {"DONE", "IGNORED"}
    assert EventHandling.objects.get(event=told).region_id == case.purchase.region_id
    shown = page(client, jenis="payment_intent.succeeded")
    assert "Diolah" in shown and "payment_intent.created" not in shown
    assert "Olah lagi" not in page(client), "an auditor reads"
    assert "Tidak ada kabar yang cocok" in page(client, rujukan="BYR-lain")
    page(client, status=400, sejak="kemarin")
    assert "Dana diterima" in page(client, told.pk)


def test_secrets_and_personal_data_are_covered(case: Case, told: ProviderEvent) -> None:
    intent = json.loads(bytes(told.raw))["data"]["object"]
    shown = page(people.signed_in(overseer(case)), told.pk)
    assert intent["client_secret"] not in shown and intent["id"] in shown
    signature = told.headers["Stripe-Signature"].partition("v1=")[2]
    assert signature and signature not in shown
    opened = opened_event(told)
    assert json.loads(opened.body)["data"]["object"]["client_secret"] == COVER
    assert opened.headers["Stripe-Signature"].startswith("t=")


def test_covering_lets_nothing_unknown_through() -> None:
    told = {
        "id": "evt_1",
        "amount": 700,
        "livemode": False,
        "receipt_email": "siti@contoh.test",
        "billing_details": {"name": "Siti", "address": {"line1": "Jl. 1", "postal_code": 10110}},
        "card": {"last4": "4242", "exp_month": 4},
        "reference": "3175012345678901",
        "notes": ["Siti", {"status": "paid"}],
        "nik": 3175012345678901,
    }
    covered = masked_body(told)
    assert covered == {
        "id": "evt_1",
        "amount": 700,
        "livemode": False,
        "receipt_email": COVER,
        "billing_details": {"name": COVER, "address": {"line1": COVER, "postal_code": COVER}},
        "card": {"last4": COVER, "exp_month": COVER},
        "reference": COVER,
        "notes": [COVER, {"status": "paid"}],
        "nik": COVER,
    }
    assert masked_headers({"Authorization": "Bearer x", "Content-Type": "a/b"}) == {
        "Authorization": COVER,
        "Content-Type": "a/b",
    }


def test_a_forgery_is_shown_as_refused_and_cannot_be_replayed(case: Case, stripe: FakeStripe) -> None:
    raw = b'{"id": "evt_1", "type": "payment_intent.succeeded"}'
    header = sign(raw, "whsec_lain", at=int(clock.now().timestamp()))
    receive_notification("stripe", raw, {"Stripe-Signature": header})
    forged = ProviderEvent.objects.get()
    assert (forged.handling.result, forged.handling.why) == ("REFUSED", "Tanda tangan tidak sah")
    log = LogEntry.objects.count()
    assert replay_events(actor=Actor.of(overseer(case)), event_ids=[forged.pk]) == 0
    assert (LogEntry.objects.count(), Job.objects.filter(kind="settlement.provider_event").count()) == (
        log,
        0,
    )


def test_what_failed_is_done_again_by_an_operator_and_logged(
    case: Case, told: ProviderEvent, settings: LazySettings
) -> None:
    key, settings.STRIPE_API_KEY = settings.STRIPE_API_KEY, ""
    with pytest.raises(Refused):
        process_event(told.pk)
    told.refresh_from_db()
    assert told.handling.result == "FAILED" and "provider.off" in told.handling.why
    settings.STRIPE_API_KEY = key
    client = people.signed_in(overseer(case))
    assert "Olah lagi" in page(client, told.pk)
    response = client.post(reverse("payment-events-replay"), {"kabar": [told.pk, "x"]})
    assert response.status_code == 302
    assert LogEntry.objects.filter(act="provider_event.replay").count() == 1
    run_due()
    assert case.fresh().state == "PAID"
    assert EventHandling.objects.get(event=told).result == "DONE"


def test_replaying_what_is_done_changes_nothing(case: Case, told: ProviderEvent) -> None:
    work()
    before = (books(), Journal.objects.count(), LogEntry.objects.count(), Job.objects.count())
    operator = Actor.of(overseer(case))
    assert replay_events(actor=operator, event_ids=[told.pk, 10**9]) == 0
    process_event(told.pk)
    assert (books(), Journal.objects.count(), LogEntry.objects.count(), Job.objects.count()) == before


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TREASURER])
def test_only_an_operator_replays(case: Case, told: ProviderEvent, role: Role) -> None:
    actor = case.treasurer if role == Role.TREASURER else Actor.of(overseer(case, role))
    log, jobs = LogEntry.objects.count(), Job.objects.count()
    with pytest.raises(Refused) as refusal:
        replay_events(actor=actor, event_ids=[told.pk])
    assert refusal.value.code == "wrong_role"
    assert (LogEntry.objects.count(), Job.objects.count()) == (log, jobs)


def test_too_many_at_once_are_refused(case: Case) -> None:
    with pytest.raises(Refused) as refusal:
        replay_events(actor=Actor.of(overseer(case)), event_ids=range(201))
    assert refusal.value.code == "replay.too_many"


def test_another_regions_notifications_are_closed(case: Case, told: ProviderEvent) -> None:
    work()
    far = people.organisation(Organisation.Kind.OPERATOR, in_region=people.region("D001", "Provinsi Jauh"))
    stranger = people.appointment(Role.OPERATOR, far)
    client = people.signed_in(stranger)
    page(client, told.pk, status=404)
    assert str(told.event_id) not in page(client)
    assert replay_events(actor=Actor.of(stranger), event_ids=[told.pk]) == 0


def test_the_page_asks_few_questions_however_many_rows(
    case: Case,
    told: ProviderEvent,
    stripe: FakeStripe,
    assert_flat_in_rows: Callable[[Callable[[], Any], Callable[[], Any]], None],
    assert_max_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    client = people.signed_in(overseer(case))

    def add() -> None:
        for number in range(60):
            deliver({"id": f"evt_x{number}", "object": "event", "type": "charge.succeeded", "data": {}})

    assert_flat_in_rows(lambda: page(client), add)
    with assert_max_queries(10):
        shown = page(client)
    assert shown.count("charge.succeeded") == 50 and "Berikutnya" in shown
