"""Keyed hashes of addresses and officers' telephones: made once, equal for equal data, told to the log."""

from __future__ import annotations

import pytest

from marketplace.accounts.models import User
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.redflags import actions
from procurement.redflags.actions.contacts import address_digest, phone_digest
from procurement.redflags.models import ContactKey
from tests import people
from tests.vendors import stalls
from vendors.models import Vendor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("street", ["Jalan Merdeka Nomor 8", "JL. MERDEKA NO. 8", "Jl Merdeka, no 8"])
def test_an_address_is_the_same_however_it_is_written(street: str) -> None:
    assert address_digest(street, "31.71.01.1001") == address_digest("Jl. Merdeka No 8", "31.71.01.1001")


def test_other_houses_places_and_vague_addresses_are_not_the_same() -> None:
    here = address_digest("Jl. Merdeka No. 8", "31.71.01.1001")
    assert here != address_digest("Jl. Merdeka No. 9", "31.71.01.1001")
    assert here != address_digest("Jl. Merdeka No. 8", "31.71.01.1002")
    assert address_digest("Pasar Baru", "31.71.01.1001") == ""
    assert phone_digest("0812-3456-7890") == phone_digest("+62 812 3456 7890") != ""
    assert phone_digest("bukan nomor") == ""


def test_each_is_read_once_and_again_when_it_changed() -> None:
    vendor = stalls.vendor("CV Satu")
    Vendor.objects.filter(pk=vendor.pk).update(street="Jl. Merdeka No. 8")
    officer = people.appointment(Role.PPK).user
    User.objects.filter(pk=officer.pk).update(phone="081234567890")
    auditor = people.appointment(Role.AUDITOR).user
    User.objects.filter(pk=auditor.pk).update(phone="081234567891")

    assert actions.index_contacts() == 2
    assert actions.index_contacts() == 0
    assert ContactKey.objects.get(user=officer).digest == keyed_hash("phone", "+6281234567890")
    assert not ContactKey.objects.filter(user=auditor).exists(), (
        "only who buys or pays is compared with vendors"
    )

    before = ContactKey.objects.get(vendor=vendor).digest
    Vendor.objects.filter(pk=vendor.pk).update(street="Jl. Merdeka No. 80")
    assert actions.index_contacts() == 1
    assert ContactKey.objects.get(vendor=vendor).digest not in {before, ""}
    told = [entry.facts for entry in Entry.objects.filter(act="red_flag.index").order_by("pk")]
    assert [(each["vendors"], each["officers"]) for each in told] == [(1, 1), (1, 0)]
    assert "Merdeka" not in str(told) and "0812" not in str(told)
