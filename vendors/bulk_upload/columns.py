"""The columns of a spreadsheet of listings: how each is headed, read and written. Pure.

One table serves the template, the upload, the export and the file that comes back with its errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Final

from vendors import attributes
from vendors.attributes import ATTRIBUTES, CHOICE, WHOLE, YES_NO, Attribute
from vendors.bulk_upload import cells
from vendors.bulk_upload.cells import KINDS, MOST_PIECES, Cell, Reference
from vendors.models import REFINED

EXAMPLE: Final = "CONTOH"
"""The code of the template's example row, which is never read as a product."""
ERRORS: Final = "Kesalahan"
OUTCOME: Final = "Hasil"
ADDED: Final = frozenset({ERRORS.casefold(), OUTCOME.casefold()})
"""Columns that we add to a file we give back; passed over when it returns."""
OWN_LISTING: Final = re.compile(r"#(\d{1,18})")
"""The code of a listing without one, in an export: its number."""

TAX_CLASSES: Final = tuple(label for classes in REFINED.values() for label, _follows in classes.values())

Reader = Callable[[str, Reference], Any]
Writer = Callable[[Any, Reference], Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its heading, what it fills (`attributes.<code>` for an attribute), how it is read and written."""

    heading: str
    fills: str
    read: Reader
    write: Writer
    note: str
    required: bool = False
    counted: bool = False
    names: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    width: int = 14
    examples: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The heading as the template shows it: a star for what is required."""
        return f"{self.heading} *" if self.required else self.heading


COMMON: Final = (
    Column(
        heading="kode",
        fills="sku",
        names=("sku", "kode produk", "kode barang"),
        read=cells.read_sku,
        write=cells.as_is,
        note="Kode produk milik Anda. Baris dengan kode yang sama mengubah produk itu; tanpa kode dibuatkan.",
        examples=dict.fromkeys(KINDS, EXAMPLE),
    ),
    Column(
        heading="nama",
        fills="title",
        required=True,
        names=("nama produk", "produk", "judul"),
        read=partial(cells.read_text, least=5, most=200),
        write=cells.as_is,
        note="5 sampai 200 huruf. Sebut barang, merek, dan ukurannya.",
        width=36,
        examples={
            "KATERING": "Nasi kotak ayam bakar",
            "BARANG": "Kertas HVS A4 80 g, 500 lembar",
            "JASA": "Pembersihan kaca gedung",
        },
    ),
    Column(
        heading="jenis",
        fills="kind",
        read=cells.read_kind,
        write=lambda code, _reference: KINDS.get(code, ""),
        note="Barang, Jasa, atau Makanan dan minuman. Boleh kosong pada templat satu jenis.",
        choices=tuple(KINDS.values()),
        width=20,
        examples=KINDS,
    ),
    Column(
        heading="kategori",
        fills="category_id",
        required=True,
        read=cells.read_category,
        write=lambda pk, reference: reference.ways.get(pk, ""),
        note="Pilih dari daftar; semua kategori ada di lembar REF.",
        width=30,
    ),
    Column(
        heading="keterangan",
        fills="description",
        required=True,
        names=("deskripsi",),
        read=cells.read_description,
        write=cells.as_is,
        note="Apa yang diterima pembeli. Paling panjang 5000 huruf.",
        width=40,
        examples={
            "KATERING": "Nasi, ayam bakar, lalapan, sambal, buah, dan air mineral.",
            "BARANG": "Kertas putih untuk cetak dan fotokopi, isi 500 lembar.",
            "JASA": "Kaca luar dan dalam sampai lantai tiga, alat dan bahan kami bawa.",
        },
    ),
    Column(
        heading="satuan",
        fills="unit",
        required=True,
        read=partial(cells.read_text, least=1, most=30),
        write=cells.as_is,
        note="Contoh: kotak, rim, buah, orang/hari.",
        examples={"KATERING": "kotak", "BARANG": "rim", "JASA": "meter persegi"},
    ),
    Column(
        heading="harga",
        fills="price",
        required=True,
        counted=True,
        names=("harga satuan",),
        read=cells.read_price,
        write=cells.as_is,
        note="Rupiah bulat tanpa PPN, contoh 35000 atau 35.000.",
        examples={"KATERING": 35_000, "BARANG": 52_000, "JASA": 15_000},
    ),
    Column(
        heading="stok",
        fills="in_stock",
        counted=True,
        read=partial(cells.read_count, least=0, most=MOST_PIECES, empty=None),
        write=cells.as_is,
        note="Jumlah seluruhnya, termasuk yang sudah dipesan. Kosongkan bila dibuat sesuai pesanan.",
        examples={"BARANG": 200},
    ),
    Column(
        heading="kesanggupan sehari",
        fills="daily_capacity",
        counted=True,
        names=("kapasitas sehari",),
        read=partial(cells.read_count, least=1, most=MOST_PIECES, empty=None),
        write=cells.as_is,
        note="Paling banyak yang sanggup dikirim dalam satu hari.",
        examples={"KATERING": 300},
    ),
    Column(
        heading="pesanan paling sedikit",
        fills="min_order",
        counted=True,
        names=("pesanan minimal", "minimal pesanan"),
        read=partial(cells.read_count, least=1, most=1_000_000, empty=1),
        write=cells.as_is,
        note="Kosong berarti 1.",
        examples={"KATERING": 20},
    ),
    Column(
        heading="hari sampai dikirim",
        fills="lead_days",
        counted=True,
        names=("hari kerja sampai dikirim",),
        read=partial(cells.read_count, least=0, most=180, empty=1),
        write=cells.as_is,
        note="Hari kerja sejak pesanan diterima. Kosong berarti 1.",
        examples={"KATERING": 2, "BARANG": 3, "JASA": 5},
    ),
    Column(
        heading="pdn",
        fills="is_pdn",
        names=("produk dalam negeri",),
        read=cells.read_yes_no,
        write=cells.yes_no_written,
        note="Produk dalam negeri: ya atau tidak.",
        choices=("ya", "tidak"),
        examples=dict.fromkeys(KINDS, "ya"),
    ),
    Column(
        heading="tkdn",
        fills="tkdn_bp",
        names=("tkdn persen",),
        read=cells.read_percent,
        write=cells.percent_written,
        note="Persen menurut sertifikat TKDN, contoh 40 atau 40,5. Kosong bila tidak ada.",
    ),
    Column(
        heading="bmp",
        fills="bmp_bp",
        names=("bmp persen",),
        read=cells.read_percent,
        write=cells.percent_written,
        note="Persen Bobot Manfaat Perusahaan. Kosong bila tidak ada.",
    ),
    Column(
        heading="halal",
        fills="halal",
        read=cells.read_yes_no,
        write=cells.yes_no_written,
        note="Bersertifikat halal: ya atau tidak.",
        choices=("ya", "tidak"),
        examples={"KATERING": "ya"},
    ),
    Column(
        heading="kbki",
        fills="kbki_code",
        names=("kode kbki",),
        read=cells.read_kbki,
        write=cells.as_is,
        note="Kode KBKI, 1 sampai 10 angka. Sel ini berisi teks agar angka nol di depan tidak hilang.",
    ),
    Column(
        heading="wilayah kirim",
        fills="area_codes",
        read=cells.read_areas,
        write=lambda codes, _reference: "; ".join(codes or ()),
        note="Kode wilayah dipisah titik koma, contoh 31.71; 31.74. Kosong: wilayah layanan usaha Anda.",
        width=20,
    ),
    Column(
        heading="harga wilayah",
        fills="regional_prices",
        read=cells.read_area_prices,
        write=lambda prices, _reference: "; ".join(
            f"{area}={price}" for area, price in (prices or {}).items()
        ),
        note="Bila harga di suatu wilayah lain: 31.71=36000; 31.74=37000.",
        width=20,
    ),
    Column(
        heading="perlakuan pajak",
        fills="tax_class",
        names=("golongan pajak", "pajak"),
        read=cells.read_tax_class,
        write=cells.tax_class_written,
        note="Kosong berarti biasa. Isi hanya untuk barang mewah, beras, sewa, konstruksi, dan sejenisnya.",
        choices=TAX_CLASSES,
        width=20,
    ),
    Column(
        heading="foto",
        fills="pictures",
        names=("gambar",),
        read=cells.read_pictures,
        write=lambda _names, _reference: "",
        note="Nama berkas dalam ZIP yang ikut diunggah, atau alamat https. Beberapa foto dipisah titik koma.",
        width=24,
    ),
)


def _of_attribute(kind: str, attribute: Attribute) -> Column:
    unit = f" ({attribute.unit})" if attribute.unit else ""
    choices = tuple(label for _code, label in attribute.choices)
    return Column(
        heading=attribute.label.lower() + unit,
        fills=f"attributes.{attribute.code}",
        required=attribute.required,
        counted=attribute.kind == WHOLE,
        names=(attribute.label.lower(), attribute.code.replace("_", " ")),
        read=lambda text, _reference: cells.line_of_text(text),
        write=partial(_attribute_written, attribute),
        note=attribute.hint or ("Kosongkan bila tidak ada." if not attribute.required else ""),
        choices=("ya", "tidak") if attribute.kind == YES_NO else choices,
        width=24 if attribute.longest > 120 else 14,
        examples={kind: _EXAMPLES[attribute.code]} if attribute.code in _EXAMPLES else {},
    )


def _attribute_written(attribute: Attribute, value: Any, reference: Reference) -> Cell:
    if value is None:
        return ""
    if attribute.kind == WHOLE:
        return int(value)
    if attribute.kind == YES_NO:
        return cells.yes_no_written(value, reference)
    if attribute.kind == CHOICE:
        return dict(attribute.choices).get(str(value), str(value))
    return (
        attributes.in_words(attribute, value).removesuffix(f" {attribute.unit}")
        if attribute.unit
        else str(value)
    )


_EXAMPLES: Final[dict[str, Cell]] = {
    "menu": "nasi putih, ayam bakar, lalapan, jeruk, air mineral",
    "serving": "Nasi kotak atau dus",
    "shelf_hours": 6,
    "brand": "Sidu",
    "weight_g": 2_500,
    "scope": "membersihkan kaca luar dan dalam, tidak termasuk rangka",
    "people": 4,
    "tools_included": "ya",
}
BY_KIND: Final[dict[str, tuple[Column, ...]]] = {
    kind: tuple(_of_attribute(kind, each) for each in table) for kind, table in ATTRIBUTES.items()
}


def columns_of(kinds: Iterable[str]) -> tuple[Column, ...]:
    """The columns of a spreadsheet for those kinds of offer, in the order people read them."""
    asked = set(kinds)
    common = [
        column for column in COMMON if column.fills != "tax_class" or any(REFINED[kind] for kind in asked)
    ]
    return (*common, *(column for kind, table in BY_KIND.items() if kind in asked for column in table))


@cache
def by_name() -> Mapping[str, Column]:
    """Every column by each of its names, as `plain_heading` makes them."""
    found: dict[str, Column] = {}
    for column in columns_of(KINDS):
        for name in (column.heading, *column.names):
            found.setdefault(plain_heading(name), column)
    return found


def plain_heading(text: str) -> str:
    """A heading without star, unit and spelling: `Harga_Satuan * (Rp)` → `harga satuan`."""
    bare = re.sub(r"\(.*?\)|[*:]", " ", cells.UNPRINTABLE.sub(" ", text).replace("_", " "))
    return " ".join(bare.casefold().split())


def kinds_named(columns: Iterable[Column]) -> set[str]:
    """The kinds of offer that those columns' attributes belong to."""
    named = {column.fills for column in columns}
    return {kind for kind, table in BY_KIND.items() if any(column.fills in named for column in table)}


def heading_of(fills: str) -> str:
    """The heading of what a listing says, for people; attributes together are its features."""
    return next((column.heading for column in COMMON if column.fills == fills), "ciri produk")
