"""What everybody may see of payments: how long vendors wait, unit by unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import roles
from marketplace.core import clock
from marketplace.core.spreadsheets import csv_lines
from procurement.settlement.public_pay_time import PayTimes, pay_times, year_of


@require_GET
@roles.everyone
def pay_time(request: HttpRequest) -> HttpResponse:
    """Days from BAST to money for every unit in `?tahun=2026`; `?berkas=csv` gives the same as a file."""
    found = pay_times(year_of(request.GET.get("tahun", "")))
    if request.GET.get("berkas") == "csv":
        return _file(found)
    before, after = found.year - 1, found.year + 1
    context = {
        "times": found,
        "before": before,
        "after": after if after <= clock.today().year else None,
        "crumbs": [{"label": _("Belanja"), "url": reverse("spending")}],
    }
    return render(request, "settlement/pay_time.html", context)


def _file(found: PayTimes) -> HttpResponse:
    rows: list[list[object]] = [
        [
            _("satuan kerja"),
            _("dibayar"),
            _("median hari kerja"),
            _("persentil 90 hari kerja"),
            _("persen dalam batas"),
            _("bukti SP2D"),
            _("bukti transfer"),
            _("belum dibayar"),
            _("belum dibayar terlama hari kerja"),
            _("di luar sistem"),
            _("di luar sistem rupiah"),
        ]
    ]
    for each in found.units:
        figures = (each.median, each.ninetieth, each.within)
        told = ["" if figure is None else figure for figure in figures]
        oldest = "" if each.oldest_unpaid is None else each.oldest_unpaid
        rest = [each.by_sp2d, each.by_transfer, each.unpaid, oldest, each.outside, each.outside_rupiah]
        rows.append([each.unit, each.paid, *told, *rest])
    response = HttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="waktu-bayar-{found.year}.csv"'
    return response
