"""A vendor's registration as the operation sees it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from vendors import queries


@require_safe
@roles(Role.OPERATOR, Role.CURATOR, Role.VENDOR)
def review_vendor(request: ActorRequest, pk: int) -> HttpResponse:
    """A vendor's registration as the operation sees it; personal data stays masked."""
    vendor = queries.get_vendor_for(request.actor, pk)
    context = {
        "vendor": vendor,
        "activities": vendor.activities.all(),
        "accounts": vendor.bank_accounts.all(),
    }
    return render(request, "vendors/review.html", context)
