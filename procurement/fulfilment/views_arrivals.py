"""From the code on a delivery note straight to the count of what arrived."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.fulfilment.forms import CodeForm
from procurement.fulfilment.queries import delivery_by_code
from procurement.purchasing.models import Delivery


@require_GET
@roles(Role.RECEIVER)
def arrivals(request: HttpRequest, token: str = "") -> HttpResponse:
    """Ask for the code on a delivery note and go to its count; the code's QR opens the same address with it."""
    form = CodeForm({"code": token} if token else request.GET or None)
    refused: Refused | None = None
    if form.is_bound and form.is_valid():
        try:
            return _to(delivery_by_code(actor_of(request), form.cleaned_data["code"]), request)
        except Refused as refusal:
            refused = refusal
    context = {"form": form, "refused": refused}
    status = 404 if refused else 400 if form.errors else 200
    return render(request, "fulfilment/code.html", context, status=status)


def _to(delivery: Delivery, request: HttpRequest) -> HttpResponse:
    purchase = delivery.purchase
    if delivery.stage != "SHIPPED":
        told = _("Tidak ada yang menunggu dihitung: %(stage)s.") % {"stage": delivery.stage_label}
        messages.info(request, told)
        return redirect(purchase.get_absolute_url())
    counting = reverse("purchase-receive", args=[purchase.number])
    return redirect(f"{counting}?kiriman={delivery.position}")
