"""What the front page shows of the rooms above it, hung in by name so that imports only look down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class HomeFigure:
    """A live figure behind one promise.

    ``promise`` is ``cashless``, ``log`` or ``on_time``; ``value`` is ready for reading (``98,4 %``,
    ``Rp12 miliar``); ``label`` says what was counted and over which time; ``url`` leads to the proof.
    """

    promise: str
    value: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """One way into the catalogue; ``count`` is the number of listings that can be bought now."""

    name: str
    url: str
    count: int | None = None
    icon: str = "box"


def home_figures() -> dict[str, HomeFigure]:
    """The live figure of each promise, from ``settings.HOME_FIGURES``; a promise without one is left out."""
    figures: Iterable[HomeFigure | None] = [import_string(path)() for path in settings.HOME_FIGURES]
    return {figure.promise: figure for figure in figures if figure is not None}


def home_categories() -> list[CategoryTile]:
    """The top categories, from the function that ``settings.HOME_CATEGORIES`` names."""
    source = getattr(settings, "HOME_CATEGORIES", "")
    return list(import_string(source)()) if source else []
