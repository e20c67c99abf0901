"""One person with several hats, posting forms that no page offers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.purchasing.actions import submit_basket
from procurement.purchasing.models import Purchase
from tests import people
from tests.purchasing import factories, http

pytestmark = pytest.mark.django_db(transaction=True)


def bought_by_the_ppk() -> factories.Story:
    """An order above the PP's limit: the PPK submitted it, no PP is named."""
    unit = factories.office(pagu=250_000_000, hps=190_000_000)
    factories.fill_basket(unit.actor(Role.PPK), [(factories.paper(region=unit.package.region), 20)])
    (purchase,) = submit_basket(
        actor=unit.actor(Role.PPK),
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        destinations=[factories.delivery()],
        no_negotiation_reason=factories.REASON,
    )
    return factories.Story(purchase, unit)


def refused(story: factories.Story, who: Client, move: str, status: int = 409, **told: Any) -> None:
    before = http.snapshot(story)
    answer = who.post(http.path(story, move), {**http.answers(story, move), **told})
    assert answer.status_code == status
    assert http.snapshot(story) == before


def test_a_pp_whom_the_order_does_not_name_does_not_cancel_it() -> None:
    story = bought_by_the_ppk()

    refused(story, http.session(story, Role.PP), "cancel")

    assert story.fresh().state == "AWAITING_PPK"


def test_nobody_takes_over_a_duty_that_nobody_had() -> None:
    story = bought_by_the_ppk()

    refused(story, http.session(story, Role.PP), "take_over")

    assert story.fresh().pp_user_id is None


def test_nobody_takes_over_what_is_closed() -> None:
    story = factories.story("CANCELLED")
    Appointment.objects.filter(pk=story.appointment(Role.PPK).pk).update(valid_to=date(2026, 1, 1))
    heir = people.signed_in(people.appointment(Role.PPK, story.purchase.organisation))

    refused(story, heir, "take_over")


def test_a_colleague_takes_over_from_one_who_left_and_is_then_the_one() -> None:
    story = factories.story()
    Appointment.objects.filter(pk=story.appointment(Role.PPK).pk).update(valid_to=date(2026, 1, 1))
    heir = people.signed_in(people.appointment(Role.PPK, story.purchase.organisation))

    assert heir.post(http.path(story, "take_over")).status_code == 302
    assert heir.post(http.path(story, "approve"), http.answers(story, "approve")).status_code == 302


def test_one_person_is_not_receiver_of_what_they_approved() -> None:
    """The same human being under two appointments of the same unit."""
    story = factories.story("SHIPPED")
    also_receiver = people.appointment(
        Role.RECEIVER, story.purchase.organisation, person=story.purchase.ppk.user
    )

    refused(story, people.signed_in(also_receiver), "receive")


@pytest.mark.parametrize("role", [Role.PPK, Role.PP])
def test_an_appointment_that_ended_ends_in_a_living_session(role: Role) -> None:
    story = factories.story()
    browser = http.session(story, role)
    assert browser.get(http.path(story)).status_code == 200
    Appointment.objects.filter(pk=story.appointment(role).pk).update(valid_to=date(2026, 1, 1))

    assert browser.get(http.path(story)).status_code == 403
    refused(story, browser, "approve", status=403)


def test_a_foreign_appointment_cannot_be_chosen(client_for: Any) -> None:
    other = people.appointment(Role.PPK)

    assert client_for(Role.PP).post("/peran/", {"appointment": other.pk}).status_code == 403


@pytest.mark.parametrize("move", ["pay", "lapse", "expire", "capture"])
def test_what_the_system_does_alone_has_no_address(move: str) -> None:
    story = factories.story("ORDERED")
    for role in (Role.PPK, Role.TREASURER, Role.VENDOR, Role.PA):
        refused(story, http.session(story, role), move, status=404)


@pytest.mark.parametrize(
    "move", ["approve", "refuse", "cancel", "confirm", "decline", "ship", "receive", "accept"]
)
def test_another_units_officer_and_another_vendor_find_nothing(move: str) -> None:
    """Every form posted by people of the same roles next door, one region and two."""
    story = factories.story("SHIPPED" if move == "receive" else "AWAITING_PPK")
    region = story.office.package.region
    neighbours = [people.appointment(role) for role in (Role.PPK, Role.PP, Role.RECEIVER)]
    stall = factories.shop("CV Tetangga", region=region).organisation.appointments.get(role=Role.VENDOR)
    for who in (*neighbours, stall):
        before, log = http.snapshot(story), Entry.objects.count()
        answer = people.signed_in(who).post(http.path(story, move), http.answers(story, move))
        assert answer.status_code in {403, 404}
        assert (http.snapshot(story), Entry.objects.count()) == (before, log)
    assert Purchase.objects.get(pk=story.purchase.pk).state == story.purchase.state
