"""Every page is asked for days, months, numbers and pages that nobody can mean: an answer in words, never a 500.

The year 9999 has no next midnight in UTC, 10**20 fits no column, `²` is a digit that `int` does not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client

from marketplace.accounts.roles import APPOINTABLE
from tests import people
from tests.house.addresses import Address
from tests.house.specimens import Specimens, absent
from tests.house.test_permission_walk import pages, resident

pytestmark = [pytest.mark.long, pytest.mark.timeout(900), pytest.mark.django_db]

DAYS = ("dari", "sampai", "sejak", "pada", "hari", "bulan", "masa", "tahun", "date", "since")
NUMBERS = (
    *("halaman", "hal", "sebelum", "sesudah", "setelah", "unit", "satuan", "orang", "versi", "dari", "lagi"),
    *("nilai_dari", "nilai_sampai", "kiriman", "id", "pesanan", "amount"),
)
FAR_DAYS = ("9999-12-31", "9999-12", "0001-01-01", "0001-01", "10000")
FAR_NUMBERS = ("9" * 20, "9" * 5_000, "-1", "²")
FAR_PARTS = ("9" * 20, "9999-12-31", "0001-01-01", "10000", "0", "²")


def absurd(address: Address, own: Specimens) -> Iterator[str]:
    """The address with each varying part, and with each question, made absurd."""
    path = own.path(address)
    for names, values in ((DAYS, FAR_DAYS), (NUMBERS, FAR_NUMBERS)):
        yield from (f"{path}?{urlencode(dict.fromkeys(names, value))}" for value in values)
    known = {name: own._of(address).get(name) or absent(kind) for name, kind in address.parameters.items()}
    for name, kind in address.parameters.items():
        for part in FAR_PARTS:
            if kind != "int" or part.isdecimal():
                yield address.url({**known, name: quote(part)})


def fault(client: Client, path: str) -> str | None:
    """What went wrong on a page, its whole body read; None when it answered."""
    before = transaction.savepoint()
    try:
        response: Any = client.get(path)
        status = response.status_code
        if response.streaming:
            b"".join(response.streaming_content)
    except Exception as error:
        return f"{path[:200]}: {type(error).__name__}: {str(error)[:200]}"
    finally:
        transaction.savepoint_rollback(before)
    return f"{path[:200]}: {status}" if status >= 500 else None


def test_no_page_falls_over_what_nobody_can_mean():
    own = Specimens.of(people.region())
    clients = {role: resident(role, own) for role in sorted(APPOINTABLE)}
    faults = []
    for address in pages():
        entering = clients if address.may_enter is None else sorted(set(clients) & set(address.may_enter))
        client = next(
            (clients[role] for role in entering if clients[role].get(own.path(address)).status_code == 200),
            None,
        )
        if client is None:
            continue
        found = (fault(client, path) for path in absurd(address, own))
        faults += [each for each in found if each]

    assert not faults, "\n".join(faults)
