"""What an order was chosen from, as it was seen, and the same question asked again today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import actor_of, roles
from procurement.purchasing.queries.choices import SEERS, choices_for


@require_safe
@roles(*sorted(SEERS))
def choices(request: HttpRequest, number: str) -> HttpResponse:
    """The answers an order was chosen from; `?lagi=<id>` checks one and lays today's answer beside it."""
    wanted = request.GET.get("lagi", "")
    again = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
    found = choices_for(actor_of(request), number, again=again)
    purchase = found.purchase
    crumbs = [
        {"label": _("Pesanan"), "url": "/pesanan/"},
        {"label": purchase.number, "url": purchase.get_absolute_url()},
        {"label": _("Pilihan")},
    ]
    return render(
        request, "purchasing/choices.html", {"found": found, "purchase": purchase, "crumbs": crumbs}
    )
