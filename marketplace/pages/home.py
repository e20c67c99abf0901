"""What the front page shows of the rooms above it, hung in by name so that imports only look down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


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


def journey() -> list[dict[str, str]]:
    """The way of one order in five steps, told to a visitor."""
    return [
        {
            "title": _("Rencana belanja diumumkan"),
            "text": _("Setiap pesanan berasal dari paket RUP dan pagunya."),
        },
        {
            "title": _("Pejabat memilih dan menyetujui"),
            "text": _("Dalam batas anggaran; alasan pilihan tersimpan."),
        },
        {
            "title": _("Penyedia mengirim"),
            "text": _("Surat Pesanan terbit dengan kode QR yang dapat diperiksa."),
        },
        {"title": _("Barang diperiksa, BAST ditandatangani"), "text": _("Oleh kedua pihak.")},
        {
            "title": _("Uang masuk ke rekening penyedia"),
            "text": _("Paling lambat tiga hari kerja setelah BAST."),
        },
    ]
