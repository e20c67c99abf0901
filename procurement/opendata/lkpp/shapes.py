"""The shapes by name: their columns, and where their rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from procurement.opendata.lkpp import orders, plans

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Shape:
    """One table: its address, LKPP's name for it, what it holds, its columns, and its rows of a budget year."""

    name: str
    lkpp: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[int], Iterator[Sequence[Any]]]


SHAPES: Final = {
    shape.name: shape
    for shape in (
        Shape(
            "paket-e-purchasing",
            "Paket E-Purchasing (INAPROC)",
            "Pesanan e-purchasing dengan nilai dan statusnya",
            orders.INAPROC,
            orders.inaproc,
        ),
        Shape(
            "ecat-paketepurchasingv6",
            "Ecat-PaketEPurchasingV6",
            "Pesanan e-purchasing menurut susunan kolom Katalog Elektronik versi 6",
            orders.ECAT,
            orders.ecat,
        ),
        Shape(
            "bela-tokodaringrealisasi",
            "Bela-TokoDaringRealisasi",
            "Realisasi belanja: pesanan yang sudah menjadi Surat Pesanan",
            orders.BELA,
            orders.bela,
        ),
        Shape(
            "rup-paketpenyedia-terumumkan",
            "RUP-PaketPenyedia-Terumumkan",
            "Paket Rencana Umum Pengadaan yang sudah diumumkan",
            plans.COLUMNS,
            plans.rows,
        ),
    )
}
