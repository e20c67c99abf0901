"""Payments a PA/KPA may approve in one press: verified, small (dated rule `approval.bulk_max`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.desk import Together
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import bulk_rule, purchases_of

MOST: Final = 50
"""So many payments one page checks: a person has to be able to read them."""
APPROVERS: Final = frozenset({Role.PA, Role.KPA})


def payable_together(actor: Actor, numbers: Iterable[str] = ()) -> QuerySet[Purchase]:
    """Verified bills this PA/KPA may approve in one press, the soonest due first; of `numbers` alone if given."""
    limit = int(bulk_rule(actor.region_id).value)
    found = purchases_of(actor).filter(state="VERIFIED")
    found = found.annotate(owed=Coalesce("accepted_total", "total")).filter(owed__lte=limit)
    chosen = list(numbers)
    if chosen:
        found = found.filter(number__in=chosen)
    named = found.select_related("vendor__organisation", "organisation", "package", "budget_line")
    return named.prefetch_related("lines").order_by(F("due_at").asc(nulls_last=True), "pk")


def taken_together(actor: Actor) -> Together | None:
    """The PA's and KPA's button for several payments. No query."""
    if actor.role not in APPROVERS:
        return None
    limit = int(bulk_rule(actor.region_id).value)
    return Together(reverse("payments-approve"), _("Setujui beberapa pembayaran"), limit)
