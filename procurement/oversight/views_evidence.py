"""The auditor takes the evidence of one order home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.oversight.evidence.exporting import export_pack


@require_POST
@roles(Role.AUDITOR)
@never_cache
def evidence_pack(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that proves an order, in one ZIP that is checked without us. By POST: the log notes who took it."""
    data = export_pack(actor=actor_of(request), number=number)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="bukti-{number}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
