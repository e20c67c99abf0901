"""What everybody may see of spending, buyers, vendors and money. No page names a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import roles
from marketplace.audit import signing
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.statistics.definitions import DEFINITIONS, Definition
from procurement.statistics.downloads import Table, as_file
from procurement.statistics.models import Edition, Level, Spending
from procurement.statistics.queries import cashless, scorecards, spending
from procurement.statistics.queries import vendors as sellers
from procurement.statistics.queries.editions import (
    chosen_year,
    defined,
    standing_edition,
    stands_on,
    years_of,
)

ROWS: Final = 50
CARDS: Final = 20
"""Scorecards on a page: the observations behind each are weighed anew when it is asked for."""


@require_GET
@roles.everyone
def overview(request: HttpRequest) -> HttpResponseBase:
    """Spending of `?tahun=` in all regions or in `?daerah=D197`; `?berkas=csv|json` gives every row of it."""
    edition = standing_edition()
    years = years_of(edition)
    year = chosen_year(request.GET.get("tahun", ""), years)
    regions = spending.regions_of(edition)
    region = _region(request, regions)
    codes = ("spending", "category", "umk_share", "pdn_share", "umk_pdn_share", "hhi")
    name = f"belanja-{year}" + (f"-{region.klpd_code}" if region else "")
    file = _file(request, name, spending.COLUMNS, spending.file_rows(edition, year, region), edition, codes)
    if file is not None:
        return file
    page = Paginator(spending.units_of(edition, year, region), ROWS).get_page(request.GET.get("halaman"))
    context = {
        "year": spending.year_of_spending(edition, year, region),
        "units": spending.parts_of(list(page), lambda row: row.unit.name),
        "page": page,
        "regions": regions,
        "region": region,
        "target": spending.target_of(region.pk if region else None),
        "duty": spending.duty_of(region.pk if region else None),
        **_common(request, edition, years, year, codes),
    }
    return render(request, "statistics/spending.html", context)


@require_GET
@roles.everyone
def buyers(request: HttpRequest) -> HttpResponseBase:
    """How every unit buys and pays in `?tahun=`: shares, cancelled orders, answer and pay times, score."""
    edition = standing_edition()
    years = years_of(edition)
    year = chosen_year(request.GET.get("tahun", ""), years)
    codes = (
        "spending",
        "umk_share",
        "pdn_share",
        "dropped_share",
        "approve_hours",
        "accept_hours",
        "pay_time",
        "score",
    )
    found = scorecards.buying_units(edition, year)
    rows = scorecards.buyer_rows(found)
    file = _file(request, f"rapor-pembeli-{year}", scorecards.BUYER_COLUMNS, rows, edition, codes)
    if file is not None:
        return file
    page = Paginator(found, CARDS).get_page(request.GET.get("halaman"))
    context = {
        "buyers": scorecards.buyers(list(page)),
        "page": page,
        **_common(request, edition, years, year, codes),
    }
    return render(request, "statistics/buyers.html", context)


@require_GET
@roles.everyone
def buyer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One unit: months, categories, shares, answer and pay times, and its score with what it replied."""
    edition = standing_edition()
    years = years_of(edition)
    year = chosen_year(request.GET.get("tahun", ""), years)
    row = get_object_or_404(scorecards.buying_units(edition, year), unit_id=pk)
    codes = (
        "spending",
        "category",
        "umk_share",
        "pdn_share",
        "umk_pdn_share",
        "dropped_share",
        "approve_hours",
        "accept_hours",
        "pay_time",
    )
    rows = spending.file_rows(edition, year, unit_id=pk)
    file = _file(request, f"belanja-{year}-satuan-{pk}", spending.COLUMNS, rows, edition, codes)
    if file is not None:
        return file
    parts = Spending.objects.filter(
        edition=edition, year=year, unit_id=pk, level__in=[Level.UNIT_MONTH, Level.UNIT_CATEGORY]
    )
    months = sorted((each for each in parts if each.month), key=lambda each: each.month or date.min)
    categories = sorted(
        (each for each in parts if each.category), key=lambda each: (-each.price, each.category)
    )
    context = {
        "buyer": scorecards.buyers([row])[0],
        "chart": spending.chart_of(year, months),
        "months": spending.parts_of(months, spending.month_name),
        "categories": spending.parts_of(categories, lambda each: each.category),
        "target": spending.target_of(row.region_id),
        "duty": spending.duty_of(row.region_id),
        **_common(request, edition, years, year, codes),
    }
    return render(request, "statistics/buyer.html", context)


