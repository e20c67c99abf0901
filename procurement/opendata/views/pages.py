"""Pages of open data for people, and the catalogue for machines."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import roles
from procurement.opendata import catalogue as dcat
from procurement.opendata import queries
from procurement.opendata.lkpp.shapes import SHAPES
from procurement.opendata.merging import compiled
from procurement.opendata.presenting import Step, Summary, steps_of, summary_of
from procurement.opendata.publishing import written
from procurement.opendata.views.serving import FOR_A_MINUTE, data

SHOWN = 20


@roles.everyone
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, and where something happened last; `?nomor=` leads to one process."""
    wanted = request.GET.get("nomor", "")
    found = queries.find_process(wanted) if wanted else None
    if found is not None:
        return HttpResponseRedirect(reverse("ocds-process", args=[found]))
    context = {
        "wanted": wanted[:120],
        "shapes": list(SHAPES.values()),
        "years": dcat.years(),
        "latest": [(each, steps_of([each])[0]) for each in queries.latest_processes(SHOWN)],
        "license": settings.OPEN_DATA_LICENSE,
        "horizon": queries.horizon(),
    }
    return render(request, "opendata/index.html", context)


@roles.everyone
@require_safe
def process(request: HttpRequest, ocid: str) -> HttpResponse:
    """One process: what it comes to, and each release with its leaf of the log."""
    found = queries.releases_of(ocid)
    if not found:
        raise Http404
    summary: Summary = summary_of(compiled(json.loads(each.content) for each in found))
    steps: list[Step] = steps_of(found)
    crumbs = [{"label": _("Data terbuka"), "url": reverse("open-data")}, {"label": ocid}]
    context = {"ocid": ocid, "summary": summary, "steps": steps, "crumbs": crumbs}
    return render(request, "opendata/process.html", context)


@roles.everyone
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What is published, what is not and why, how to cite it, and how to check it against the log."""
    crumbs = [{"label": _("Data terbuka"), "url": reverse("open-data")}, {"label": _("Kebijakan publikasi")}]
    context = {"crumbs": crumbs, "license": settings.OPEN_DATA_LICENSE, "about": dcat.licence()}
    return render(request, "opendata/policy.html", context)


@data
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """The DCAT catalogue."""
    return _json(dcat.catalogue(), "application/ld+json; charset=utf-8")


@data
def licence(request: HttpRequest) -> HttpResponseBase:
    """Licence and metadata as a file."""
    return _json(dcat.licence(), "application/json; charset=utf-8")


def _json(content: dict[str, Any], kind: str) -> HttpResponse:
    response = HttpResponse(written(content), content_type=kind)
    response["Cache-Control"] = FOR_A_MINUTE
    return response
