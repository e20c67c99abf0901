"""Personal data: nowhere in a dump of the database, opened only for a purpose, and the log keeps no value."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events import jobs
from tests import people
from tests.onboarding.signing_up import SECTIONS, handed_in
from tests.vendors import stalls
from vendors import actions
from vendors.models import Vendor

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = {
    "NIK": "3171065208850001",
    "NPWP": "0012345678012000",
    "account": "8812345677",
    "phone": "81234567890",
    "street": "Jalan Teuku Umar 12",
    "owner": "Sari Wulandari",
}


@pytest.fixture(autouse=True)
def _mail_and_scans_of_this_test(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "vendor_documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def planted() -> tuple[Client, Vendor]:
    """A registration that says all of it through the pages, then a change proposed and an account changed."""
    client, vendor = handed_in(
        pajak={"npwp": PLANTED["NPWP"]},
        rekening={"number": PLANTED["account"]},
        usaha={"legal_form": "BADAN"},
    )
    operator = stalls.operation(Role.OPERATOR)
    stalls.found_right(vendor, operator)
    actions.verify_vendor(actor=operator, vendor_id=vendor.pk)
    client.post("/usaha-saya/pajak/", {**SECTIONS["pajak"], "npwp": PLANTED["NPWP"], "pkp": "on"})
    client.post("/usaha-saya/rekening/", {**SECTIONS["rekening"], "number": "9" + PLANTED["account"]})
    jobs.run_due()
    return client, Vendor.objects.get(pk=vendor.pk)


def dump() -> Iterator[tuple[str, str]]:
    """Every table of the database as text, as a backup would hold it; people's own names as users stand apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM public."{table}" t')
            (text,) = cursor.fetchone()
            yield table, text or ""


def forms_of(secret: str) -> list[str]:
    """A value as it may hide: plain, spaced, in hex, in base64 at each of its three offsets."""
    raw = secret.encode()
    packed = [base64.b64encode(b"\0" * offset + raw).decode()[4:-4] for offset in (0, 1, 2)]
    spaced = (
        ["-".join(secret[start : start + 4] for start in range(0, len(secret), 4))]
        if secret.isdigit()
        else []
    )
    return [secret, raw.hex(), *spaced, *(each for each in packed if len(each) > 6)]


def test_a_dump_of_the_database_holds_none_of_it():
    planted()
    tables = dict(dump())
    assert len(tables) > 60

    # The owner's name is also the name of her account, by which others know who acted.
    names = {"accounts_user", "audit_entry", "vendors_assistance"}
    found = [
        (what, table)
        for what, secret in PLANTED.items()
        for table, text in tables.items()
        if any(form in text for form in forms_of(secret)) and not (what == "owner" and table in names)
    ]
    assert found == []


def test_neither_does_any_file_that_is_kept(tmp_path):
    planted()
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    assert kept
    assert not any(content[8:12] == b"WEBP" or content.startswith(b"%PDF") for content in kept)


def test_a_field_is_opened_for_a_purpose_and_the_log_keeps_no_value():
    _client, vendor = planted()
    office = people.organisation(Organisation.Kind.OPERATOR)
    browser = people.signed_in(people.appointment(Role.OPERATOR, office))
    path = f"/penyedia/{vendor.pk}/buka/"
    assert PLANTED["NIK"] not in browser.get(path).content.decode()

    answer = browser.post(path, {"field": "owner_nik", "purpose": "Mencocokkan dengan foto KTP."})
    assert PLANTED["NIK"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.latest("pk")
    assert (entry.act, entry.facts["field"]) == ("personal_data.reveal", "owner_nik")
    assert PLANTED["NIK"] not in str(entry.facts)
    assert PLANTED["NIK"] not in browser.get(f"/penyedia/{vendor.pk}/").content.decode()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"field": "owner_nik", "purpose": "pendek"}, 422),
        ({"field": "owner_nik", "purpose": ""}, 422),
        ({"field": "password", "purpose": "Mencocokkan dengan foto KTP."}, 422),
    ],
)
def test_without_a_purpose_nothing_is_opened_and_nothing_written(said, status):
    stall = stalls.vendor()
    browser = people.signed_in(
        people.appointment(Role.OPERATOR, people.organisation(Organisation.Kind.OPERATOR))
    )
    before = Entry.objects.count()

    answer = browser.post(f"/penyedia/{stall.pk}/buka/", said)

    assert answer.status_code == status
    assert "3171065208850001" not in answer.content.decode()
    assert Entry.objects.count() == before


def test_others_open_nothing():
    stall = stalls.vendor()
    said = {"field": "owner_nik", "purpose": "Mencocokkan dengan foto KTP."}
    far = people.organisation(Organisation.Kind.OPERATOR, in_region=people.region("D1", "Kabupaten Lain"))
    before = Entry.objects.count()

    for who, status in (
        (people.appointment(Role.OPERATOR, far), 404),
        (people.appointment(Role.PPK), 403),
        (people.appointment(Role.VENDOR, stall.organisation), 403),
        (people.appointment(Role.ASSISTANT, people.organisation(Organisation.Kind.OPERATOR)), 403),
    ):
        assert people.signed_in(who).post(f"/penyedia/{stall.pk}/buka/", said).status_code == status
    assert Entry.objects.count() == before


def test_nobody_opens_one_field_after_the_other_without_end():
    stall = stalls.vendor()
    actor = stalls.operation(Role.OPERATOR)
    codes = set()
    for _number in range(62):
        try:
            actions.reveal(actor=actor, vendor_id=stall.pk, field="phone", purpose="Menanyakan alamat kirim.")
        except Exception as refused:
            codes.add(getattr(refused, "code", str(refused)))

    assert codes == {"too_often"}
    assert Entry.objects.filter(act="personal_data.reveal").count() == 60
