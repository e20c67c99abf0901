"""Users, organisations and dated appointments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.accounts.roles import APPOINTABLE, LABELS, NEVER_TOGETHER, SIDES, Role, side_of
from marketplace.regulation.models import DateRange, Region


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who signs in by `email` (lower-cased)."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user for the rare repairs in Django's admin; has no business role."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person who signs in by e-mail. What the person may do comes from appointments alone."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("surel"), unique=True)
    name = models.CharField(_("nama"), max_length=150)
    phone = EncryptedTextField(_("telepon"), blank=True)
    nip = EncryptedTextField(_("NIP"), blank=True)
    nik_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    email_confirmed_at = models.DateTimeField(_("surel dipastikan"), null=True, blank=True, editable=False)
    in_force: Sequence[Appointment] | None = None
    """The appointments of today where they were read with the person, as a request does; None: not read."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name = _("pengguna")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class Attempt(models.Model):
    """One try at something that may be tried only so often. Whose try it was stands there as a keyed hash."""

    purpose = models.CharField(max_length=40)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("percobaan")
        indexes = [models.Index(fields=["purpose", "who", "at"], name="attempt_lately")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%Y-%m-%d %H:%M}"


class PurposeLink(models.Model):
    """A link that lets one appointed person do one thing to one other thing, once, until a moment.

    Only the hash of its token stands here: whoever reads the database cannot use it.
    """

    token_sha256 = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    appointment = models.ForeignKey("accounts.Appointment", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tautan sekali pakai")
        indexes = [models.Index(fields=["purpose", "subject_id"], name="purpose_link_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(token_sha256__regex=r"^[0-9a-f]{64}$"), name="purpose_link_hash"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_id}"


class Organisation(models.Model):
    """An agency unit, vendor, auditor body or operator within one region."""

    class Kind(models.TextChoices):
        AGENCY_UNIT = "AGENCY_UNIT", _("Perangkat daerah / satuan kerja")
        VENDOR = "VENDOR", _("Penyedia")
        AUDITOR_BODY = "AUDITOR_BODY", _("Lembaga pengawas")
        OPERATOR = "OPERATOR", _("Pengelola")

    region = models.ForeignKey(Region, models.PROTECT, related_name="organisations")
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("nama"), max_length=250)
    code = models.CharField(_("kode"), max_length=40, blank=True, help_text=_("kd_satker untuk satuan kerja"))
    npwp = EncryptedTextField(_("NPWP"), blank=True)
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("organisasi")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["AGENCY_UNIT", "VENDOR", "AUDITOR_BODY", "OPERATOR"]),
                name="organisation_kind",
            ),
            models.UniqueConstraint(
                fields=["region", "kind", "code"], condition=~Q(code=""), name="organisation_code_in_region"
            ),
        ]

    def __str__(self) -> str:
        return self.name


_SIDE_OF_ROLE = models.Case(
    *[models.When(role__in=sorted(roles), then=models.Value(side)) for side, roles in SIDES.items()],
    output_field=models.CharField(max_length=9),
)


def _days() -> DateRange:
    return DateRange("valid_from", "valid_to", models.Value("[]"))


class Appointment(models.Model):
    """A role given to a person in an organisation, by decree, between two days. Never deleted; it ends.

    The pairs of domain rule "never together" are refused by the database on every day the appointments share.
    """

    aggregate: ClassVar[str] = "appointment"
    told_from_birth: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "user_id": ("appointment.give:user", "appointment.own:user"),
        "organisation_id": ("appointment.give:unit_id", "appointment.own:unit_id"),
        "role": ("appointment.give:given_role", "appointment.own:given_role"),
        "decree_number": ("appointment.give:decree", "appointment.own:decree"),
        "decree_date": ("appointment.give:decree_date", "appointment.own:decree_date"),
        "valid_from": ("appointment.give:valid_from", "appointment.own:valid_from"),
        "valid_to": ("appointment.give:valid_to", "appointment.end:valid_to"),
        "acting": ("appointment.give:acting",),
        "substitute_for_id": ("appointment.give:substitute_for",),
    }

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appointments")
    role = models.CharField(_("peran"), max_length=10, choices=[(role.value, LABELS[role]) for role in Role])
    decree_number = models.CharField(_("nomor SK"), max_length=80)
    decree_date = models.DateField(_("tanggal SK"))
    valid_from = models.DateField(_("berlaku sejak"))
    valid_to = models.DateField(_("berlaku sampai"), null=True, blank=True)
    acting = models.CharField(
        _("pelaksana"),
        max_length=3,
        blank=True,
        choices=[("PLT", _("Pelaksana tugas")), ("PLH", _("Pelaksana harian"))],
    )
    substitute_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name=_("menggantikan"),
    )
    certificate_number = models.CharField(_("sertifikat kompetensi"), max_length=60, blank=True)
    certificate_valid_to = models.DateField(_("sertifikat berlaku sampai"), null=True, blank=True)

    class Meta:
        verbose_name = _("penunjukan")
        constraints = [
            models.CheckConstraint(
                condition=Q(substitute_for__isnull=True) | ~Q(acting=""),
                name="appointment_substitute_is_acting",
            ),
            models.CheckConstraint(
                condition=~Q(acting="PLH") | Q(valid_to__isnull=False), name="appointment_plh_ends"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(APPOINTABLE)), name="appointment_role_can_be_given"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="appointment_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(decree_number=""), name="appointment_has_decree"),
            ExclusionConstraint(
                name="appointment_once_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="appointment_one_side_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (_SIDE_OF_ROLE, RangeOperators.NOT_EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
            *[
                ExclusionConstraint(
                    name=f"appointment_never_{one.lower()}_{other.lower()}",
                    expressions=[
                        ("user", RangeOperators.EQUAL),
                        ("role", RangeOperators.NOT_EQUAL),
                        (_days(), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(role__in=[one.value, other.value]),
                )
                for one, other, _reason in NEVER_TOGETHER
            ],
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role_label} · {self.organisation}"

    @property
    def role_label(self) -> str:
        """The role in words, with Plt/Plh in front when acting."""
        prefix = {"PLT": "Plt. ", "PLH": "Plh. "}.get(self.acting, "")
        return prefix + LABELS[Role(self.role)]

    @property
    def side(self) -> str:
        """BUYER, VENDOR, OVERSIGHT or OPERATION."""
        return side_of(Role(self.role))

    @property
    def region_of_record(self) -> int:
        """The region under which the log files the appointment's entries."""
        return self.organisation.region_id
