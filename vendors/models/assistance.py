"""Who may help a vendor fill in its registration, by the owner's recorded consent."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from vendors.models.vendor import Vendor


class Assistance(models.Model):
    """The owner's consent that an assistant (*pendamping*) fills in for her, until a day, or until she takes it back.

    What she agreed to stands there by its version; an assistant never signs the pact, names an account or hands in.
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="assistances")
    assistant = models.ForeignKey(User, models.PROTECT, related_name="assistances")
    consent_version = models.CharField(_("versi persetujuan"), max_length=20)
    granted_at = models.DateTimeField(_("disetujui"))
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_to = models.DateTimeField(_("berlaku sampai"))
    revoked_at = models.DateTimeField(_("dicabut"), null=True, blank=True)

    class Meta:
        verbose_name = _("pendampingan")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "assistant"], condition=Q(revoked_at__isnull=True), name="assistance_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("granted_at")), name="assistance_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(assistant=F("granted_by")), name="assistance_of_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} ← {self.assistant_id}"
