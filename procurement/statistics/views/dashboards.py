"""Dashboards: the own unit for PA and KPA; the region with its units for its head, auditors and operators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.statistics.definitions import DEFINITIONS
from procurement.statistics.models import Level, Spending
from procurement.statistics.queries import dashboards
from procurement.statistics.queries.editions import chosen_year, standing_edition, years_of

ROWS: Final = 50
TOLD: Final = (
    "funnel",
    "waiting",
    "absorption",
    "umk_share",
    "pdn_share",
    "umk_pdn_share",
    "rush",
    "hhi",
    "saving_hps",
    "saving_negotiated",
    "pay_time",
)
"""The figures of a dashboard, as they are explained below it."""


@require_GET
@roles(*dashboards.READERS)
def own(request: HttpRequest) -> HttpResponse:
    """The unit of a PA or KPA in `?tahun=`; the whole region with its units for those who answer for it."""
    actor = actor_of(request)
    if actor.role in dashboards.OF_UNIT:
        return _shown(request, dashboards.get_unit_for(actor, actor.organisation_id or 0))
    return _shown(request, None)


@require_GET
@roles(*dashboards.READERS)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit of the region."""
    return _shown(request, dashboards.get_unit_for(actor_of(request), pk))


def _shown(request: HttpRequest, found: Organisation | None) -> HttpResponse:
    actor = actor_of(request)
    region_id = actor.region_id or 0
    edition = standing_edition()
    years = years_of(edition)
    year = chosen_year(request.GET.get("tahun", ""), years)
    context: dict[str, Any] = {
        "board": dashboards.dashboard_of(edition, year, region_id=region_id, unit=found),
        "unit": found,
        "edition": edition,
        "years": years,
        "chosen": year,
        "definitions": [DEFINITIONS[code] for code in TOLD],
        "query": f"tahun={year}",
    }
    if found is None:
        page = Paginator(dashboards.region_units(edition, year, region_id), ROWS).get_page(
            request.GET.get("halaman")
        )
        context |= {"page": page, "units": dashboards.unit_rows(list(page))}
    elif actor.role in dashboards.OF_REGION:
        context["crumbs"] = [{"label": _("Dasbor daerah"), "url": reverse("dashboard")}]
    return render(request, "statistics/dashboard.html", context)


@require_GET
@roles(*dashboards.READERS)
def monthly(request: HttpRequest) -> HttpResponse:
    """One month to print: `?bulan=2026-11`, of the own unit, of `?unit=` in the region, or of the whole region."""
    actor = actor_of(request)
    found = _asked_unit(request)
    first = clock.month_named(request.GET.get("bulan", ""))
    edition = standing_edition()
    region_id = actor.region_id or 0
    board = dashboards.dashboard_of(edition, first.year, region_id=region_id, unit=found)
    place: dict[str, Any] = {"region": region_id} if found is None else {"unit": found}
    level = Level.REGION_MONTH if found is None else Level.UNIT_MONTH
    after = (first + timedelta(days=32)).replace(day=1)
    context = {
        "board": board,
        "unit": found,
        "region": Region.objects.get(pk=region_id),
        "first": first,
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{after:%Y-%m}" if after <= clock.today() else "",
        "bought": Spending.objects.filter(edition=edition, level=level, month=first, **place).first(),
        "budget": next(iter(board.budget[first.month - 1 : first.month]), None),
        "edition": edition,
        "definitions": [DEFINITIONS[code] for code in ("spending", *TOLD)],
    }
    return render(request, "statistics/monthly.html", context)


def _asked_unit(request: HttpRequest) -> Organisation | None:
    actor = actor_of(request)
    if actor.role in dashboards.OF_UNIT:
        return dashboards.get_unit_for(actor, actor.organisation_id or 0)
    asked = request.GET.get("unit", "")
    return dashboards.get_unit_for(actor, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
