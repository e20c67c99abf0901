"""Registering, verifying and paying a vendor: papers, bank account versions, personal data at rest."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests import people
from tests.comparing import findings
from tests.vendors import stalls
from vendors import actions, queries
from vendors.models import BankAccount, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = ("3171065208850001", "Sari Wulandari", "Teuku Umar", "081234567890")


@pytest.fixture
def operator():
    return stalls.operation(Role.OPERATOR)


def test_a_person_registers_a_business_and_an_operator_verifies_it(operator):
    person = people.user()
    visitor = Actor(user_id=person.pk, name=person.name, role=Role.PUBLIC)

    vendor = actions.register_vendor(actor=visitor, data=stalls.vendor_data())
    assert (vendor.state, vendor.due_at is not None) == ("REGISTERED", True)
    owner = stalls.owner_of(vendor)
    assert owner.user_id == person.pk
    told = Entry.objects.get(aggregate_type="appointment", aggregate_id=str(owner.appointment_id))
    assert (told.act, told.facts["user"], told.region_id) == ("appointment.own", person.pk, vendor.region_id)
    assert findings() == {("thing_unknown", f"appointment {operator.appointment_id}")}, "made for the test"
    assert [item.title for item in queries.waiting_for(operator)] == ["Warung Bu Sari"]

    stalls.found_right(vendor, operator)
    actions.verify_vendor(actor=operator, vendor_id=vendor.pk)
    assert Vendor.objects.get(pk=vendor.pk).state == "VERIFIED"


def test_vendors_brought_in_bulk_are_told_with_their_owners():
    vendor = stalls.vendor()
    assert Entry.objects.get(act="appointment.own").facts["unit_id"] == vendor.organisation_id
    assert findings() == set()


def test_personal_data_lies_encrypted_and_never_in_the_log(operator):
    vendor = actions.register_vendor(actor=operator, data=stalls.vendor_data())

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(v)::text FROM vendors_vendor v WHERE id = %s", [vendor.pk])
        (row,) = cursor.fetchone()
    log = b"".join(bytes(payload) for payload in Entry.objects.values_list("payload", flat=True)).decode()
    for secret in SECRETS:
        assert secret not in row
        assert secret not in log
    assert Vendor.objects.get(pk=vendor.pk).owner_nik == SECRETS[0]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"nib": "123"}, "malformed"),
        ({"owner_nik": "3171069999850001"}, "malformed"),
        ({"npwp": "x"}, "malformed"),
    ],
)
def test_numbers_that_cannot_be_are_refused_and_nothing_is_made(operator, said, code):
    with pytest.raises(Refused) as refusal:
        actions.register_vendor(actor=operator, data=stalls.vendor_data(**said))

    assert refusal.value.code == code
    assert not Vendor.objects.exists()
    assert not Organisation.objects.filter(kind="VENDOR").exists()
    assert not Entry.objects.exists()


def test_one_nib_one_vendor(operator):
    data = stalls.vendor_data()
    actions.register_vendor(actor=operator, data=data)
    before = Entry.objects.count()

    with pytest.raises(Refused) as refusal:
        actions.register_vendor(actor=operator, data=data)

    assert (refusal.value.code, Vendor.objects.count(), Entry.objects.count()) == ("nib_known", 1, before)


@pytest.mark.parametrize("role", [Role.PPK, Role.AUDITOR, Role.TREASURER])
def test_officials_do_not_register_vendors(role):
    with pytest.raises(Refused) as refusal:
        actions.register_vendor(actor=people.actor(role), data=stalls.vendor_data())

    assert refusal.value.code == "wrong_role"
    assert not Vendor.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE vendors_bankaccount SET number_hash = 'x'",
        "UPDATE vendors_bankaccount SET verified_at = now(), verified_by_id = 1, bank_code = '002'",
        "DELETE FROM vendors_bankaccount",
    ],
)
def test_the_database_keeps_accounts_as_they_are(sql):
    stalls.vendor()
    before = BankAccount.objects.values_list("bank_code", "number_hash", "verified_at").get()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert BankAccount.objects.values_list("bank_code", "number_hash", "verified_at").get() == before


def test_a_reason_must_say_something(operator):
    vendor = stalls.vendor()

    with pytest.raises(Refused) as refusal:
        actions.suspend_vendor(actor=operator, vendor_id=vendor.pk, reason=" nakal ")

    assert refusal.value.code == "reason"
    assert Vendor.objects.get(pk=vendor.pk).state == "VERIFIED"
