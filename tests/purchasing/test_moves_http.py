"""Each step by the right person over HTTP, and nothing at all for anybody else."""

from __future__ import annotations

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import DELIVERY, PURCHASE, STATE_OF_STAGE, rolled_up
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import answers, path, send, session, snapshot

pytestmark = pytest.mark.django_db

OUR_MOVES = sorted(factories.STEPS)
STEPS = {step.name: step for step in DELIVERY.moves if step.name not in {"stop", "terminate"}}


def natural(move: str) -> set[str]:
    """The states of an order with one delivery from which `move` starts."""
    if move in STEPS:
        return {STATE_OF_STAGE[stage] for stage in STEPS[move].sources}
    return set(PURCHASE.move(move).sources)


def ending(move: str) -> str:
    """Where `move` leads an order with one delivery."""
    if move == "reject_goods":
        return "TERMINATED"
    return rolled_up([STEPS[move].target]) if move in STEPS else PURCHASE.move(move).target


SOURCE = {
    "accept": "INSPECTED",
    "accept_short": "DISCREPANCY",
    **{
        each.name: next(state for state in factories.PATHS if state in natural(each.name))
        for each in PURCHASE.moves
        if each.name in factories.STEPS and each.name not in {"accept", "accept_short"}
    },
}


def at_source(move: str) -> factories.Story:
    """An order in which `move` is open."""
    story = factories.story("NEGOTIATING" if SOURCE[move] == "NEGOTIATING" else "AWAITING_PPK")
    if move in {"replace", "accept_short", "reject_goods"}:
        for name in ("approve", "confirm", "ship"):
            story.take(name)
        story.take("receive", counts=story.counts(good=5, damaged=2))
        story.take("report_discrepancy")
        return story
    for name in factories.PATHS[SOURCE[move]]:
        story.take(name)
    if move == "accept":
        story.take("sign_bast")
    if move == "terminate":
        story.take("warn")
    return story


@pytest.mark.parametrize("move", OUR_MOVES)
def test_the_right_person_takes_the_step(move):
    story = at_source(move)
    role, _act, _told = factories.STEPS[move]
    entries = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(story.purchase.pk))
    before = entries.count()

    shown = session(story, role).get(path(story, move))
    assert shown.status_code == 200
    assert 'name="revision"' in shown.content.decode()
    response = send(story, role, move)

    assert response.status_code == 302, response.content.decode()[-3000:]
    assert response["Location"] == path(story)
    assert story.fresh().state == ending(move)
    assert entries.count() == before + 1
    assert entries.order_by("-event_no")[0].act == f"purchase.{move}"


@pytest.mark.parametrize("move", OUR_MOVES)
def test_nobody_else_takes_it(move):
    """One order, everybody who must not: nothing changes and the log stays silent."""
    story = at_source(move)
    role, act, told = factories.STEPS[move]
    strangers = {each: people.appointment(each) for each in (role, Role.AUDITOR)}
    form, before = answers(story, move), snapshot(story)

    for other in sorted(set(story.office.officers) - PURCHASE.move(move).roles):
        assert session(story, other).post(path(story, move), form).status_code == 403, other
    assert people.signed_in(strangers[Role.AUDITOR]).post(path(story, move), form).status_code == 403

    # the same role of another house does not even find the order
    client = people.signed_in(strangers[role])
    for response in (
        client.get(path(story, move)),
        client.post(path(story, move), form),
        client.get(path(story)),
    ):
        assert response.status_code == 404

    # a vendor acting by posting another's id, an officer of another unit: the door refuses, not only the page
    given = {key: value(story) if callable(value) else value for key, value in told.items()}
    with pytest.raises(Refused) as refused:
        act(actor=Actor.of(strangers[role]), purchase_id=story.purchase.pk, **given)
    assert refused.value.code == "not_yours"

    # the right person, on a page that is no longer true
    stale = 99 if story.purchase.revision == 0 else story.purchase.revision - 1
    response = send(story, role, move, revision=stale)
    assert response.status_code == 409
    assert "sudah diubah orang lain" in response.content.decode()

    assert snapshot(story) == before


