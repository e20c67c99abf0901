"""The cash book of a unit by month: to read, to print, or as CSV."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.core.spreadsheets import csv_lines
from marketplace.pages.keyset import id_in
from procurement.treasury.queries.cash_book import Book, Month, month_of

BOOKS = {
    "kas": gettext_lazy("Buku Kas Umum"),
    "bank": gettext_lazy("Buku Pembantu Bank"),
    "pajak": gettext_lazy("Buku Pembantu Pajak"),
}


@require_GET
@roles(Role.TREASURER, Role.PPK_SKPD, Role.PA, Role.KPA, Role.AUDITOR)
def month(request: HttpRequest) -> HttpResponse:
    """The month of `?bulan=2026-11`, this month unless given; `?buku=bank|pajak` another book; `?berkas=csv` a file."""
    unit = _unit(request)
    first = clock.month_named(request.GET.get("bulan", ""))
    found = month_of(unit.pk, first)
    name = request.GET.get("buku", "kas")
    name = name if name in BOOKS else "kas"
    book = _book(found, name)
    if request.GET.get("berkas") == "csv":
        return _file(book, name, first)
    context = {
        "unit": unit,
        "month": found,
        "book": book,
        "name": name,
        "title": BOOKS[name],
        "books": [(code, label, _book(found, code).closing) for code, label in BOOKS.items()],
        "first": first,
        "bulan": f"{first:%Y-%m}",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{(first + timedelta(days=32)).replace(day=1):%Y-%m}",
        "unit_asked": request.GET.get("unit", ""),
    }
    return render(request, "treasury/cash_book.html", context)


def _unit(request: HttpRequest) -> Organisation:
    """The own unit, or (auditor) the one of `?unit=` in the region; without it the region's first."""
    actor = actor_of(request)
    if actor.role in BUYING:
        return Organisation.objects.get(pk=actor.organisation_id or 0)
    units = Organisation.objects.filter(region_id=actor.region_id or 0, kind=Organisation.Kind.AGENCY_UNIT)
    asked = id_in(request.GET.get("unit", ""))
    found = units.order_by("pk").first() if asked is None else units.filter(pk=asked).first()
    if found is None:
        raise Http404
    return found


def _book(found: Month, name: str) -> Book:
    return {"kas": found.cash, "bank": found.bank, "pajak": found.tax}[name]


def _file(book: Book, name: str, first: date) -> HttpResponse:
    """The book as a file for a spreadsheet."""
    rows: list[list[object]] = [
        [_("Tanggal"), _("No."), _("Bukti"), _("Uraian"), _("Penerimaan"), _("Pengeluaran"), _("Saldo")],
        ["", "", "", _("Saldo awal"), "", "", book.opening],
    ]
    for number, row in enumerate(book.rows, 1):
        told = [row.reference, row.text, row.receipt, row.spending, row.balance]
        rows.append([row.day.isoformat(), number, *told])
    rows.append(["", "", "", _("Saldo akhir"), book.receipts, book.spending, book.closing])
    response = HttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bku-{name}-{first:%Y-%m}.csv"'
    return response
