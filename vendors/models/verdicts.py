"""What was found when a registration or a listing was checked, field by field and round by round."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from vendors.models.listing import Listing
from vendors.models.vendor import Vendor


class Verdict(models.Model):
    """One field found right, or to be mended for a listed reason. Append-only (vendors/sql.py).

    `round` is the round of the vendor or listing in which it was given: a second look after mending is a new round.
    Whoever corrects a word of the same round adds the next `turn`; the last turn counts. `value_hash` is the keyed
    fingerprint of the value that was looked at: another value is looked at again.
    """

    vendor = models.ForeignKey(Vendor, models.CASCADE, null=True, blank=True, related_name="verdicts")
    listing = models.ForeignKey(Listing, models.CASCADE, null=True, blank=True, related_name="verdicts")
    round = models.PositiveSmallIntegerField(_("putaran"))
    field = models.CharField(_("isian"), max_length=40)
    turn = models.PositiveSmallIntegerField(_("urutan dalam putaran"), default=1)
    value_hash = models.CharField(max_length=64, editable=False)
    accepted = models.BooleanField(_("diterima"))
    reason_code = models.CharField(_("alasan"), max_length=40, blank=True)
    note = models.CharField(_("keterangan"), max_length=300, blank=True)
    given_at = models.DateTimeField(_("waktu"))
    given_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("hasil pemeriksaan")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(vendor__isnull=False, listing__isnull=True)
                | Q(vendor__isnull=True, listing__isnull=False),
                name="verdict_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(accepted=True, reason_code="") | Q(accepted=False) & ~Q(reason_code=""),
                name="verdict_reason_when_not_accepted",
            ),
            models.CheckConstraint(
                condition=Q(value_hash__regex=r"^[0-9a-f]{64}$"), name="verdict_on_a_value"
            ),
            models.UniqueConstraint(
                fields=["vendor", "round", "field", "turn"],
                condition=Q(vendor__isnull=False),
                name="verdict_vendor_once",
            ),
            models.UniqueConstraint(
                fields=["listing", "round", "field", "turn"],
                condition=Q(listing__isnull=False),
                name="verdict_listing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} ({self.round}): {self.reason_code or 'diterima'}"
