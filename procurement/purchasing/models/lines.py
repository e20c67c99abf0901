"""The lines of an order: what was agreed of each item. Amounts are whole rupiah before tax."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.purchasing.models.purchase import Purchase
from search.models import FrozenChoice
from vendors.models import Listing, Taxed, fits_kind


class PurchaseLine(Taxed):
    """One ordered item as it was agreed, or one milestone of an ordered service, which has a part of its price.

    Quantity and price change by a new agreement alone; `accepted` is written by the BASTs, `valued` (rupiah before
    tax of work done though not delivered whole) by an early end (see sql.py).
    """

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("nomor urut"))
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="+")
    stockrecord = models.ForeignKey("partner.StockRecord", models.PROTECT, related_name="+")
    title = models.CharField(_("nama barang"), max_length=255)
    unit = models.CharField(_("satuan"), max_length=30)
    kind = models.CharField(_("jenis"), max_length=8)
    kbki_code = models.CharField(_("kode KBKI"), max_length=10, blank=True)
    is_pdn = models.BooleanField(_("produk dalam negeri"), default=False)
    tkdn_bp = models.PositiveSmallIntegerField(_("TKDN (basis poin)"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("jumlah"))
    milestone = models.CharField(_("tahap"), max_length=120, blank=True)
    version = models.PositiveSmallIntegerField(_("versi kesepakatan"), default=1)
    list_price = models.BigIntegerField(_("harga tayang"))
    agreed_price = models.BigIntegerField(_("harga disepakati"))
    total = models.BigIntegerField(_("jumlah harga"))
    accepted = models.PositiveIntegerField(_("jumlah diterima"), null=True, blank=True)
    valued = models.BigIntegerField(_("nilai pekerjaan yang dinilai selesai"), default=0)
    # The answer it was chosen from, as it was seen, and its place in it; both empty: chosen directly.
    choice = models.ForeignKey(FrozenChoice, models.PROTECT, null=True, blank=True, related_name="+")
    choice_position = models.PositiveSmallIntegerField(_("urutan dalam jawaban"), null=True, blank=True)

    class Meta:
        verbose_name = _("baris pesanan")
        ordering = ("purchase_id", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            fits_kind("purchase_line_tax_class"),
            models.UniqueConstraint(fields=["purchase", "position"], name="purchase_line_position"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, agreed_price__gt=0, agreed_price__lte=F("list_price")),
                name="purchase_line_price_at_most_listed",
            ),
            models.CheckConstraint(
                condition=Q(total=F("quantity") * F("agreed_price")), name="purchase_line_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(choice__isnull=True, choice_position__isnull=True)
                | Q(choice__isnull=False, choice_position__gte=1),
                name="purchase_line_choice_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(accepted__lte=F("quantity")),
                name="purchase_line_accepts_at_most_ordered",
            ),
            models.CheckConstraint(
                condition=Q(valued__gte=0, valued__lte=F("total")), name="purchase_line_valued_at_most_agreed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} {self.title}"

    @property
    def accepted_worth(self) -> int:
        """Rupiah before tax that is owed for the line: units accepted, and work valued at an early end."""
        return (self.accepted or 0) * self.agreed_price + self.valued

    @classmethod
    def of(
        cls,
        listing: Listing,
        *,
        position: int,
        quantity: int,
        price: int | None = None,
        agreed: int | None = None,
        milestone: str = "",
    ) -> Self:
        """A line, of no order yet and not saved, that keeps what a listing says today.

        `price` is the unit price at the place of delivery, the general price of today unless given; `agreed` what
        the order asks for, the same unless an offer was lower.
        """
        price = listing.price if price is None else price
        agreed = price if agreed is None else agreed
        return cls(
            position=position,
            listing=listing,
            product_id=listing.product_id,
            stockrecord_id=listing.stockrecord_id,
            title=listing.product.title,
            unit=listing.unit,
            kind=listing.kind,
            tax_kind=listing.tax_kind,
            commodity=listing.commodity,
            luxury=listing.luxury,
            kbki_code=listing.kbki_code,
            is_pdn=listing.is_pdn,
            tkdn_bp=listing.tkdn_bp,
            quantity=quantity,
            list_price=price,
            agreed_price=agreed,
            total=quantity * agreed,
            milestone=milestone,
        )
