"""Where Stripe tells us about payments. Stores first, answers at once; a job does the rest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.accounts.access import roles
from marketplace.core.transitions import Refused
from procurement.settlement.actions import receive_notification
from procurement.settlement.models import ProviderEvent


@csrf_exempt
@require_POST
@roles.everyone
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """202 for what was stored and is vouched for (again and again, too), 400 for anything else."""
    try:
        verdict = receive_notification("stripe", request.body, request.headers)
    except Refused as refused:
        return HttpResponse(refused.code, status=400, content_type="text/plain")
    accepted = verdict == ProviderEvent.Verdict.VERIFIED
    return HttpResponse(verdict.value, status=202 if accepted else 400, content_type="text/plain")
