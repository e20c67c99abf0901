"""Pages of taxes: the simulator, the unit's calendar, deposits, slips, and files for the tax office."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.spreadsheets import csv_lines
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from procurement.settlement import actions, tax_calendar, withholding
from procurement.settlement.models import TaxExport
from procurement.settlement.tax_forms import DepositsForm, ExportForm, SimulationForm
from procurement.settlement.views.presenting import money_rows, tax_rows
from procurement.taxation.queries import BadVector, simulated

ASKERS: Final = (
    Role.TREASURER, Role.PPK_SKPD, Role.PPTK, Role.PA, Role.KPA, Role.PPK, Role.PP,
    Role.VENDOR, Role.AUDITOR, Role.OPERATOR,
)  # fmt: skip
KEEPERS: Final = (Role.TREASURER, Role.PPK_SKPD)
FILE_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml; charset=utf-8",
}
EXPORTS: Final = 20


@require_GET
@roles(*ASKERS)
def simulate(request: HttpRequest) -> HttpResponse:
    """What the taxes of a payment would be, with the reason and the law. Nothing is stored."""
    form = SimulationForm(request.GET if "kind" in request.GET else None)
    plan, refused = None, None
    if form.is_bound and form.is_valid():
        try:
            plan = simulated(form.question(), actor_of(request).region_id)
        except Refused as refusal:
            refused = refusal
        except BadVector as fault:
            form.add_error(None, str(fault))
    context = {
        "form": form,
        "refused": refused,
        "plan": plan,
        "taxes": tax_rows(plan) if plan else [],
        "sums": money_rows(plan, 0) if plan else [],
    }
    status = 409 if refused else 400 if form.errors else 200
    return render(request, "settlement/tax_simulation.html", context, status=status)


@require_GET
@roles(*KEEPERS)
def calendar(request: HttpRequest) -> HttpResponse:
    """The unit's tax periods: withheld, deposited, open, and until when."""
    return _calendar(request)


def _calendar(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    periods = tax_calendar.calendar(actor)
    late = sum(row.open_lines for period in periods for row in period.rows if row.late)
    context = {"periods": periods, "late": late, "is_treasurer": actor.role == Role.TREASURER}
    return render(request, "settlement/tax_calendar.html", context)


@require_http_methods(["GET", "POST"])
@roles(*KEEPERS)
def deposits(request: HttpRequest) -> HttpResponse:
    """The lines of one tax and period (`?masa=2026-11&pajak=PPN`); the treasurer deposits several in one act.

    Without a question the oldest tax that is still open is shown; with nothing open, the calendar.
    """
    actor = actor_of(request)
    month, code = clock.month_named(request.GET.get("masa", "")), request.GET.get("pajak", "")
    if not code:
        oldest = tax_calendar.oldest_open(actor)
        if oldest is None:
            return _calendar(request)
        month, code = oldest.period, oldest.code
    lines = tax_calendar.of_code(actor, month, code)
    if not lines:
        raise Http404
    waiting = [tax for tax in lines if tax.deposit_id is None]
    open_lines = [tax for tax in waiting if tax.obligation.purchase.state == "PAID"]
    writes = actor.role == Role.TREASURER
    form = DepositsForm(request.POST if writes and request.method == "POST" else None, lines=open_lines)

    def act() -> None:
        answers = form.cleaned_data
        receipt = actions.Receipt(answers["billing_code"], answers["ntpn"], answers["deposited_on"])
        actions.record_deposits(actor=actor, tax_line_ids=form.chosen(), receipt=receipt)

    context = {
        "due": tax_calendar.due_of(month, code, lines, actor.region_id),
        "lines": lines,
        "may_deposit": writes and bool(open_lines),
        "crumbs": [{"label": _("Kalender pajak"), "url": reverse("tax-calendar")}],
    }
    back = _address(month, code)
    template = "settlement/tax_deposits.html"
    if not writes:
        return render(request, template, {**context, "form": form})
    return answered(
        request, form, act, back=back, done=_("Setoran tercatat."), template=template, context=context
    )


def _address(month: date, code: str) -> str:
    return f"{reverse('tax-deposits')}?{urlencode({'masa': f'{month:%Y-%m}', 'pajak': code})}"


@require_GET
@roles(*KEEPERS)
def slips(request: HttpRequest) -> HttpResponse:
    """The period's withheld income tax by vendor and tax with its slips, `?berkas=csv` as a file."""
    month = clock.month_named(request.GET.get("masa", ""))
    rows = withholding.slips(withholding.income_taxes(actor_of(request), month))
    if request.GET.get("berkas") == "csv":
        return _slips_file(month, rows)
    context = {
        "rows": rows,
        "month": month,
        "months": _months(request),
        "amount": sum(row.amount for row in rows),
        "crumbs": [{"label": _("Kalender pajak"), "url": reverse("tax-calendar")}],
    }
    return render(request, "settlement/tax_slips.html", context)


def _slips_file(month: date, rows: list[withholding.SlipRow]) -> HttpResponse:
    told: list[list[object]] = [
        [_("masa"), _("penyedia"), _("pajak"), _("dasar"), _("dipotong"), _("nomor bukti"), _("belum terbit")]
    ]
    for row in rows:
        numbers = ", ".join(paper.number for paper in row.papers)
        told.append([f"{month:%m-%Y}", row.vendor, row.label, row.base, row.amount, numbers, row.waiting])
    response = HttpResponse(csv_lines(told), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bukti-potong-{month:%Y-%m}.csv"'
    return response


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def export(request: HttpRequest) -> HttpResponse:
    """Make the bulk file of a period for the tax office; what was made before is listed."""
    actor = actor_of(request)
    months = [(f"{each:%Y-%m}", date_format(each, "F Y")) for each in _months(request)]
    unit = Organisation.objects.get(pk=actor.organisation_id or 0)
    form = ExportForm(request.POST or None, months=months, kept=unit.npwp)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            made, content = actions.export_withholding(
                actor=actor,
                month=clock.month_named(form.cleaned_data["masa"]),
                shape=TaxExport.Shape(form.cleaned_data["shape"]),
                npwp=form.cleaned_data["npwp"],
            )
        except Refused as refusal:
            refused = refusal
        else:
            response = HttpResponse(content, content_type=FILE_TYPES[made.shape])
            name = f"BPPU-{made.period:%Y-%m}.{made.shape}"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
    made_before = TaxExport.objects.filter(organisation_id=actor.organisation_id or 0).select_related(
        "made_by"
    )
    context = {
        "form": form,
        "refused": refused,
        "exports": made_before[:EXPORTS],
        "crumbs": [{"label": _("Kalender pajak"), "url": reverse("tax-calendar")}],
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "settlement/tax_export.html", context, status=status)


def _months(request: HttpRequest) -> list[date]:
    """The periods in which the unit withheld anything, the newest first."""
    found = tax_calendar.lines_of(actor_of(request)).order_by("-month").values_list("month", flat=True)
    return list(found.distinct()[: 2 * tax_calendar.MONTHS]) or [clock.today().replace(day=1)]
