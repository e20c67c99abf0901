"""Every address × every role, over HTTP: who may enter gets an answer, others are turned away, nobody gets a 500.

Things named in an address are those of ``tests/house/specimens.py``: each role visits the things of its own
organisation, and those of another region, which it must not even learn to exist.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.roles import APPOINTABLE, Role
from tests import people
from tests.house.addresses import UNDECLARED, Address, addresses
from tests.house.specimens import NOWHERE, Specimens

pytestmark = pytest.mark.timeout(900)

NOT_PAGES = {"django.views.static": "files, served by the web server in production"}
TURNED_AWAY = 403
ANSWERS = {200, 302, 303, 400, 404, 405, 409, 410, 422}
"""What a person who may enter can meet: the page, the next page, or a clear word about the request."""
NOBODY = None
"""A visitor who has not signed in."""


def pages() -> list[Address]:
    """Every address but files."""
    return [address for address in addresses() if address.view.__module__ not in NOT_PAGES]


def visit(client: Client, path: str) -> Any:
    """Ask for the page; where only a form can be sent, send it empty. What it changed is taken back."""
    before = transaction.savepoint()
    try:
        response = client.get(path)
        return client.post(path) if response.status_code == 405 else response
    finally:
        transaction.savepoint_rollback(before)


def complaint(address: Address, role: Role | None, client: Client, path: str) -> str | None:
    """What is wrong with the answer that this visitor got; None when it is right."""
    try:
        response = visit(client, path)
    except Exception as error:
        return f"{path}: {type(error).__name__}: {error}"
    status = response.status_code
    to_sign_in = status == 302 and response["Location"].startswith(f"/{settings.LOGIN_URL.strip('/')}/")
    if address.may_enter is None or role in address.may_enter:
        return None if status in ANSWERS else f"{path}: {status} for somebody who may enter"
    if role is NOBODY:
        return None if to_sign_in or is_sign_in(response) else f"{path}: {status} instead of the sign-in page"
    return None if status == TURNED_AWAY else f"{path}: {status} instead of {TURNED_AWAY}"


def is_sign_in(response: Any) -> bool:
    """Whether a redirect leads to the sign-in page, whatever its address is."""
    return response.status_code == 302 and "next=" in response["Location"]


def test_every_address_says_who_may_enter():
    assert not [f"/{address.route}" for address in pages() if address.may_enter == UNDECLARED]


def test_there_is_something_to_walk():
    assert len(pages()) > 5


def walk(role: Role | None, client: Client, values: Specimens) -> list[str]:
    """Visit every address and collect what is wrong."""
    found = (complaint(address, role, client, values.path(address)) for address in pages())
    return [fault for fault in found if fault]


def resident(role: Role, own: Specimens) -> Client:
    """The browser session of a person who works on those things."""
    home = own.home(role) or people.organisation(people.KIND_OF_ROLE[role], in_region=people.region())
    return people.signed_in(people.appointment(role, home))


@pytest.mark.long
@pytest.mark.django_db
def test_every_role_enters_what_it_may_and_nothing_else():
    own = Specimens.of(people.region())

    assert not [
        f"{role}: {fault}" for role in sorted(APPOINTABLE) for fault in walk(role, resident(role, own), own)
    ]


@pytest.mark.long
@pytest.mark.django_db
def test_every_thing_of_ones_own_opens_for_somebody_and_no_foreign_one_for_anybody():
    own, foreign = Specimens.of(people.region()), Specimens.of(people.region("D001", "Provinsi Lain"))
    clients = {role: resident(role, own) for role in sorted(APPOINTABLE)}
    scoped = [address for address in pages() if own.knows(address) and address.may_enter is not None]

    seen, closed = [], []
    for address in scoped:
        entering = [client for role, client in clients.items() if role in (address.may_enter or ())]
        path = foreign.path(address)
        seen += [path for client in entering if visit(client, path).status_code not in {403, 404}]
        path = own.path(address)
        if not any(visit(client, path).status_code not in {403, 404} for client in entering):
            closed.append(path)

    assert not seen
    assert not closed


@pytest.mark.django_db
def test_a_visitor_sees_public_pages_and_else_the_sign_in_page():
    assert not walk(NOBODY, Client(), NOWHERE)


@pytest.mark.django_db
def test_a_person_without_an_appointment_is_treated_as_the_public():
    client = Client()
    client.force_login(people.user())

    assert not walk(Role.PUBLIC, client, NOWHERE)


MOST_QUERIES = 25
"""No page asks the database more often than this; lists and pages have tighter budgets in their rooms' tests."""


@pytest.mark.long
@pytest.mark.django_db
def test_no_page_asks_the_database_too_often():
    values = Specimens.of(people.region())
    spendthrift = []
    for role in (Role.VENDOR, Role.PPK, Role.AUDITOR, Role.OPERATOR):
        client = resident(role, values)
        for address in pages():
            with CaptureQueriesContext(connection) as asked:
                client.get(values.path(address))
            if len(asked) > MOST_QUERIES:
                spendthrift.append(f"{role}: {values.path(address)}: {len(asked)} queries")

    assert not spendthrift
