"""The people of the demonstration: one for each role, each under a decree. Fictional, and never in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import LABELS, Role
from marketplace.administration.actions import appoint
from marketplace.core import clock
from marketplace.regulation.models import Region

PASSWORD: Final = "cobadulu-2026"
MAIL_DOMAIN: Final = "e-order.test"
DIRECTOR: Final = Actor.system("Peragaan")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast: mail box, name, role, and what they do first in the story."""

    box: str
    name: str
    role: Role
    first_click: str

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.box}@{MAIL_DOMAIN}"

    @property
    def label(self) -> str:
        """The role in words."""
        return LABELS[self.role]


OFFICERS: Final = (
    Person("pa", "Ani Wulandari", Role.PA, "Meja saya → paket yang menunggu disposisi"),
    Person("ppk", "Budi Santosa", Role.PPK, "Meja saya → pesanan yang menunggu persetujuan"),
    Person("pp", "Citra Lestari", Role.PP, "Katalog → keranjang → ajukan"),
    Person("pptk", "Dedi Kurniawan", Role.PPTK, "Meja saya → Pesanan"),
    Person("ppk-skpd", "Eka Prasetya", Role.PPK_SKPD, "Meja saya → verifikasi tagihan"),
    Person("bendahara", "Fajar Nugroho", Role.TREASURER, "Meja saya → Pembayaran"),
    Person("penerima", "Gita Maharani", Role.RECEIVER, "Meja saya → catat penerimaan"),
)
OVERSEERS: Final = (
    Person("kepala-daerah", "Nurul Aini", Role.HEAD, "Meja saya → Dasbor"),
    Person("auditor", "Hadi Wibowo", Role.AUDITOR, "Meja saya → Log audit"),
    Person("auditor2", "Nanang Prakoso", Role.AUDITOR, "Meja saya → temuan yang menunggu reviu"),
    Person("operator", "Indah Permata", Role.OPERATOR, "Meja saya → Parameter regulasi"),
    Person("operator2", "Lukman Hakim", Role.OPERATOR, "Meja saya → usulan parameter"),
    Person("kurator", "Joko Susilo", Role.CURATOR, "Meja saya → Kurasi produk"),
    Person("pendamping", "Maya Sartika", Role.ASSISTANT, "Meja saya → usaha yang didampingi"),
)
CURATOR, ASSISTANT = OVERSEERS[-2:]
OWNER: Final = Person("umkm", "Kartika Sari", Role.VENDOR, "Meja saya → terima pesanan")
APPLICANT: Final = Person("umkm2", "Ratih Pramesti", Role.VENDOR, "Meja saya → perbaiki pendaftaran")
EVERYBODY: Final = (*OFFICERS, OWNER, APPLICANT, *OVERSEERS)


def user_of(person: Person) -> User:
    """The person's account; made on first use, with the demonstration's password."""
    user, _made = User.objects.get_or_create(
        email=person.email, defaults={"name": person.name, "password": _hashed()}
    )
    return user


@lru_cache(maxsize=1)
def _hashed() -> str:
    """The password hashed once: everybody's is the same, and hashing is slow on purpose."""
    return make_password(PASSWORD)


def appoint_officers(unit: Organisation) -> None:
    """Give the agency roles of the cast to `unit`, each by a decree of its own; what is given stays."""
    for number, person in enumerate(OFFICERS, start=1):
        _appoint(person, unit, f"{number:03d}/SK/{clock.today().year}")


def appoint_overseers(region: Region) -> None:
    """Head of region, auditor, operators, curator and assistant of a region, in bodies of their own."""
    bodies = {
        Role.HEAD: (Organisation.Kind.AGENCY_UNIT, "Sekretariat Daerah", "SETDA"),
        Role.AUDITOR: (Organisation.Kind.AUDITOR_BODY, "Inspektorat", "INSPEKTORAT"),
        Role.OPERATOR: (Organisation.Kind.OPERATOR, "Badan Pelayanan Pengadaan", "UKPBJ"),
        Role.CURATOR: (Organisation.Kind.OPERATOR, "Dinas PPKUKM", "PPKUKM"),
        Role.ASSISTANT: (Organisation.Kind.OPERATOR, "Dinas PPKUKM", "PPKUKM"),
    }
    for number, person in enumerate(OVERSEERS, start=101):
        kind, name, code = bodies[person.role]
        body, _made = Organisation.objects.get_or_create(
            region=region, kind=kind, code=code, defaults={"name": f"{name} {region.name}"[:250]}
        )
        _appoint(person, body, f"{number:03d}/SK/{clock.today().year}")


def operator_of(region: Region) -> Actor:
    """The first operator of the cast in a region, as an actor."""
    appointment = _appointments().filter(
        organisation__region=region, role=Role.OPERATOR, user__email__endswith=MAIL_DOMAIN
    )
    return Actor.of(appointment.order_by("pk")[0])


def actor_of(person: Person) -> Actor:
    """One of the cast as an actor, in the role that the story gives them."""
    return Actor.of(_appointments().filter(user__email=person.email, role=person.role).order_by("pk")[0])


def _appointments() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("user", "organisation")


def _appoint(person: Person, organisation: Organisation, decree: str) -> None:
    user = user_of(person)
    if Appointment.objects.filter(user=user, organisation=organisation, role=person.role).exists():
        return
    start = date(clock.today().year, 1, 2)
    appoint(
        actor=DIRECTOR,
        user_id=user.pk,
        organisation_id=organisation.pk,
        role=person.role,
        decree_number=decree,
        decree_date=start,
        valid_from=start,
        certificate_number=f"PBJ-{decree[:3]}" if person.role in {Role.PPK, Role.PP} else "",
    )
