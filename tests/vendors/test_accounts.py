"""The account a vendor is paid to: in its own name, in versions, a change only by two persons and after a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from tests import people
from tests.vendors import stalls
from vendors import actions, queries
from vendors.account_names import Match, StatedNames, likeness
from vendors.models import BankAccount, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {"bank_code": "008", "number": "123-000-999-8887", "holder_name": "Sari Wulandari"}


@pytest.fixture
def stall():
    made = stalls.vendor()
    actions.verify_bank_account(actor=stalls.operation(Role.OPERATOR), vendor_id=made.pk, version=1)
    return made


def paid_version(stall: Vendor) -> int | None:
    account = queries.verified_account(stall.pk)
    return account.version if account else None


def refused(code: str, act, /, **how) -> None:
    """The act is refused with that code, and leaves no trace."""
    before = (Entry.objects.count(), list(BankAccount.objects.order_by("pk").values()))
    with pytest.raises(Refused) as refusal:
        act(**how)
    assert refusal.value.code == code
    assert (Entry.objects.count(), list(BankAccount.objects.order_by("pk").values())) == before


def test_a_changed_account_is_paid_only_after_two_operators_and_its_waiting_time(stall, frozen_clock):
    owner = stalls.owner_of(stall)
    first, second = stalls.operation(Role.OPERATOR), stalls.operation(Role.OPERATOR)

    account = actions.add_bank_account(actor=owner, vendor_id=stall.pk, **NEW)
    assert (account.version, account.name_match, paid_version(stall)) == (2, "COCOK", 1)

    actions.verify_bank_account(actor=first, vendor_id=stall.pk, version=2)
    refused("two_persons", actions.approve_bank_account, actor=first, vendor_id=stall.pk, version=2)
    refused("verified_already", actions.verify_bank_account, actor=second, vendor_id=stall.pk, version=2)
    actions.approve_bank_account(actor=second, vendor_id=stall.pk, version=2)
    assert paid_version(stall) == 1

    with frozen_clock(clock.now() + timedelta(days=14)):
        assert paid_version(stall) == 2
        refused("approved_already", actions.approve_bank_account, actor=first, vendor_id=stall.pk, version=2)


def test_the_owner_stops_a_change_that_was_not_hers(stall, frozen_clock):
    owner, first = stalls.owner_of(stall), stalls.operation(Role.OPERATOR)
    actions.add_bank_account(actor=owner, vendor_id=stall.pk, **NEW)
    actions.verify_bank_account(actor=first, vendor_id=stall.pk, version=2)

    actions.stop_bank_account(actor=owner, vendor_id=stall.pk, version=2)

    refused(
        "account_stopped",
        actions.approve_bank_account,
        actor=stalls.operation(Role.OPERATOR),
        vendor_id=stall.pk,
        version=2,
    )
    with frozen_clock(clock.now() + timedelta(days=30)):
        assert paid_version(stall) == 1


def test_who_recorded_an_account_does_not_check_it(stall):
    operator = stalls.operation(Role.OPERATOR)
    actions.add_bank_account(actor=operator, vendor_id=stall.pk, **NEW)

    refused("own_work", actions.verify_bank_account, actor=operator, vendor_id=stall.pk, version=2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"holder_name": "Joko Widagdo"}, "not_own_name"),
        ({"bank_code": "999"}, "bank_unknown"),
        ({"number": "12ab"}, "malformed"),
        ({"bank_code": "111", "number": "1234567890"}, "same_account"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_nothing_is_kept(stall, said, code):
    refused(
        code, actions.add_bank_account, actor=stalls.owner_of(stall), vendor_id=stall.pk, **{**NEW, **said}
    )


def test_a_stranger_touches_no_account(stall):
    stranger = stalls.owner_of(stalls.vendor("Toko Lain"))
    elsewhere = stalls.operation(Role.OPERATOR, people.region("D1", "Kabupaten Lain"))
    before = Entry.objects.count()

    for act, actor, how in (
        (actions.add_bank_account, stranger, NEW),
        (actions.stop_bank_account, stranger, {"version": 1}),
        (actions.verify_bank_account, elsewhere, {"version": 1}),
        (actions.approve_bank_account, elsewhere, {"version": 1}),
    ):
        with pytest.raises(Vendor.DoesNotExist):
            act(actor=actor, vendor_id=stall.pk, **how)

    assert BankAccount.objects.filter(vendor=stall).count() == 1
    assert Entry.objects.count() == before


@pytest.mark.race
def test_of_two_changes_at_once_each_gets_a_version_of_its_own(stall):
    owner = stalls.owner_of(stall)

    def add(number: str) -> int:
        try:
            return actions.add_bank_account(
                actor=owner, vendor_id=stall.pk, **{**NEW, "number": number}
            ).version
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        versions = sorted(pool.map(add, ("11111111", "22222222", "33333333", "44444444")))

    assert versions == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE vendors_bankaccount SET number_hash = 'x'",
        "UPDATE vendors_bankaccount SET name_match = 'BEDA'",
        "UPDATE vendors_bankaccount SET verified_at = now()",
        "UPDATE vendors_bankaccount SET verified_at = NULL, verified_by_id = NULL",
        "UPDATE vendors_bankaccount SET approved_at = now(), approved_by_id = verified_by_id",
        "DELETE FROM vendors_bankaccount",
    ],
)
def test_the_database_keeps_accounts_as_they_are(stall, sql):
    before = list(BankAccount.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert list(BankAccount.objects.values()) == before


@pytest.mark.parametrize(
    ("stated", "own", "match"),
    [
        ("SARI WULANDARI", "Sari Wulandari", Match.MATCH),
        ("Hj. Sari Wulandari, S.E.", "Sari Wulandari", Match.MATCH),
        ("WULANDARI SARI", "Sari Wulandari", Match.MATCH),
        ("CV. MAJU BERSAMA", "Maju Bersama CV", Match.MATCH),
        ("SARI WULANDAR", "Sari Wulandari", Match.CLOSE),
        ("SARI W", "Sari Wulandari", Match.CLOSE),
        ("JOKO SUSILO", "Sari Wulandari", Match.MISMATCH),
        ("SARI DEWI", "Sari Wulandari", Match.MISMATCH),
        ("", "Sari Wulandari", Match.MISMATCH),
    ],
)
def test_names_are_compared_as_people_would(stated, own, match):
    found = StatedNames().check(bank_code="008", number="1", holder=stated, names=[own, "Warung Lain"])

    assert found == match
    assert likeness(stated, own) == pytest.approx(likeness(own, stated), abs=0.02)
