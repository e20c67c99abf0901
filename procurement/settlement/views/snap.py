"""Where a bank calls us by SNAP BI. JSON in and out; whoever may call is known by signature alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.accounts.access import View, roles
from marketplace.core import clock
from procurement.settlement.actions import snap_server
from procurement.settlement.actions.snap_server import Answer


def _door(act: Callable[[bytes, Mapping[str, str]], Answer]) -> View:
    """The view of one service."""

    @csrf_exempt
    @require_POST
    @never_cache
    @roles.everyone
    def view(request: HttpRequest) -> HttpResponse:
        answer = act(request.body, request.headers)
        stamp = clock.now().astimezone(clock.JAKARTA).isoformat(timespec="seconds")
        return JsonResponse(dict(answer.body), status=answer.http, headers={"X-TIMESTAMP": stamp})

    return view


token = _door(snap_server.grant_token)
inquiry = _door(snap_server.answer_inquiry)
payment = _door(snap_server.take_payment)
qris_notice = _door(snap_server.take_qris_notice)
