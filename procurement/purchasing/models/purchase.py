"""Orders. Amounts are whole rupiah; what was agreed changes by a new agreement alone (see sql.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import MoveTable
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter, working_days_after
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing import guards
from procurement.purchasing.workflow import AWAITING, PAYMENT_STEPS, PURCHASE, RUNNING, UNDER_WAY
from vendors.models import Vendor


def _officer(label: Any) -> Any:
    return models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _person() -> Any:
    """Repeats the appointment's user, so that the database itself can keep two duties apart."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )


_ENDED: Final = tuple(state.code for state in PURCHASE.states if state.terminal)


class Side(models.TextChoices):
    """The two sides of a sale."""

    BUYER = "BUYER", _("Pembeli")
    VENDOR = "VENDOR", _("Penyedia")


class Purchase(Aggregate):
    """One order: one agency unit, one vendor, one RUP package, one budget line.

    `price_total` is the price before tax (DPP), `total` what the budget pays: price, PPN and any regional tax on
    top. Everything agreed is a snapshot; the listing, the vendor and the tax rules may change afterwards.
    """

    aggregate: ClassVar[str] = "purchase"
    moves: ClassVar[MoveTable] = PURCHASE
    figures: ClassVar[Figures] = {
        "number": ("purchase.submit:number",),
        "total": (
            "purchase.submit:total_rupiah",
            "purchase.agree:total_rupiah",
            "purchase.amend:total_rupiah",
        ),
        "vendor_id": ("purchase.submit:vendor_id",),
        "mechanism": ("purchase.submit:mechanism",),
        "sp_number": ("purchase.confirm:sp_number",),
        "bast_number": ("purchase.accept:bast_number", "purchase.deem_accepted:bast_number"),
        "accepted_total": ("purchase.verify:accepted_rupiah",),
        "owed_gross": ("purchase.approve_payment:total_rupiah",),
        "owed_net": ("purchase.approve_payment:net_rupiah",),
        "owed_penalty": ("purchase.approve_payment:penalty_rupiah",),
        "taxes": ("purchase.approve_payment:withheld_rupiah",),
        "rating": ("purchase.close:rating",),
    }
    figure_columns: ClassVar[dict[str, Any]] = {
        "owed_gross": models.F("obligation__gross"),
        "owed_net": models.F("obligation__net"),
        "owed_penalty": models.F("obligation__penalty"),
        "taxes": Coalesce(models.Sum("obligation__tax_lines__amount"), 0),
    }

    class Mechanism(models.TextChoices):
        """How the treasury pays (Permendagri 77/2020). There is no cash."""

        UP = "UP", _("Uang Persediaan, transfer")
        LS = "LS", _("Langsung (LS), SP2D")
        KKPD = "KKPD", _("Kartu Kredit Pemerintah Daerah")

    number = models.CharField(_("nomor pesanan"), max_length=20, unique=True)
    state = StateField(PURCHASE)
    region = models.ForeignKey(Region, models.PROTECT, related_name="purchases")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="purchases", verbose_name=_("satuan kerja")
    )
    package = models.ForeignKey(
        Package, models.PROTECT, related_name="purchases", verbose_name=_("paket RUP")
    )
    budget_line = models.ForeignKey(
        BudgetLine, models.PROTECT, related_name="purchases", verbose_name=_("baris anggaran")
    )
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="purchases", verbose_name=_("penyedia"))
    vendor_organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sales")
    oscar_order = models.OneToOneField(
        "order.Order", models.PROTECT, null=True, blank=True, related_name="purchase", editable=False
    )

    pp = _officer(_("Pejabat Pengadaan"))
    ppk = _officer("PPK")
    receiver = _officer(_("penerima barang"))
    verifier = _officer(_("verifikator"))
    approver = _officer(_("pemberi persetujuan bayar"))
    treasurer = _officer(_("bendahara"))
    pp_user, ppk_user, receiver_user = _person(), _person(), _person()
    verifier_user, approver_user, treasurer_user = _person(), _person(), _person()
    vendor_user = _person()

    needed_by = models.DateField(_("dibutuhkan paling lambat"))  # the last day of all deliveries
    version = models.PositiveSmallIntegerField(_("versi kesepakatan"), default=1)

    goods_total = models.BigIntegerField(_("jumlah barang"))
    shipping = models.BigIntegerField(_("ongkos kirim"), default=0)
    price_total = models.BigIntegerField(_("harga (DPP)"))
    ppn = models.BigIntegerField(_("PPN"))
    local_tax = models.BigIntegerField(_("pajak daerah (PBJT)"), default=0)
    total = models.BigIntegerField(_("jumlah dibayar anggaran"))
    mechanism = models.CharField(_("mekanisme pembayaran"), max_length=4, choices=Mechanism.choices)
    vendor_size = models.CharField(_("ukuran usaha saat dipesan"), max_length=8)
    pdn_value = models.BigIntegerField(_("nilai produk dalam negeri"), default=0)
    umk_value = models.BigIntegerField(_("nilai usaha mikro, kecil, koperasi"), default=0)
    tax_preview = models.JSONField(_("perkiraan pajak"), default=dict)
    tax_facts = models.JSONField(_("data pajak penyedia saat dipesan"), default=dict)
    reason_of_choice = models.TextField(_("alasan memilih"), blank=True)
    no_negotiation_reason = models.TextField(_("alasan tanpa negosiasi"), blank=True)
    negotiated = models.BooleanField(_("dinegosiasikan"), default=False)
    last_round_by = models.CharField(
        _("tawaran terakhir dari"), max_length=6, choices=Side.choices, default=Side.VENDOR
    )
    additional_terms = models.TextField(_("syarat tambahan"), blank=True)
    endorsement_needed = models.BooleanField(_("perlu persetujuan pejabat kedua"), default=False)
    endorser = _officer(_("pejabat kedua"))
    endorser_user = _person()
    on_hold = models.BooleanField(_("ditahan"), default=False)

    sp_number = models.CharField(_("nomor Surat Pesanan"), max_length=120, blank=True)
    bast_number = models.CharField(_("nomor BAST"), max_length=120, blank=True)
    closing_reason = models.TextField(_("alasan berakhir"), blank=True)
    basket_since = models.DateTimeField(_("barang pertama masuk keranjang"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("diajukan"))
    approved_at = models.DateTimeField(_("disetujui"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("diterima penyedia"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("dikirim"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("tiba"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("diperiksa"), null=True, blank=True)
    bast_ppk_at = models.DateTimeField(_("BAST terakhir ditandatangani PPK"), null=True, blank=True)
    vendor_paid_at = models.DateTimeField(_("uang di rekening penyedia"), null=True, editable=False)
    bast_vendor_at = models.DateTimeField(_("BAST terakhir ditandatangani penyedia"), null=True, blank=True)
    ended_at = models.DateTimeField(_("berakhir"), null=True, blank=True)

    accepted_price = models.BigIntegerField(_("harga diterima (DPP)"), null=True, blank=True)
    accepted_total = models.BigIntegerField(_("jumlah diterima"), null=True, blank=True)
    late_days = models.PositiveIntegerField(_("hari terlambat"), null=True, blank=True)
    penalty = models.BigIntegerField(_("denda keterlambatan"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("penilaian penyedia"), null=True, blank=True)

    class Meta:
        verbose_name = _("pesanan")
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            state_check(PURCHASE, "purchase_state"),
            models.CheckConstraint(
                condition=Q(goods_total__gt=0, shipping__gte=0, ppn__gte=0, local_tax__gte=0),
                name="purchase_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(price_total=F("goods_total") + F("shipping"))
                & Q(total=F("price_total") + F("ppn") + F("local_tax")),
                name="purchase_amounts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(mechanism__in=["UP", "LS", "KKPD"]), name="purchase_mechanism"
            ),
            models.CheckConstraint(
                condition=Q(accepted_total__isnull=True)
                | Q(accepted_total__gt=0, accepted_total__lte=F("total")),
                name="purchase_accepts_at_most_what_was_ordered",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="purchase_rating"
            ),
            models.CheckConstraint(
                condition=~Q(state="ACCEPTED")
                | Q(
                    bast_ppk_at__isnull=False,
                    bast_vendor_at__isnull=False,
                    accepted_total__isnull=False,
                ),
                name="purchase_accepted_by_both",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*AWAITING, "CANCELLED", "EXPIRED"])
                | Q(approved_at__isnull=False, confirmed_at__isnull=False) & ~Q(sp_number=""),
                name="purchase_ordered_by_both",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{one}_user__isnull": True})
                    | Q(**{f"{other}_user__isnull": True})
                    | ~Q(**{f"{one}_user": F(f"{other}_user")}),
                    name=f"purchase_{one}_is_not_{other}",
                )
                for one, other in guards.APART
            ],
            *[
                models.CheckConstraint(
                    condition=Q(vendor_user__isnull=True)
                    | Q(**{f"{duty}_user__isnull": True})
                    | ~Q(vendor_user=F(f"{duty}_user")),
                    name=f"purchase_{duty}_is_not_vendor",
                )
                for duty in guards.DUTY_LABELS
            ],
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-id"], name="purchase_of_unit"),
            models.Index(fields=["organisation", "state", "-id"], name="purchase_of_unit_in_state"),
            models.Index(fields=["vendor_organisation", "-id"], name="purchase_of_vendor"),
            models.Index(fields=["vendor_organisation", "state", "-id"], name="purchase_of_vendor_in_state"),
            models.Index(fields=["region", "-id"], name="purchase_of_region"),
            models.Index(fields=["region", "state"], name="purchase_of_region_in_state"),
            models.Index(
                fields=["organisation", "due_at", "id"],
                condition=~Q(state__in=_ENDED),
                name="purchase_of_unit_living",
            ),
            models.Index(fields=["organisation", "-total", "-id"], name="purchase_of_unit_by_total"),
            models.Index(fields=["package", "state"], name="purchase_of_package"),
            models.Index(fields=["organisation", "submitted_at"], name="purchase_of_unit_by_time"),
            models.Index(fields=["ppk_user", "submitted_at"], name="purchase_of_ppk_by_time"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=[*AWAITING, "TAX_SETTLED"]),
                name="purchase_due",
            ),
            models.Index(fields=["region"], condition=Q(on_hold=True), name="purchase_on_hold"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The order's page."""
        return reverse("purchase", args=[self.number])

    @property
    def awaits_second(self) -> bool:
        """Whether a flag asks for PA/KPA, who have not endorsed yet."""
        return self.state == "AWAITING_PPK" and self.endorsement_needed and self.endorser_id is None

    def standing(self, actor: Actor) -> Mapping[str, Any]:
        """What the guards may know: the actor's part in this order and how far each delivery got. One query."""
        return {
            **self.part_of(actor),
            "last_round_by": self.last_round_by,
            "endorsement_needed": self.endorsement_needed,
            "endorsed": self.endorser_id is not None,
            "on_hold": self.on_hold,
            "deliveries": [each.standing for each in self.deliveries.all()],
        }

    def part_of(self, actor: Actor) -> dict[str, Any]:
        """Who the actor is to this order. No query."""
        return {
            "role": actor.role,
            "user": actor.user_id,
            "party": self._is_party(actor),
            "officers": {duty: getattr(self, f"{duty}_user_id") for duty in guards.DUTY_LABELS},
        }

    def _is_party(self, actor: Actor) -> bool:
        """The buyer's unit, the vendor, and the region's overseer (who may only let go what was held back)."""
        if actor.role == Role.SYSTEM:
            return True
        if actor.role == Role.AUDITOR:
            return actor.region_id == self.region_id
        own = self.vendor_organisation_id if actor.role == Role.VENDOR else self.organisation_id
        return actor.organisation_id == own

    def agreed_deadline(self, state: str) -> datetime | None:
        """A running order is due with its most urgent delivery."""
        if state in RUNNING:
            return self.deliveries.filter(stage__in=UNDER_WAY).aggregate(soonest=Min("due_at"))["soonest"]
        return None

    def fitted_deadline(self, state: str, since: datetime, due: datetime) -> datetime:
        """A step of payment ends in time for the whole (Ingub DKI 29/2021); once that is missed, by its own timer.

        When the vendor has the money, what is left is the deposit of taxes.
        """
        if state == "PAID" and self.vendor_paid_at is not None:
            return self.taxes_due_at(self.vendor_paid_at)
        share = PAYMENT_STEPS.get(state)
        if share is None or self.bast_vendor_at is None:
            return due
        planned = min(self._after_bast(share), self._after_bast("payment.days_after_bast"))
        return min(due, planned) if planned >= since else due

    def taxes_due_at(self, paid: datetime) -> datetime:
        """Until when the taxes withheld from a payment made at `paid` must be deposited."""
        days = parameter("timer.tax_deposit", on=clock.day_of(paid), region_id=self.region_id)
        return working_days_after(paid, int(days.value))

    def _after_bast(self, code: str) -> datetime:
        """The end of so many working days after the BAST, by the parameter in force on its day."""
        assert self.bast_vendor_at is not None, "asked of accepted orders alone"
        days = parameter(code, on=clock.day_of(self.bast_vendor_at), region_id=self.region_id)
        return working_days_after(self.bast_vendor_at, int(days.value))
