"""Which roles one person may not hold on the same day, said for people.

The database refuses the same pairs by exclusion constraints (marketplace.accounts.models); under a race its refusal
is translated into the same sentence here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import IntegrityError

from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import BUYING, LABELS, NEVER_TOGETHER, SEGREGATION_BASIS, Role, side_of
from marketplace.core.transitions import Refused

NEEDS_CERTIFICATE: Final = frozenset({Role.PPK, Role.PP})
"""Handbook §2.2: PPK and PP hold a procurement competence certificate."""

KIND_OF_ROLE: Final = {
    **dict.fromkeys(BUYING, Organisation.Kind.AGENCY_UNIT),
    Role.VENDOR: Organisation.Kind.VENDOR,
    Role.AUDITOR: Organisation.Kind.AUDITOR_BODY,
    Role.HEAD: Organisation.Kind.AGENCY_UNIT,
    Role.OPERATOR: Organisation.Kind.OPERATOR,
    Role.CURATOR: Organisation.Kind.OPERATOR,
    Role.ASSISTANT: Organisation.Kind.OPERATOR,
}
"""In which kind of organisation a role can be held."""

_END_FIRST: Final = "Akhiri dahulu penunjukan yang satu, atau tunjuk orang lain."
_SIDES: Final = {
    "BUYER": "instansi pembeli",
    "VENDOR": "penyedia",
    "OVERSIGHT": "pengawas",
    "OPERATION": "pengelola",
}


def clash(new: Appointment, others: Iterable[Appointment]) -> Refused | None:
    """The first reason why `new` cannot stand beside `others`, which share a day with it."""
    for other in others:
        one, two = Role(new.role), Role(other.role)
        if one == two and other.organisation_id == new.organisation_id:
            return _appointed_already(one)
        if side_of(one) != side_of(two):
            return _two_sides(one, two)
        for first, second, _reason in NEVER_TOGETHER:
            if {one, two} == {first, second}:
                return never_together(first, second)
    return None


def never_together(first: Role, second: Role) -> Refused:
    """The refusal that names a forbidden pair and its basis."""
    reason = next(why for one, two, why in NEVER_TOGETHER if (one, two) == (first, second))
    return Refused(
        "never_together",
        f"{reason}: {LABELS[first]} dan {LABELS[second]} harus dua orang.",
        rule=SEGREGATION_BASIS,
        fix=_END_FIRST,
    )


def translated(error: IntegrityError, role: Role) -> Refused | None:
    """The refusal that an exclusion constraint's violation stands for; None for any other error."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name == "appointment_once_a_day":
        return _appointed_already(role)
    if name == "appointment_one_side_a_day":
        return _two_sides(role, None)
    for first, second, _reason in NEVER_TOGETHER:
        if name == f"appointment_never_{first.lower()}_{second.lower()}":
            return never_together(first, second)
    return None


def _appointed_already(role: Role) -> Refused:
    return Refused(
        "appointed_already",
        f"Orang ini sudah ditunjuk sebagai {LABELS[role]} di organisasi yang sama pada masa yang sama.",
        fix="Akhiri penunjukan lama, atau pilih tanggal sesudahnya.",
    )


def _two_sides(one: Role, other: Role | None) -> Refused:
    beside = f" ({LABELS[other]})" if other else ""
    return Refused(
        "two_sides",
        f"{LABELS[one]} berada di pihak {_SIDES[side_of(one)]}, sedangkan orang ini sudah berada di pihak lain"
        f"{beside}. Pengawas, pengelola, penyedia dan pembeli tidak boleh dirangkap.",
        rule=SEGREGATION_BASIS,
        fix=_END_FIRST,
    )
