"""An agency with its people, a few acts to record, and a log that signs with a key of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import Role
from marketplace.audit import acts, entries
from marketplace.audit.acts import Act
from marketplace.audit.models import Entry
from marketplace.audit.sql import GUARDS
from marketplace.core import clock
from marketplace.regulation.models import Region
from tests.tampering import guards_asleep

APPROVED = Act("test.approve", "{actor} menyetujui {total_rupiah}", ("total_rupiah",))
NOTED = Act("test.note", "{actor} ({role}, {organisation}) mencatat: {text}", ("text",))
acts.register(APPROVED, NOTED)

Writer = Callable[..., Entry]


@contextmanager
def tampering() -> Iterator[Any]:
    """Give a cursor as a superuser has it who has taken the triggers away, and put them back afterwards."""
    tables = sorted({table for table, _guard in GUARDS})
    with transaction.atomic(), guards_asleep(*tables) as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


class NoTables:
    """Stands for an installation whose rooms hold nothing: what these tests write about has no rows."""

    def told(self) -> dict[str, Any]:
        return {}

    named = told

    def kept(self) -> frozenset[str]:
        return frozenset()

    def things(self) -> Iterator[Any]:
        return iter(())

    states = figures = things


NO_TABLES = NoTables()


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    """Keep the signing key of a test to itself, and the tables of the rooms out of it."""
    settings.STATE_DIR = tmp_path
    settings.AUDIT_TABLES = "tests.audit.conftest.NO_TABLES"
    settings.AUDIT_ORIGIN = "e-order.example/log"


@pytest.fixture
def appoint(db: None) -> Callable[..., Appointment]:
    """Give `appoint(Role.PPK)`, a person in that role in an organisation of a region."""
    regions: dict[str, Region] = {}

    def make(role: Role, *, region: str = "T001", kind: str = "AGENCY_UNIT") -> Appointment:
        if region not in regions:
            regions[region] = Region.objects.create(
                klpd_code=region, name=f"Kabupaten {region}", kind="KABUPATEN"
            )
        organisation = Organisation.objects.create(region=regions[region], kind=kind, name=f"Dinas {role}")
        user = User.objects.create_user(f"{uuid4()}@e-order.example", name=f"Sari {role}")
        return Appointment.objects.create(
            user=user,
            organisation=organisation,
            role=role,
            decree_number="SK/1/2026",
            decree_date=date(2026, 1, 2),
            valid_from=date(2026, 1, 2),
        )

    return make


@pytest.fixture
def ppk(appoint: Callable[..., Appointment]) -> Actor:
    """A commitment officer."""
    return Actor.of(appoint(Role.PPK))


@pytest.fixture
def write(ppk: Actor) -> Writer:
    """Give `write("17", text="…")`, one committed entry about test thing 17."""

    def one(
        thing: str = "1", *, kind: str = "purchase", actor: Actor = ppk, act: str = "test.note", **facts: Any
    ) -> Entry:
        with transaction.atomic():
            return entries.record(
                actor=actor,
                act=act,
                aggregate=(kind, thing),
                facts=facts or {"text": "halo"},
                deed=uuid4(),
                at=clock.now(),
            )

    return one
