"""A region, people and an issued paper, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import Role
from marketplace.regulation.models import Region
from marketplace.regulation.queries import forget_rules
from marketplace.workflow.door import doing
from procurement.documents import actions, samples
from procurement.documents.models import Paper

SUBJECT = ("purchase", "77")


def parties_may_read(actor: Actor, aggregate_id: str) -> bool:
    """Stands in for the room of the subject: the PPK may read, nobody else."""
    return actor.role == Role.PPK and aggregate_id == "77"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "papers", "base_url": None},
        },
    }
    settings.DOCUMENT_ACCESS = {"purchase": "tests.documents.conftest.parties_may_read"}
    forget_rules()


@pytest.fixture
def region(db: None) -> Region:
    return Region.objects.create(klpd_code="D991", name="Provinsi Contoh", kind=Region.Kind.PROVINCE)


@pytest.fixture
def unit(region: Region) -> Organisation:
    return Organisation.objects.create(
        region=region, kind=Organisation.Kind.AGENCY_UNIT, name="Dinas Pendidikan", code="9.01"
    )


@pytest.fixture
def appoint(unit: Organisation) -> Callable[[Role], Appointment]:
    def make(role: Role) -> Appointment:
        user = User.objects.create_user(
            f"{role.lower()}@contoh.invalid", "sandi-contoh-2026", name=f"Contoh {role}"
        )
        return Appointment.objects.create(
            user=user,
            organisation=unit,
            role=role,
            decree_number="188/1/2026",
            decree_date=date(2026, 1, 2),
            valid_from=date(2026, 1, 2),
        )

    return make


@pytest.fixture
def ppk(appoint: Callable[[Role], Appointment]) -> Actor:
    return Actor.of(appoint(Role.PPK))


@pytest.fixture
def issue(ppk: Actor) -> Callable[..., Paper]:
    def make(kind: str = "surat_pesanan", actor: Actor | None = None, **changes: Any) -> Paper:
        with doing(actor=actor or ppk) as deed:
            return actions.issue(
                deed,
                kind,
                {**samples.FACTS[kind], **changes},
                subject=SUBJECT,
                signatories=samples.SIGNATORIES[kind],
            )

    return make


__all__ = ["SUBJECT"]
