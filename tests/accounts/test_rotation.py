"""Changing the field key: everything is readable before, during and after, and nothing of anybody's is undone."""

from __future__ import annotations

import json

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.db import connection, transaction

from marketplace.accounts import rotation
from marketplace.accounts.models import User
from marketplace.accounts.personal_data import encrypted
from marketplace.core.uploads import Upload
from tests import people
from tests.vendors import stalls
from vendors import filing
from vendors.models import BankAccount, Vendor

pytestmark = pytest.mark.django_db(transaction=True)


def told(capsys, *arguments: str) -> dict:
    call_command("rotate_field_keys", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_every_encrypted_column_of_every_model_is_known():
    names = {column.name for column in rotation.columns()}

    assert {"accounts_user.phone", "vendors_bankaccount.number", "vendors_vendor.owner_nik"} <= names
    assert "documents_paper.facts_text" in names


def test_all_is_written_anew_and_the_old_key_may_go(settings, capsys, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "vendor_documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    filing.keep(Upload(b"isi pindaian", "application/pdf", "ab" * 32, ".pdf"))
    stall = stalls.vendor()
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["2:kunci baru", *old]

    dry = told(capsys, "--dry-run")
    assert (dry["written"], dry["found"]["vendors_bankaccount.number"], dry["files"]) == (0, {"1": 1}, 1)

    done = told(capsys)
    assert done["key_id"] == "2"
    assert done["written"] > 4
    again = told(capsys)
    assert (again["written"], again["files"]) == (0, 0)
    assert set(again["found"]["vendors_vendor.owner_nik"]) == {"2"}

    settings.FIELD_KEYS = ["2:kunci baru"]
    assert Vendor.objects.get(pk=stall.pk).owner_nik == "3171065208850001"
    assert BankAccount.objects.get(vendor=stall).number == "1234567890"
    assert filing.opened("ab" * 32) == b"isi pindaian"

    settings.FIELD_KEYS = old
    with pytest.raises(InvalidToken):
        Vendor.objects.get(pk=stall.pk)


def test_what_somebody_changed_meanwhile_is_left_alone(settings):
    person = people.user()
    person.phone = "081234567890"
    person.save()
    settings.FIELD_KEYS = ["2:kunci baru", *settings.FIELD_KEYS]
    column = next(each for each in rotation.columns() if each.name == "accounts_user.phone")
    stale = rotation._batch(column, None)
    person.phone = "089999999999"
    person.save()

    for key, token in stale:
        assert rotation._replace(column, key, token) == 0

    assert User.objects.get(pk=person.pk).phone == "089999999999"


def test_a_token_moved_from_another_account_does_not_pass_for_this_one():
    first, second = stalls.vendor("Warung Satu"), stalls.vendor("Warung Dua")
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            "UPDATE vendors_bankaccount SET number = %s WHERE vendor_id = %s",
            [encrypted("9999999999", column="vendors_bankaccount.number"), second.pk],
        )
    from_hash = BankAccount.objects.get(vendor=second)

    assert from_hash.number == "9999999999"
    assert not from_hash.is_as_recorded()
    assert BankAccount.objects.get(vendor=first).is_as_recorded()
