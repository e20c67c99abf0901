"""Tables in LKPP's shape, of one budget year."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase

from procurement.opendata.lkpp.shapes import SHAPES, Shape
from procurement.opendata.lkpp.writing import csv_of, json_of
from procurement.opendata.views.serving import JSON, data, streamed


def _shape(name: str) -> Shape:
    try:
        return SHAPES[name]
    except KeyError:
        raise Http404 from None


@data
def as_csv(request: HttpRequest, name: str, year: int) -> HttpResponseBase:
    """The table as CSV, written while it is sent."""
    return streamed(csv_of(_shape(name), year), kind="text/csv; charset=utf-8", name=f"{name}-{year}.csv")


@data
def as_json(request: HttpRequest, name: str, year: int) -> HttpResponseBase:
    """The same as a JSON array."""
    return streamed(json_of(_shape(name), year), kind=JSON, name=f"{name}-{year}.json")
