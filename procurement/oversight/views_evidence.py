"""The auditor takes the evidence of one order home."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.purpose import ask_purpose, stated_purpose
from procurement.oversight.evidence.exporting import export_pack
from procurement.purchasing.queries import get_bare_purchase_for

WANTED: Final = "evidence_pack_wanted"
"""Where a session keeps the order whose pack was asked for before its purpose was said."""


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
@never_cache
def evidence_pack(request: HttpRequest, number: str) -> HttpResponseBase:
    """Everything that proves an order, in one ZIP that is checked without us.

    By POST, and for a stated purpose: it holds papers with personal data, and the log notes who took it. Who was asked
    for the purpose first is led to the story, which then fetches by GET, once, what was asked for.
    """
    wanted = request.session.pop(WANTED, "")
    if request.method == "GET" and wanted != number:
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    purchase, purpose = get_bare_purchase_for(actor, number), stated_purpose(request)
    if not purpose:
        request.session[WANTED] = purchase.number
        return ask_purpose(reverse("order_story", args=[purchase.number]))
    data = export_pack(actor=actor, number=purchase.number, purpose=purpose)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="bukti-{number}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
