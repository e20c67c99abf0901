"""Keeping the keyed hashes of vendors' addresses and officers' telephones, so that equal ones can be found.

Each is decrypted once, when it was changed since; what was read is told to the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import BUYING
from marketplace.core import identifiers
from marketplace.workflow.door import doing
from procurement.redflags.models import ContactKey
from vendors.models import Vendor

KEEPER: Final = Actor.system("Sidik kontak")
AT_ONCE: Final = 200

_STALE_VENDORS: Final = """
SELECT told.id, told.source
  FROM (SELECT v.id, encode(sha256(convert_to(v.street || '|' || v.place_code, 'UTF8')), 'hex') AS source
          FROM vendors_vendor v WHERE v.street <> '' AND v.state <> 'DRAFT') told
  LEFT JOIN redflags_contactkey k ON k.vendor_id = told.id
 WHERE k.source_sha256 IS DISTINCT FROM told.source
 ORDER BY told.id LIMIT %s
"""

_STALE_OFFICERS: Final = """
SELECT told.id, told.source
  FROM (SELECT u.id, encode(sha256(convert_to(u.phone, 'UTF8')), 'hex') AS source
          FROM accounts_user u
         WHERE u.phone <> '' AND EXISTS (
               SELECT FROM accounts_appointment a WHERE a.user_id = u.id AND a.role = ANY(%s))) told
  LEFT JOIN redflags_contactkey k ON k.user_id = told.id
 WHERE k.source_sha256 IS DISTINCT FROM told.source
 ORDER BY told.id LIMIT %s
"""

_SHORT: Final = {"jalan": "jl", "jln": "jl", "gang": "gg", "nomor": "no", "blok": "blk", "kavling": "kav"}


def index_contacts() -> int:
    """Make the hashes that are missing or old; returns how many were made. Doing it twice changes nothing."""
    made = 0
    while some := _index_some():
        made += some
    return made


def _index_some() -> int:
    with doing(actor=KEEPER) as deed:
        vendors = _stale(_STALE_VENDORS, [AT_ONCE])
        officers = _stale(_STALE_OFFICERS, [sorted(BUYING), AT_ONCE])
        addresses = Vendor.objects.filter(pk__in=vendors).only("street", "place_code")
        phones = User.objects.filter(pk__in=officers).only("phone")
        _keep(
            "vendor",
            [
                ContactKey(
                    kind=ContactKey.Kind.ADDRESS,
                    vendor_id=each.pk,
                    digest=address_digest(each.street, each.place_code),
                    source_sha256=vendors[each.pk],
                )
                for each in addresses
            ],
        )
        _keep(
            "user",
            [
                ContactKey(
                    kind=ContactKey.Kind.PHONE,
                    user_id=each.pk,
                    digest=phone_digest(each.phone),
                    source_sha256=officers[each.pk],
                )
                for each in phones
            ],
        )
        if vendors or officers:
            told = {"vendors": len(vendors), "officers": len(officers)}
            deed.record("red_flag.index", ("contact_keys", "1"), told)
        return len(vendors) + len(officers)


def _stale(statement: str, values: list[Any]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return dict(cursor.fetchall())


def _keep(unique: str, rows: Iterable[ContactKey]) -> None:
    ContactKey.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=[unique], update_fields=["digest", "source_sha256"]
    )


def address_digest(street: str, place_code: str) -> str:
    """Equal for addresses that differ in writing alone; empty for one too short to tell a house."""
    words = re.findall(r"[a-z]+|[0-9]+", street.lower())
    plain = " ".join(_SHORT.get(word, word) for word in words)
    told_a_house = any(word.isdigit() for word in words) and len(words) >= 3
    return keyed_hash("redflags.address", f"{place_code}|{plain}") if told_a_house else ""


def phone_digest(phone: str) -> str:
    """The hash vendors' telephones stand under, too; empty for what is no telephone number."""
    try:
        return keyed_hash("phone", identifiers.phone(phone))
    except ValueError:
        return ""
