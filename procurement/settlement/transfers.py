"""Transfers to vendors as their pages list them: of one's own unit, for auditors of the region."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from procurement.settlement.models import Payout, PayoutBatch
from procurement.settlement.payout_workflow import AWAY

SHELVES: Final = (
    ("", _("Belum dikirim"), Q(state__in=["DRAFT", "APPROVED"])),
    ("bank", _("Di bank"), Q(state__in=AWAY)),
    ("sampai", _("Sampai"), Q(state="SETTLED")),
    ("kembali", _("Dikembalikan atau dibatalkan"), Q(state__in=["RETURNED", "CANCELLED"])),
    ("ditahan", _("Ditahan auditor"), Q(held_at__isnull=False)),
)
"""What the page can be narrowed to: word in the address, label, condition."""


def payouts_of(actor: Actor) -> QuerySet[Payout]:
    """The transfers an actor may see, the newest first."""
    found = Payout.objects.select_related(
        "obligation__purchase__vendor__organisation", "bank_account", "batch", "held_by"
    ).order_by("-pk")
    if actor.role is Role.AUDITOR:
        return found.filter(region_id=actor.region_id or 0)
    return found.filter(obligation__purchase__organisation_id=actor.organisation_id or 0)


def on_shelf(found: QuerySet[Payout], shelf: str) -> QuerySet[Payout]:
    """Those of one shelf; an unknown word is the first."""
    return found.filter(next((each for code, _l, each in SHELVES if code == shelf), SHELVES[0][2]))


def batches_of(actor: Actor) -> QuerySet[PayoutBatch]:
    """The batches an actor may see, the newest first."""
    found = PayoutBatch.objects.select_related("made_by", "approved_by").order_by("-pk")
    if actor.role is Role.AUDITOR:
        return found.filter(region_id=actor.region_id or 0)
    return found.filter(organisation_id=actor.organisation_id or 0)
