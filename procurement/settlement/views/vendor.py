"""The vendor's own page of money."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.settlement.vendor_money import vendor_money


@require_GET
@roles(Role.VENDOR)
def money(request: HttpRequest) -> HttpResponse:
    """Where the money of every order is, who holds it, since when and until when; what has arrived."""
    return render(request, "settlement/vendor_money.html", {"money": vendor_money(actor_of(request))})
