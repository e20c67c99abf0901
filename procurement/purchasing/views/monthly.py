"""The printable monthly report of a unit (officers) or a region (auditor, operator), also as CSV."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.spreadsheets import csv_lines
from procurement.purchasing.queries.monthly import month_of

READERS = (Role.PA, Role.KPA, Role.PPK, Role.PP, Role.AUDITOR, Role.OPERATOR)


@require_GET
@roles(*READERS)
def report(request: HttpRequest) -> HttpResponse:
    """The month of `?bulan=2026-11`, this month unless given; `?berkas=csv` gives it as a file."""
    first = clock.month_named(request.GET.get("bulan", ""))
    found = month_of(actor_of(request), first)
    if request.GET.get("berkas") == "csv":
        heads = [_("bagian"), _("nama"), _("pesanan"), _("rupiah")]
        response = HttpResponse(csv_lines(chain([heads], found.rows)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="laporan-{first:%Y-%m}.csv"'
        return response
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
    context = {"month": found, "before": before, "after": after if after <= clock.today() else None}
    return render(request, "purchasing/monthly.html", context)
