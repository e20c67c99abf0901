"""The books for people: trial balance, accounts, one account's statement; each as a page and as CSV.

Everything is of the reader's own region. Whole rupiah are shown as such; odd sen as well, where there are any.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.pages.fields import DayField
from procurement.settlement import money_queries
from procurement.settlement.ledger import reports
from procurement.settlement.ledger.export import amount_of, proof_of
from procurement.settlement.ledger.reports import disagreements, trial_balance, trial_balance_on
from procurement.settlement.models import Account, AccountKind, LedgerProof

SHOWN = 20
PAGE_SIZE: Final = 50
KEEPERS: Final = (Role.AUDITOR, Role.TREASURER, Role.OPERATOR)


class DayForm(forms.Form):
    """The day at whose end the trial balance is drawn."""

    pada = DayField(label=gettext_lazy("Pada tanggal"), required=False)


class FindForm(forms.Form):
    """Which accounts to list."""

    jenis = forms.ChoiceField(
        label=gettext_lazy("Jenis akun"),
        required=False,
        choices=[("", gettext_lazy("Semua jenis")), *AccountKind.choices],
    )
    pesanan = forms.CharField(label=gettext_lazy("Nomor pesanan"), required=False, max_length=80)


class SpanForm(forms.Form):
    """Which days of an account."""

    dari = DayField(label=gettext_lazy("Dari"), required=False)
    sampai = DayField(label=gettext_lazy("Sampai"), required=False)


@require_GET
@roles(*KEEPERS)
def books(request: HttpRequest) -> HttpResponseBase:
    """Balances per kind of account now or at the end of a day, the nightly proof, and money that did not fit."""
    region_id = actor_of(request).region_id or 0
    form = DayForm(request.GET)
    day: date | None = form.cleaned_data["pada"] if form.is_valid() else None
    rows = [
        row
        for row in (trial_balance_on(region_id, day) if day else trial_balance(region_id))
        if row.debit or row.credit
    ]
    if "csv" in request.GET and form.is_valid():
        return _table(
            f"neraca-saldo-{day or clock.today()}.csv",
            ["akun", "jumlah_akun", "debit", "kredit"],
            ([row.kind.label, row.accounts, amount_of(row.debit), amount_of(row.credit)] for row in rows),
        )
    unmatched, _further = money_queries.queue_of(actor_of(request))
    return render(
        request,
        "settlement/books.html",
        {
            "form": form,
            "day": day,
            "rows": [(row, row.debit // SEN_PER_RUPIAH, row.credit // SEN_PER_RUPIAH) for row in rows],
            "debit": sum(row.debit for row in rows) // SEN_PER_RUPIAH,
            "credit": sum(row.credit for row in rows) // SEN_PER_RUPIAH,
            "balanced": sum(row.debit - row.credit for row in rows) == 0,
            "disagreements": len(disagreements(region_id)),
            "proof": LedgerProof.objects.first(),
            "unmatched": unmatched[:SHOWN],
            "csv": _csv_address(request),
        },
        status=200 if form.is_valid() else 400,
    )


@require_GET
@roles(*KEEPERS)
def accounts(request: HttpRequest) -> HttpResponseBase:
    """The accounts of the region and what each holds, found by kind or order."""
    form = FindForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = reports.accounts_of(
        actor_of(request).region_id or 0, kind=wanted.get("jenis", ""), number=wanted.get("pesanan", "")
    )
    if "csv" in request.GET and form.is_valid():
        return _table(
            "daftar-akun.csv",
            ["kode", "jenis", "pesanan", "pajak", "saldo"],
            (
                [
                    each.code,
                    each.get_kind_display(),
                    each.purchase_number,
                    each.tax_code,
                    amount_of(each.balance.natural),
                ]
                for each in found.iterator(chunk_size=2_000)
            ),
        )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("hal"))
    return render(
        request,
        "settlement/accounts.html",
        {
            "form": form,
            "rows": [(each, each.balance.natural // SEN_PER_RUPIAH) for each in page],
            "crumbs": [{"label": _("Neraca saldo"), "url": reverse("books")}],
            "csv": _csv_address(request),
            **_around(request, page),
        },
        status=200 if form.is_valid() else 400,
    )


@require_GET
@roles(*KEEPERS)
def statement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every entry of one account with the balance after it."""
    region_id = actor_of(request).region_id or 0
    account = get_object_or_404(Account.objects.select_related("balance"), pk=pk, region_id=region_id)
    form = SpanForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = reports.statement_entries(account, since=wanted.get("dari"), until=wanted.get("sampai"))
    if "csv" in request.GET and form.is_valid():
        heads = ["tanggal", "jurnal", "jenis", "kunci", "uraian", "bukti", "debit", "kredit", "saldo"]
        return _table(f"buku-besar-{account.pk}.csv", heads, _statement_rows(account, found))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("hal"))
    return render(
        request,
        "settlement/account.html",
        {
            "account": account,
            "held": account.balance.natural // SEN_PER_RUPIAH,
            "form": form,
            "rows": [
                (row, *(sen // SEN_PER_RUPIAH for sen in (row.debit, row.credit, row.held)))
                for row in reports.running(account, list(page))
            ],
            "crumbs": [
                {"label": _("Neraca saldo"), "url": reverse("books")},
                {"label": _("Akun"), "url": reverse("books-accounts")},
            ],
            "csv": _csv_address(request),
            **_around(request, page),
        },
        status=200 if form.is_valid() else 400,
    )


def _statement_rows(account: Account, found: Any) -> Iterator[Sequence[object]]:
    for row in reports.running(account, list(found)):
        journal = row.entry.journal
        yield [
            f"{journal.posted_at.astimezone(clock.JAKARTA):%Y-%m-%d %H:%M:%S}",
            journal.pk,
            journal.get_kind_display(),
            journal.idem_key,
            journal.memo,
            proof_of(journal),
            amount_of(row.debit),
            amount_of(row.credit),
            amount_of(row.held),
        ]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _table(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A CSV file; a cell that a spreadsheet would take for a formula is given an apostrophe."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([_harmless(cell) for cell in row]) for row in chain([heads], rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in {"=", "+", "@", "\t", "\r"}:
        return f"'{cell}"
    return cell


def _csv_address(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("hal", None)
    query["csv"] = "1"
    return f"?{query.urlencode()}"


def _around(request: HttpRequest, page: Page[Any]) -> dict[str, object]:
    """Addresses of the pages before and after, the filters kept."""

    def address(number: int) -> str:
        query = request.GET.copy()
        query["hal"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous_url": address(page.number - 1) if page.has_previous() else "",
        "next_url": address(page.number + 1) if page.has_next() else "",
    }