@require_GET
@roles.everyone
def vendors(request: HttpRequest) -> HttpResponseBase:
    """Every verified vendor with its score, by the published formula, and the way to its stall with its replies."""
    edition = standing_edition()
    file = _file(
        request, "rapor-penyedia", scorecards.VENDOR_COLUMNS, scorecards.vendor_rows(), edition, ("score",)
    )
    if file is not None:
        return file
    page = Paginator(scorecards.public_vendors(), CARDS).get_page(request.GET.get("halaman"))
    context = {
        "vendors": scorecards.with_cards(list(page)),
        "page": page,
        **_common(request, edition, [], 0, ("score",)),
    }
    return render(request, "statistics/vendors.html", context)


@require_GET
@roles.everyone
def vendor(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What government bought from one verified vendor, by year and unit, counted when the page is asked for."""
    found = get_object_or_404(scorecards.public_vendors().only("nib", *scorecards.OF_VENDOR), slug=slug)
    sales = sellers.sales_of(found)
    rows = sellers.file_rows(found, sales)
    name = f"penyedia-{slug}"
    about = {"nama": name, "dihitung": clock.now(), "definisi": defined("spending")}
    file = as_file(Table(name, sellers.COLUMNS, rows, about), request.GET.get("berkas", ""))
    if file is not None:
        return file
    context = {
        "vendor": found,
        "sales": sales,
        "definitions": [DEFINITIONS["spending"], DEFINITIONS["score"]],
        "card": scorecards.with_cards([found])[0][1],
        "crumbs": [
            *_crumbs(request),
            {"label": _("Rapor penyedia"), "url": reverse("vendor-scorecards")},
        ],
    }
    return render(request, "statistics/vendor.html", context)


@require_GET
@roles.everyone
def proof(request: HttpRequest) -> HttpResponseBase:
    """The cashless proof of each region's newest day, or of `?daerah=D197&hari=2026-11-26`."""
    file = _file(
        request, "bukti-nontunai", cashless.COLUMNS, cashless.file_rows(), standing_edition(), ("cashless",)
    )
    if file is not None:
        return file
    newest = cashless.newest_days()
    shown = _asked_proof(request) or (cashless.Proof(newest[0]) if newest else None)
    context = {
        "newest": newest,
        "proof": shown,
        "spent_today": 0 if shown else cashless.spent_today(),
        "days": cashless.last_days(shown.day.region_id) if shown else [],
        "verifier_key": str(signing.signer().verifier),
        "definitions": [DEFINITIONS["cashless"]],
        "crumbs": _crumbs(request),
    }
    return render(request, "statistics/cashless.html", context)


def _asked_proof(request: HttpRequest) -> cashless.Proof | None:
    code, day = request.GET.get("daerah", ""), request.GET.get("hari", "")
    if not code:
        return None
    try:
        found = cashless.proof_of(code, clock.day_named(day))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _region(request: HttpRequest, regions: Sequence[Region]) -> Region | None:
    code = request.GET.get("daerah", "")
    return next((region for region in regions if region.klpd_code == code), None)


def _file(
    request: HttpRequest,
    name: str,
    columns: Mapping[str, Any],
    rows: Iterable[Sequence[Any]],
    edition: Edition | None,
    codes: Sequence[str],
) -> HttpResponseBase | None:
    """The page as a file, where `?berkas=` asks for one."""
    about = {"nama": name, **stands_on(edition, *codes)}
    return as_file(Table(name, columns, rows, about), request.GET.get("berkas", ""))


def _common(
    request: HttpRequest, edition: Edition | None, years: list[int], year: int, codes: Sequence[str]
) -> dict[str, Any]:
    """What every page says: of which year, on what it stands, how each figure is counted, where the others are."""
    definitions: list[Definition] = [DEFINITIONS[code] for code in codes]
    asked = request.GET.copy()
    asked.pop("halaman", None)
    return {
        "edition": edition,
        "least": spending.sample_min(),
        "years": years,
        "chosen": year,
        "definitions": definitions,
        "query": asked.urlencode(),
        "crumbs": _crumbs(request),
    }


def _crumbs(request: HttpRequest) -> list[dict[str, str]]:
    if request.path == reverse("spending"):
        return []
    return [{"label": str(DEFINITIONS["spending"].name), "url": reverse("spending")}]
