"""What buyer and vendor agreed, version by version: submission, negotiation, addenda. Append-only (see sql.py)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.purchasing.models.purchase import Purchase


class Agreement(models.Model):
    """One version of what an order asks for; amounts in whole rupiah. `terms` holds lines and deliveries."""

    class Cause(models.TextChoices):
        SUBMISSION = "SUBMISSION", _("Pengajuan")
        NEGOTIATION = "NEGOTIATION", _("Negosiasi")
        COMPETITION = "COMPETITION", _("Mini-kompetisi")
        ADDENDUM = "ADDENDUM", _("Adendum")

    AMOUNTS: ClassVar[tuple[str, ...]] = (
        "goods_total",
        "shipping",
        "price_total",
        "ppn",
        "local_tax",
        "total",
    )

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField(_("versi"))
    cause = models.CharField(_("sebab"), max_length=12, choices=Cause.choices)
    at = models.DateTimeField(_("waktu"))
    goods_total = models.BigIntegerField(_("jumlah barang"))
    shipping = models.BigIntegerField(_("ongkos kirim"))
    price_total = models.BigIntegerField(_("harga (DPP)"))
    ppn = models.BigIntegerField(_("PPN"))
    local_tax = models.BigIntegerField(_("pajak daerah (PBJT)"))
    total = models.BigIntegerField(_("jumlah dibayar anggaran"))
    needed_by = models.DateField(_("dibutuhkan paling lambat"))
    terms = models.JSONField(_("isi"))
    sha256 = models.CharField(_("sidik"), max_length=64)

    class Meta:
        verbose_name = _("versi kesepakatan")
        ordering = ("purchase_id", "version")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["purchase", "version"], name="agreement_version_once"),
            models.CheckConstraint(
                condition=Q(price_total=F("goods_total") + F("shipping"))
                & Q(total=F("price_total") + F("ppn") + F("local_tax")),
                name="agreement_adds_up",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="agreement_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} v{self.version}"

    def content(self, number: str) -> dict[str, Any]:
        """What `sha256` is the hash of, as canonical JSON; `number` is the order's."""
        return {
            "number": number,
            "version": self.version,
            "needed_by": self.needed_by.isoformat(),
            **{name: getattr(self, name) for name in self.AMOUNTS},
            **self.terms,
        }
