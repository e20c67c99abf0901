"""The explorer over orders and the log; filters live in the address, the whole result downloads as a table."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.spreadsheets import csv_lines
from procurement.oversight.forms.explorer import ExplorerForm
from procurement.oversight.queries import explorer as queries
from procurement.oversight.queries.orders import OrderFilters
from procurement.oversight.views.cases import crumbs


@require_GET
@roles(Role.AUDITOR)
def explore(request: HttpRequest) -> HttpResponseBase:
    """Orders, or with `?lihat=catatan` entries, fifty at a time; `?bentuk=csv` all of them as a table."""
    actor = actor_of(request)
    form = ExplorerForm(request.GET or None, actor=actor)
    entries = request.GET.get("lihat") == "catatan"
    if form.is_bound and not form.is_valid():
        return render(request, "oversight/explorer.html", _context(request, form, entries), status=400)
    filters = form.filters() if form.is_bound else OrderFilters()
    act = form.cleaned_data["perbuatan"] if form.is_bound else ""
    before = form.cleaned_data["sebelum"] if form.is_bound else None
    if request.GET.get("bentuk") == "csv":
        if entries:
            return _table("catatan", _ENTRY_HEADS, queries.entry_table(actor, filters, act))
        return _table("pesanan", _ORDER_HEADS, queries.order_table(actor, filters))
    found: tuple[list[Any], int | None] = (
        queries.entry_page(actor, filters, act, before=before)
        if entries
        else queries.order_page(actor, filters, before=before)
    )
    tally = queries.entry_tally(actor, filters, act) if entries else queries.order_tally(actor, filters)
    context = {**_context(request, form, entries, *found), "tally": tally}
    return render(request, "oversight/explorer.html", context)


def _context(
    request: HttpRequest,
    form: ExplorerForm,
    entries: bool,
    rows: list[Any] | None = None,
    older: int | None = None,
) -> dict[str, Any]:
    return {
        "form": form,
        "entries": entries,
        "rows": rows or [],
        "older_url": _with(request, sebelum=str(older)) if older else "",
        "newest_url": _with(request) if request.GET.get("sebelum") else "",
        "orders_url": _with(request, lihat=""),
        "entries_url": _with(request, lihat="catatan"),
        "csv_url": _with(request, bentuk="csv"),
        "sample_query": _with(request, lihat="").lstrip("?"),
        "crumbs": crumbs(),
    }


def _with(request: HttpRequest, **changes: str) -> str:
    asked = {name: str(value) for name, value in request.GET.items() if name not in {"sebelum", "bentuk"}}
    return "?" + urlencode({name: value for name, value in {**asked, **changes}.items() if value})


_ORDER_HEADS = ("nomor", "unit", "penyedia", "status", "nilai (rupiah)", "diajukan", "peringatan")
_ENTRY_HEADS = (
    "catatan",
    "waktu (WIB)",
    "peristiwa",
    "peran",
    "organisasi",
    "pengguna",
    "tentang",
    "perbuatan",
    "jenis",
    "berkas",
    "urutan",
    "daun",
)


def _table(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(chain([heads], rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("jelajah")}-{name}.csv"'
    return response
