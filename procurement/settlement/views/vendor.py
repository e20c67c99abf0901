"""The vendor's own page of money."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.purchasing.queries import get_purchase_for
from procurement.settlement import actions
from procurement.settlement.vendor_money import vendor_money


@require_GET
@roles(Role.VENDOR)
def money(request: HttpRequest) -> HttpResponse:
    """Where the money of every order is, who holds it, since when and until when; what has arrived."""
    return render(request, "settlement/vendor_money.html", {"money": vendor_money(actor_of(request))})


@require_POST
@roles(Role.VENDOR)
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """Remind those who hold the money of one order."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    told = actions.remind_payer(actor=actor, purchase_id=purchase.pk)
    messages.success(request, _("%(holder)s sudah diingatkan.") % {"holder": told})
    return redirect("vendor-money")
