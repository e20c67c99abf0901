"""Reads of requests. Nothing else fetches one for a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.queries import name_officers
from marketplace.accounts.roles import BUYING, Role
from procurement.purchasing.queries import purchases_of
from procurement.settlement.models import Evidence, PaymentObligation
from procurement.treasury.models import PaymentRequest, RequestItem

ROWS = 50
OFFICERS = ("pptk", "treasurer", "verifier", "signer")
"""Duties whose holders a request names."""


def requests_of(actor: Actor) -> QuerySet[PaymentRequest]:
    """The requests `actor` may see: the own unit's, or (auditor, operator) the region's."""
    if actor.organisation_id is None or actor.region_id is None:
        return PaymentRequest.objects.none()
    if actor.role in BUYING:
        return PaymentRequest.objects.filter(organisation_id=actor.organisation_id)
    if actor.role in {Role.AUDITOR, Role.OPERATOR}:
        return PaymentRequest.objects.filter(region_id=actor.region_id)
    return PaymentRequest.objects.none()


def get_request_for(actor: Actor, pk: int) -> PaymentRequest:
    """One request with what its page shows: four queries. Raises PaymentRequest.DoesNotExist."""
    items = RequestItem.objects.select_related("obligation__purchase__budget_line").prefetch_related(
        "obligation__tax_lines"
    )
    found = requests_of(actor).select_related(
        "organisation",
        "region",
        "vendor__organisation",
        "bank_account",
        "recorder",
        "checker",
    )
    request = found.prefetch_related(Prefetch("items", items)).get(pk=pk)
    name_officers(request, OFFICERS)
    return request


def listed(actor: Actor) -> list[PaymentRequest]:
    """The newest requests, for the list: one query."""
    return list(requests_of(actor).select_related("organisation", "vendor__organisation")[:ROWS])


def may_read(actor: Actor, aggregate_id: str) -> bool:
    """Whether `actor` may read the papers of a request (`settings.DOCUMENT_ACCESS`)."""
    return requests_of(actor).filter(pk=aggregate_id).exists()


def requestable(actor: Actor, numbers: Iterable[str] = ()) -> QuerySet[PaymentObligation]:
    """Approved LS orders of the own unit that no request and no SP2D names yet; of `numbers` alone if given."""
    asked = RequestItem.objects.filter(obligation=OuterRef("pk"), standing=True)
    proved = Evidence.objects.filter(
        region_id=OuterRef("region_id"), purchase_number=OuterRef("purchase__number")
    )
    found = PaymentObligation.objects.filter(
        ~Exists(asked),
        ~Exists(proved),
        purchase__in=purchases_of(actor).filter(state="PAYMENT_APPROVED").values("pk"),
        profile=PaymentObligation.Profile.LS,
    )
    if chosen := list(numbers):
        found = found.filter(purchase__number__in=chosen)
    return found.select_related(
        "purchase__vendor__organisation", "purchase__budget_line", "invoice__bank_account"
    ).order_by("purchase__vendor_id", "pk")
