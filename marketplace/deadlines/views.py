"""The page of running deadlines."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.deadlines.queries import READERS, ROWS, running_for

KINDS: Final = {"purchase": _("Pesanan"), "package": _("Paket RUP"), "competition": _("Mini-kompetisi")}


@require_GET
@roles(*READERS)
def deadlines(request: HttpRequest) -> HttpResponse:
    """The deadlines of the actor's unit, business or region, late first; `?jenis=`, `?saya=` and `?lewat=` filter."""
    kind = request.GET.get("jenis", "")
    kind = kind if kind in settings.DEADLINE_SOURCES else ""
    mine, late = bool(request.GET.get("saya")), bool(request.GET.get("lewat"))
    rows = running_for(actor_of(request), kind=kind, mine=mine, late=late)
    context = {
        "rows": rows,
        "late_count": sum(row.late for row in rows),
        "kinds": [(name, KINDS.get(name, name)) for name in settings.DEADLINE_SOURCES],
        "kind": kind,
        "mine": mine,
        "late": late,
        "most": ROWS,
        "filtered": bool(kind or mine or late),
    }
    return render(request, "deadlines/deadlines.html", context)
