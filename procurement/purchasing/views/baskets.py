"""The page of baskets that were put aside."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.purchasing.actions.baskets import restore_basket, saved_baskets


@require_http_methods(["GET", "POST"])
@roles(Role.PP, Role.PPK)
def saved(request: HttpRequest) -> HttpResponse:
    """What was put aside, and the button that brings it back."""
    actor = actor_of(request)
    chosen = request.POST.get("basket", "")
    if request.method == "POST" and chosen.isdecimal() and len(chosen) < 19:
        restore_basket(actor=actor, basket_id=int(chosen))
        messages.success(request, _("Isi keranjang dikembalikan."))
        return redirect("/keranjang/")
    return render(request, "purchasing/saved_baskets.html", {"baskets": saved_baskets(actor)[:20]})
