"""The invoice for programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.purchasing.queries import get_purchase_for
from procurement.settlement import queries
from procurement.settlement.views.treasurer import OFFICERS


@require_GET
@roles(*OFFICERS, Role.VENDOR, Role.AUDITOR)
def electronic_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """The invoice as UBL 2.1; numbers of tax and account are masked for all but the vendor and the paying unit."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    found = queries.electronic_invoice(actor, purchase)
    if found is None:
        messages.info(request, _("Belum ada tagihan untuk pesanan ini."))
        return redirect(purchase.get_absolute_url())
    response = HttpResponse(found[1], content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tagihan-{purchase.number}.xml"'
    response["Cache-Control"] = "private, no-store"
    return response
