"""Changes that a verified vendor proposes to what was verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.personal_data import EncryptedTextField
from marketplace.core.transitions import MoveTable
from marketplace.workflow.models import Aggregate, Figures, StateField, state_check
from vendors import workflow
from vendors.models.vendor import Vendor


class Amendment(Aggregate):
    """What a verified vendor wants one section of its registration to say; it counts once an operator accepts it."""

    aggregate: ClassVar[str] = "amendment"
    figures: ClassVar[Figures] = {
        "section": ("vendor.amend:section",),
    }
    moves: ClassVar[MoveTable] = workflow.AMENDMENT

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="amendments")
    section = models.CharField(_("bagian"), max_length=10)
    proposed = EncryptedTextField(_("isi yang diusulkan"))
    state = StateField(workflow.AMENDMENT)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("catatan pemeriksa"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("usulan perubahan")
        ordering = ("-pk",)
        constraints = [
            state_check(workflow.AMENDMENT, "amendment_state"),
            models.UniqueConstraint(
                fields=["vendor", "section"], condition=Q(state="PROPOSED"), name="amendment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} ({self.state})"

    @property
    def region_of_record(self) -> int:
        """The vendor's region; load `vendor` with the amendment."""
        return self.vendor.region_id

    @property
    def values(self) -> Mapping[str, Any]:
        """The proposed answers of the section."""
        found: Mapping[str, Any] = json.loads(self.proposed)
        return found
