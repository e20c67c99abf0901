"""A competition, what it asks for, whom it invites, and the key that opens its offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter, working_days_after
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.competition.workflow import COMPETITION
from procurement.planning.models import BudgetLine, Package
from vendors.models import Listing, Vendor


class Competition(Aggregate):
    """One mini-competition of one package: what is needed, where, when, and until when offers are taken.

    `hps_total` is the sum of the lines' HPS in whole rupiah before tax. While `state` is DRAFT everything may be
    empty; published, nothing but the end of an extension changes (see sql.py).
    """

    aggregate: ClassVar[str] = "competition"
    figures: ClassVar[Figures] = {
        "number": ("competition.draft:number",),
    }
    moves: ClassVar[MoveTable] = COMPETITION

    number = models.CharField(_("nomor"), max_length=20, unique=True)
    state = StateField(COMPETITION)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="competitions", verbose_name=_("satuan kerja")
    )
    package = models.ForeignKey(
        Package, models.PROTECT, related_name="competitions", verbose_name=_("paket RUP")
    )
    budget_line = models.ForeignKey(
        BudgetLine, models.PROTECT, related_name="+", verbose_name=_("baris anggaran")
    )
    buyer = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name=_("pejabat"))
    buyer_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    title = models.CharField(_("judul"), max_length=200)
    request_text = models.TextField(_("kebutuhan dalam kalimat sendiri"), blank=True)
    kind = models.CharField(
        _("jenis"), max_length=8, choices=Listing.Kind.choices, default=Listing.Kind.GOODS
    )
    category = models.ForeignKey(
        "catalogue.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kategori"),
    )
    specification = models.TextField(_("spesifikasi"), blank=True)
    terms = models.TextField(_("syarat tambahan"), blank=True)
    itemized = models.BooleanField(_("pemenang per barang"), default=False)
    small_only = models.BooleanField(_("khusus usaha mikro, kecil, koperasi"), default=True)
    hps_total = models.BigIntegerField(_("HPS (sebelum pajak)"), default=0)
    address = EncryptedTextField(_("alamat kirim"), blank=True)
    place_code = models.CharField(_("kode wilayah kirim"), max_length=13, blank=True)
    place_name = models.CharField(_("wilayah kirim"), max_length=160, blank=True)
    needed_by = models.DateField(_("dibutuhkan"), null=True, blank=True)
    needed_at = models.TimeField(_("pukul"), null=True, blank=True)
    closes_at = models.DateTimeField(_("penawaran ditutup"), null=True, blank=True)

    warnings = models.JSONField(_("peringatan saat diumumkan"), default=list, blank=True)
    warning_reason = models.TextField(_("alasan mengumumkan"), blank=True)
    winners = models.PositiveSmallIntegerField(_("bagian dengan pemenang"), null=True, blank=True)
    closing_reason = models.TextField(_("alasan berakhir"), blank=True)
    published_at = models.DateTimeField(_("diumumkan"), null=True, blank=True)
    opened_at = models.DateTimeField(_("penawaran dibuka"), null=True, blank=True)
    decided_at = models.DateTimeField(_("ditetapkan"), null=True, blank=True)
    ended_at = models.DateTimeField(_("berakhir"), null=True, blank=True)

    class Meta:
        verbose_name = _("mini-kompetisi")
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            state_check(COMPETITION, "competition_state"),
            models.CheckConstraint(condition=Q(hps_total__gte=0), name="competition_hps_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "CANCELLED"])
                | Q(
                    category__isnull=False,
                    needed_by__isnull=False,
                    closes_at__isnull=False,
                    published_at__isnull=False,
                    hps_total__gt=0,
                )
                & ~Q(place_code=""),
                name="competition_published_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_at__gte=F("closes_at")),
                name="competition_opened_after_closing",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-id"], name="competition_of_unit"),
            models.Index(fields=["region", "-id"], name="competition_of_region"),
            models.Index(
                fields=["closes_at"], condition=Q(state="PUBLISHED"), name="competition_taking_offers"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The competition's page."""
        return reverse("competition", args=[self.number])

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """What the guards may know: whether the actor is the officer who buys from the package, and the hour."""
        return {
            "role": actor.role,
            "buyer": actor.role == Role.SYSTEM or self._buys(actor),
            "closing_passed": self.closes_at is not None and self.closes_at <= clock.now(),
            "opened": self.opened_at is not None,
            "winners": self.winners or 0,
        }

    def _buys(self, actor: Actor) -> bool:
        """Whoever the package names today in the office that began it: a successor goes on where another left."""
        if actor.organisation_id != self.organisation_id or actor.user_id is None:
            return False
        named = {Role.PP: self.package.pp_user_id, Role.PPK: self.package.ppk_user_id}
        return named.get(actor.role) == actor.user_id and actor.role == self.buyer.role

    def agreed_deadline(self, state: str) -> datetime | None:
        """Offers close at the announced hour; evaluation is due some working days after the opening."""
        if state == "PUBLISHED":
            return self.closes_at
        if state == "CLOSED" and self.opened_at is not None:
            rule = parameter(
                "timer.competition_evaluation", on=clock.day_of(self.opened_at), region_id=self.region_id
            )
            return working_days_after(self.opened_at, int(rule.value))
        return None

    @property
    def takes_offers(self) -> bool:
        """Whether vendors may offer and ask now."""
        return self.state == "PUBLISHED" and self.closes_at is not None and clock.now() < self.closes_at


class RequestLine(models.Model):
    """One thing a competition asks for. `hps_price` is the unit HPS in whole rupiah before tax."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("nomor urut"))
    item = models.CharField(_("barang atau jasa"), max_length=200)
    specification = models.CharField(_("spesifikasi"), max_length=500, blank=True)
    quantity = models.PositiveIntegerField(_("jumlah"))
    unit = models.CharField(_("satuan"), max_length=30)
    hps_price = models.BigIntegerField(_("HPS satuan"))

    class Meta:
        verbose_name = _("baris permintaan")
        ordering = ("competition_id", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["competition", "position"], name="request_line_position"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, hps_price__gt=0), name="request_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} {self.item}"

    @property
    def hps_total(self) -> int:
        """Whole rupiah."""
        return self.quantity * self.hps_price


class Invitation(models.Model):
    """A vendor who is told of a competition. Append-only; it says nothing about whether the vendor offers."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="invitations")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="invitations")
    at = models.DateTimeField(_("diundang"))

    class Meta:
        verbose_name = _("undangan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["competition", "vendor"], name="invitation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.competition_id} · {self.vendor_id}"


class SealKey(models.Model):
    """The key pair of one competition's box. What opens it stands encrypted under the field keys, with the hour.

    `private_text` holds number, closing time and private key together, so that a closing time changed in the
    database alone opens nothing. It is emptied once no sealed offer needs it any more.
    """

    competition = models.OneToOneField(Competition, models.PROTECT, related_name="seal_key")
    public_key = models.CharField(_("kunci umum"), max_length=44)
    public_mac = models.CharField(_("segel kunci umum"), max_length=64)
    private_text = EncryptedTextField(_("kunci pembuka"), blank=True)

    class Meta:
        verbose_name = _("kunci segel")

    def __str__(self) -> str:
        return str(self.competition_id)
