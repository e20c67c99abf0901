"""Samples: the list, drawing one, its orders and their examination, its sheet for paper and as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.spreadsheets import csv_lines
from marketplace.pages.answers import answered, form_page
from procurement.oversight import actions
from procurement.oversight.forms.samples import AttachForm, ExamineForm, SampleForm
from procurement.oversight.models import Sample, SampleItem
from procurement.oversight.queries.access import own_cases
from procurement.oversight.queries.samples import (
    get_item_for,
    get_sample_for,
    items_of,
    listed,
    rerun,
    stratum_words,
)
from procurement.oversight.views.cases import crumbs

SHOWN = 25


def sample_or_404(request: HttpRequest, pk: int) -> Sample:
    """The sample if it is of the person's own body. Raises Http404."""
    try:
        return get_sample_for(actor_of(request), pk)
    except Sample.DoesNotExist as absent:
        raise Http404 from absent


@require_GET
@roles(Role.AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """The samples of the body, all of them: whoever draws until he likes it is seen here."""
    page = Paginator(listed(actor_of(request)), SHOWN).get_page(request.GET.get("halaman"))
    return render(request, "oversight/samples.html", {"page": page, "crumbs": crumbs()})


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def new(request: HttpRequest) -> HttpResponse:
    """Draw a sample; a GET may bring filters and case file along (from the explorer, a case)."""
    actor = actor_of(request)
    given = {name: request.GET[name] for name in request.GET}
    form = SampleForm(
        request.POST or None,
        actor=actor,
        cases=list(own_cases(actor).order_by("-pk")),
        initial={"size": 25, "case_id": given.pop("berkas", ""), **given},
    )
    return answered(
        request,
        form,
        lambda: actions.draw_sample(actor=actor, **form.told()),
        onward=Sample.get_absolute_url,
        back=reverse("samples"),
        done=_("Sampel ditarik dan tercatat di log audit."),
        template="oversight/sample_new.html",
        context={"crumbs": _crumbs()},
    )


@require_GET
@roles(Role.AUDITOR)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One sample; `?ulang=1` draws it again and says whether it is the same."""
    sample = sample_or_404(request, pk)
    actor = actor_of(request)
    items = items_of(sample)
    context = {
        "sample": sample,
        **_in_words(sample, items),
        "left": sum(not each.result for each in items),
        "rerun": rerun(actor, sample) if request.GET.get("ulang") == "1" else None,
        "may_attach": sample.case_id is None,
        "crumbs": _crumbs(),
    }
    return render(request, "oversight/sample.html", context)


def _in_words(sample: Sample, items: list[SampleItem]) -> dict[str, Any]:
    """The orders drawn, each with its stratum, and the strata, as people read them."""
    words = stratum_words(sample)
    return {
        "items": [(each, words.get(each.stratum, each.stratum)) for each in items],
        "strata": [(words.get(name, name), *figures) for name, *figures in sample.strata],
    }


@require_GET
@roles(Role.AUDITOR)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample as a sheet to print and fill in by hand."""
    sample = sample_or_404(request, pk)
    context = {"sample": sample, **_in_words(sample, items_of(sample)), "crumbs": _of(sample)}
    return render(request, "oversight/sample_sheet.html", context)


@require_GET
@roles(Role.AUDITOR)
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample as a file for a spreadsheet."""
    sample = sample_or_404(request, pk)
    words = stratum_words(sample)
    rows: list[list[object]] = [
        [_("Urutan"), _("Pesanan"), _("Unit"), _("Penyedia"), _("Nilai"), _("Strata"), _("Pasti"), _("Hasil")]
    ]
    for each in items_of(sample):
        order, certain = each.purchase, _("ya") if each.certain else _("tidak")
        stratum = words.get(each.stratum, each.stratum)
        told = [order.number, order.organisation.name, order.vendor.name, each.amount, stratum, certain]
        rows.append([each.position, *told, each.get_result_display()])
    response = HttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sampel-{sample.pk}.csv"'
    return response


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a sample into a case file."""
    sample = sample_or_404(request, pk)
    cases = list(own_cases(actor_of(request)).order_by("-pk"))
    form = AttachForm(request.POST or None, cases=cases)
    return form_page(
        request,
        form,
        lambda: actions.attach_sample(actor=actor_of(request), sample_id=sample.pk, **form.cleaned_data),
        title=_("Masukkan ke berkas"),
        label=_("Masukkan"),
        back=sample.get_absolute_url(),
        done=_("Sampel masuk ke berkas pemeriksaan."),
        context={"crumbs": _of(sample)},
    )


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the examination of one order gave."""
    try:
        found = get_item_for(actor_of(request), pk)
    except SampleItem.DoesNotExist as absent:
        raise Http404 from absent
    form = ExamineForm(request.POST or None, initial={"result": found.result, "note": found.note})
    return answered(
        request,
        form,
        lambda: actions.examine(actor=actor_of(request), item_id=found.pk, **form.cleaned_data),
        back=found.sample.get_absolute_url(),
        done=_("Hasil pemeriksaan tersimpan."),
        template="oversight/sample_item.html",
        context={"item": found, "purchase": found.purchase, "crumbs": _of(found.sample)},
    )


def _crumbs() -> list[dict[str, Any]]:
    return crumbs({"label": _("Sampel"), "url": reverse("samples")})


def _of(sample: Sample) -> list[dict[str, Any]]:
    return [*_crumbs(), {"label": str(sample), "url": sample.get_absolute_url()}]
