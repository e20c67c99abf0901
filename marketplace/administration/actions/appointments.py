"""Giving and ending appointments. An appointment is never changed or removed; it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import APPOINTABLE, BUYING, LABELS, SEGREGATION_BASIS, Role
from marketplace.administration import segregation
from marketplace.administration.actions.people import Newcomer, open_account
from marketplace.administration.queries import appointments_for, organisations_for
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing

APPOINTERS: Final = (Role.OPERATOR, Role.PA, Role.SYSTEM)
GIVEN_BY_PA: Final = BUYING - {Role.PA}
"""A PA appoints the officers of the own unit; the PA itself is appointed by the head of the region."""
FAR_FROM_DECREE: Final = timedelta(days=366)
"""A decree speaks of this budget year, at times of the one before or after; more is a slip of the pen."""


def appoint(
    *,
    actor: Actor,
    organisation_id: int,
    role: Role,
    decree_number: str,
    decree_date: date,
    valid_from: date,
    valid_to: date | None = None,
    acting: str = "",
    certificate_number: str = "",
    certificate_valid_to: date | None = None,
    substitute_for_id: int | None = None,
    user_id: int | None = None,
    newcomer: Newcomer | None = None,
) -> Appointment:
    """Record that a decree gives a person a role in an organisation from one day to another, both included.

    Operators record for their region, a PA for the own unit. The person is `user_id`, or a `newcomer` whose account the
    same deed makes. Raises Refused when the decree is incomplete, the role does not fit the organisation, or the
    person holds a role that excludes it (handbook §2.2); Organisation.DoesNotExist for organisations out of reach.
    """
    actor.require(*APPOINTERS)
    organisation = organisations_for(actor).get(pk=organisation_id)
    appointment = Appointment(
        organisation=organisation,
        role=role,
        decree_number=decree_number.strip(),
        decree_date=decree_date,
        valid_from=valid_from,
        valid_to=valid_to,
        acting=acting,
        certificate_number=certificate_number.strip(),
        certificate_valid_to=certificate_valid_to,
        substitute_for_id=substitute_for_id,
    )
    _check_decree(appointment)
    _check_substitute(appointment)
    _check_role(actor, organisation, role, user_id)
    with doing(actor=actor) as deed:
        person = open_account(deed, newcomer) if newcomer else _locked(user_id)
        appointment.user = person
        refusal = segregation.clash(appointment, _on_the_same_days(appointment, person))
        if refusal is not None:
            raise refusal
        _insert(appointment)
        facts = {
            "user": person.pk,
            "given_role": role.value,
            "unit": organisation.name,
            "unit_id": organisation.pk,
            "decree": appointment.decree_number,
            "decree_date": decree_date.isoformat(),
            "valid_from": valid_from.isoformat(),
            "valid_to": valid_to.isoformat() if valid_to else None,
            "acting": acting,
            "substitute_for": substitute_for_id,
        }
        deed.record("appointment.give", appointment, facts)
    return appointment


def end_appointment(*, actor: Actor, appointment_id: int, last_day: date, reason: str) -> Appointment:
    """End an appointment after `last_day`. Raises Refused for days that would rewrite the past."""
    actor.require(*APPOINTERS)
    appointments_for(actor).get(pk=appointment_id)
    if not reason.strip():
        raise Refused(
            "reason_missing",
            "Alasan pengakhiran wajib diisi.",
            fix="Sebut nomor SK pemberhentiannya.",
            field="reason",
        )
    with doing(actor=actor) as deed:
        locked = Appointment.objects.select_related("organisation").select_for_update(of=("self",))
        appointment = locked.get(pk=appointment_id)
        _check_last_day(appointment, last_day)
        appointment.valid_to = last_day
        appointment.save(update_fields=["valid_to"])
        facts = {
            "user": appointment.user_id,
            "given_role": appointment.role,
            "valid_to": last_day.isoformat(),
            "reason": reason.strip()[:300],
        }
        deed.record("appointment.end", appointment, facts)
    return appointment


def _locked(user_id: int | None) -> User:
    if user_id is None:
        raise ValueError("an appointment names a person or a newcomer")
    return User.objects.select_for_update().get(pk=user_id)


def _check_decree(appointment: Appointment) -> None:
    if not appointment.decree_number:
        raise Refused(
            "decree_missing", "Nomor SK penunjukan wajib diisi.", fix="Salin nomor dari surat keputusan."
        )
    if appointment.decree_date > clock.today():
        raise Refused(
            "decree_in_future",
            "Tanggal SK belum tiba.",
            fix="Catat penunjukan setelah SK terbit.",
            field="decree_date",
        )
    if abs(appointment.valid_from - appointment.decree_date) > FAR_FROM_DECREE:
        raise Refused(
            "decree_far_away",
            "Tanggal mulai berlaku lebih dari setahun dari tanggal SK.",
            fix="Salin kedua tanggal dari SK.",
            field="valid_from",
        )
    if appointment.valid_to is not None and appointment.valid_to < appointment.valid_from:
        raise Refused(
            "days_reversed",
            "Tanggal berakhir lebih awal dari tanggal mulai.",
            fix="Perbaiki masa berlakunya.",
            field="valid_to",
        )
    lapses = appointment.certificate_valid_to
    if lapses is not None and lapses < appointment.valid_from:
        raise Refused(
            "certificate_lapsed",
            f"Sertifikat kompetensi itu hanya berlaku sampai {lapses:%d-%m-%Y}.",
            rule=SEGREGATION_BASIS,
            fix="Isi sertifikat yang masih berlaku pada hari penunjukan mulai.",
            field="certificate_valid_to",
        )


def _check_substitute(appointment: Appointment) -> None:
    """A Plh has a last day; who stands in names an officer of the same role in the same unit."""
    if appointment.acting == "PLH" and appointment.valid_to is None:
        raise Refused(
            "plh_without_end",
            "Pelaksana harian (Plh) ditunjuk untuk waktu tertentu.",
            fix="Isi hari terakhir menurut surat perintahnya.",
        )
    if appointment.substitute_for_id is None:
        return
    named = Appointment.objects.filter(
        pk=appointment.substitute_for_id,
        organisation_id=appointment.organisation_id,
        role=appointment.role,
        acting="",
    ).exclude(user_id=appointment.user_id)
    if not appointment.acting or not named.exists():
        raise Refused(
            "substitute_of_nobody",
            "Plt/Plh menggantikan pejabat tetap dengan peran yang sama di satuan kerja yang sama.",
            fix="Pilih pejabat yang digantikan, dan pilih Plt atau Plh.",
        )


def _check_role(actor: Actor, organisation: Organisation, role: Role, user_id: int | None) -> None:
    if role not in APPOINTABLE:
        raise Refused("role_not_given", f"Peran {LABELS[role]} tidak diberikan dengan penunjukan.")
    if user_id is not None and user_id == actor.user_id:
        raise Refused(
            "own_appointment",
            "Tidak seorang pun mencatat penunjukan dirinya sendiri.",
            rule=SEGREGATION_BASIS,
            fix="Mintalah operator lain mencatatnya.",
        )
    if actor.role == Role.PA and role not in GIVEN_BY_PA:
        raise Refused(
            "not_given_by_pa",
            f"PA tidak menunjuk {LABELS[role]}.",
            rule=SEGREGATION_BASIS,
            fix="Mintalah operator mencatat SK kepala daerah.",
        )
    if organisation.kind != segregation.KIND_OF_ROLE[role]:
        wanted = Organisation.Kind(segregation.KIND_OF_ROLE[role]).label
        raise Refused(
            "role_elsewhere",
            f"{LABELS[role]} hanya ada di organisasi jenis “{wanted}”.",
            fix="Pilih organisasi lain.",
        )


def _check_last_day(appointment: Appointment, last_day: date) -> None:
    if last_day < appointment.valid_from:
        raise Refused(
            "before_first_day",
            f"Penunjukan ini baru berlaku sejak {appointment.valid_from:%d-%m-%Y}.",
            fix="Pilih hari pada masa berlakunya.",
        )
    if last_day < clock.today():
        raise Refused(
            "in_the_past",
            "Penunjukan tidak dapat diakhiri surut: perbuatan pejabat pada hari yang lampau tetap sah.",
            fix="Akhiri mulai hari ini.",
        )
    if appointment.valid_to is not None and last_day >= appointment.valid_to:
        raise Refused(
            "not_earlier",
            f"Penunjukan ini sudah berakhir pada {appointment.valid_to:%d-%m-%Y}.",
            fix="Untuk memperpanjang, catat SK yang baru.",
        )


def _on_the_same_days(new: Appointment, person: User) -> list[Appointment]:
    """The person's other appointments that share a day with `new`; the same NIK is the same person."""
    same_person = Q(user=person) | (Q(user__nik_hash=person.nik_hash) if person.nik_hash else Q(pk__in=()))
    overlapping = Q(valid_to__isnull=True) | Q(valid_to__gte=new.valid_from)
    if new.valid_to is not None:
        overlapping &= Q(valid_from__lte=new.valid_to)
    return list(Appointment.objects.filter(same_person, overlapping).order_by("pk"))


def _insert(appointment: Appointment) -> None:
    if appointment.role in segregation.NEEDS_CERTIFICATE and not appointment.certificate_number:
        raise Refused(
            "certificate_missing",
            f"{LABELS[Role(appointment.role)]} wajib bersertifikat kompetensi pengadaan.",
            rule=SEGREGATION_BASIS,
            fix="Isi nomor sertifikat kompetensinya.",
        )
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        refusal = segregation.translated(error, Role(appointment.role))
        if refusal is None:
            raise
        raise refusal from error
