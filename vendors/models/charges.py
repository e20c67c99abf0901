"""What a vendor asks for bringing an order to a place."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from vendors.models.vendor import Vendor


class DeliveryCharge(models.Model):
    """The charge (whole rupiah before tax) of one delivery to an area from a moment on. Append-only (vendors/sql.py).

    Without `area_code` it holds everywhere the vendor names no other; 0 is delivery free of charge.
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="delivery_charges")
    area_code = models.CharField(_("wilayah"), max_length=13, blank=True)
    amount = models.BigIntegerField(_("ongkos kirim (rupiah)"))
    valid_from = models.DateTimeField(_("berlaku sejak"))
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("ongkos kirim")
        ordering = ("vendor", "valid_from", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="delivery_charge_not_negative")
        ]
        indexes = [models.Index(fields=["vendor", "area_code", "-valid_from"], name="delivery_charge_now")]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.area_code or '*'} {self.amount}"
