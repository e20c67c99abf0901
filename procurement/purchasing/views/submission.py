"""From basket to orders: choose where the money comes from, check, send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.purchasing.actions import Destination, submit_basket
from procurement.purchasing.actions.agreeing import SMALL
from procurement.purchasing.actions.submission import Share, items_of, laid_out, shares_of
from procurement.purchasing.forms import SendForm, SubmitForm
from procurement.purchasing.queries import last_delivery_of
from procurement.purchasing.queries.shares import Shares, shares_for
from vendors.queries import open_basket_for

CRUMBS = [{"label": gettext_lazy("Keranjang"), "url": "/keranjang/"}, {"label": gettext_lazy("Ajukan")}]


@require_http_methods(["GET", "POST"])
@roles(Role.PP, Role.PPK)
def submit(request: HttpRequest) -> HttpResponse:
    """Two steps on one address: the form, then everything to check before it is sent."""
    actor = actor_of(request)
    assert actor.region_id is not None
    shares = shares_of(items_of(open_basket_for(actor)), actor.region_id)
    if not shares:
        return redirect("/keranjang/")
    sending = request.POST.get("step") == "send"
    posted = request.POST if request.method == "POST" else None
    form = (SendForm if sending else SubmitForm)(actor, posted, initial=last_delivery_of(actor))
    if request.method != "POST" or not form.is_valid():
        if sending:  # a hidden field that cannot be read belongs back into the form
            form = SubmitForm(actor, request.POST)
        return _page(request, "form", form, shares, status=422 if request.method == "POST" else 200)
    # What is asked depends on where it goes: some prices differ by area.
    destinations = destinations_of(form)
    shares = shares_of(laid_out(open_basket_for(actor), destinations), actor.region_id, destinations)
    if not sending:
        return _page(request, "check", form, shares)
    return _send(request, form, shares)


def destinations_of(form: SubmitForm) -> list[Destination]:
    """Where everything goes, as the form tells."""
    told = form.cleaned_data
    receiver = told["receiver"]
    return [
        Destination(
            address=told["address"],
            place_code=told["place_code"],
            place_name=told["place_name"],
            needed_by=told["needed_by"],
            receiver_id=receiver.pk if receiver else None,
        )
    ]


def _send(request: HttpRequest, form: SubmitForm, shares: list[Share]) -> HttpResponse:
    told = form.cleaned_data
    try:
        made = submit_basket(
            actor=actor_of(request),
            package_id=told["budget_line"].package_id,
            budget_line_id=told["budget_line"].pk,
            destinations=destinations_of(form),
            negotiate=told["way"] == form.NEGOTIATE,
            no_negotiation_reason=told["no_negotiation_reason"],
            reason=told["reason"],
            expected_total=told["expected_total"],
        )
    except Refused as refused:
        back = SubmitForm(actor_of(request), request.POST)
        return _page(request, "form", back, shares, refused=refused, status=409)
    numbers = ", ".join(purchase.number for purchase in made)
    sentence = ngettext("Pesanan %(numbers)s diajukan.", "Pesanan %(numbers)s diajukan.", len(made))
    messages.success(request, sentence % {"numbers": numbers})
    return redirect(made[0].get_absolute_url() if len(made) == 1 else "/pesanan/")


def _page(
    request: HttpRequest,
    step: str,
    form: SubmitForm,
    shares: list[Share],
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "shares": shares,
        "total": sum(share.total for share in shares),
        "refused": refused,
        "crumbs": CRUMBS,
        "after": _shares_after(request, shares),
    }
    return render(request, f"purchasing/submit_{step}.html", context, status=status)


def _shares_after(request: HttpRequest, shares: list[Share]) -> Shares:
    """What the unit's shares of small business and domestic products would be with these orders."""
    return shares_for(actor_of(request)).with_order(
        price=sum(share.taxes.price for share in shares),
        umk=sum(share.taxes.price for share in shares if share.vendor.size in SMALL),
        pdn=sum(item.total for share in shares for item in share.items if item.listing.is_pdn),
    )