@pytest.mark.parametrize(
    ("state", "move", "role"),
    [
        ("SHIPPED", "cancel", Role.PP),  # others shipped a dispatched order that could be cancelled
        ("ORDERED", "cancel", Role.PPK),
        ("ORDERED", "confirm", Role.VENDOR),
        ("AWAITING_PPK", "stop", Role.PPK),
        ("SHIPPED", "accept_short", Role.PPK),
        ("ACCEPTED", "terminate", Role.PPK),
        ("CANCELLED", "approve", Role.PPK),
        ("AWAITING_PPK", "approve", Role.PPK),
    ],
)
def test_a_step_out_of_turn_is_refused(state, move, role):
    story = factories.story(state)
    if state == "AWAITING_PPK" and move == "approve":
        story.take("approve")
    before = snapshot(story)

    response = send(story, role, move)

    assert response.status_code == 409
    assert snapshot(story) == before


@pytest.mark.parametrize("move", ["refuse", "cancel", "decline", "stop", "terminate", "reject_goods"])
def test_an_end_needs_a_reason(move):
    story = at_source(move)
    before = snapshot(story)

    response = send(story, factories.STEPS[move][0], move, reason="  ya  ")

    assert response.status_code == 409
    assert "Alasan perlu ditulis" in response.content.decode()
    assert snapshot(story) == before


def test_a_form_without_its_fields_says_what_is_missing():
    story = factories.story("AWAITING_VENDOR")
    before = snapshot(story)
    response = session(story, Role.VENDOR).post(path(story, "decline"), {})
    assert response.status_code == 422
    assert "Alasan" in response.content.decode()
    assert snapshot(story) == before


def test_a_colleague_of_the_same_role_does_not_stand_in_unasked():
    story = factories.story()
    before = snapshot(story)
    colleague = people.appointment(Role.PPK, story.office.package.organisation)
    client = people.signed_in(colleague)

    assert "purchase-approve" not in client.get(path(story)).content.decode()
    response = client.post(path(story, "approve"), answers(story, "approve"))

    assert response.status_code == 409
    assert snapshot(story) == before


def test_the_ppk_does_not_receive_the_goods():
    """PPK and receiver of one order are two persons, by the door and by the database."""
    story = factories.story("SHIPPED")
    ppk = story.office.officers[Role.PPK]
    as_receiver = people.appointment(Role.RECEIVER, ppk.organisation, person=ppk.user)
    before = snapshot(story)
    role, act, told = factories.STEPS["receive"]

    with pytest.raises(Refused) as refused:
        act(
            actor=Actor.of(as_receiver),
            purchase_id=story.purchase.pk,
            counts=story.counts(),
            photos=[factories.photo()],
        )

    assert role == Role.RECEIVER
    assert told
    assert refused.value.code == "segregation"
    assert snapshot(story) == before


def test_buttons_are_those_the_door_would_open():
    """Every button a page shows leads to a page that opens; every move without a button is refused."""
    story = factories.story("DELIVERED")
    for role in (*story.office.officers, Role.VENDOR):
        client = session(story, role)
        text = client.get(path(story)).content.decode()
        for move in OUR_MOVES:
            shown = f'href="{path(story, move)}"' in text
            assert (client.get(path(story, move)).status_code == 200) == shown, (role, move)


def test_the_vendor_does_not_see_an_order_nobody_approved():
    story = factories.story()
    client = people.signed_in(story.appointment(Role.VENDOR))
    assert client.get(path(story)).status_code == 404
    assert story.purchase.number not in client.get("/pesanan/").content.decode()
    story.take("approve")
    assert client.get(path(story)).status_code == 200
    assert story.purchase.number in client.get("/pesanan/").content.decode()


def test_every_state_is_shown():
    unit, listing = factories.office(), factories.paper()
    for state in factories.PATHS:
        story = factories.story(state, at=unit, wanted=[(listing, 2)])
        response = session(story, Role.PPK).get(path(story))
        assert response.status_code == 200
        assert Purchase.moves.state(state).label in response.content.decode()
