"""The columns of a spreadsheet of listings: how each is headed, read and written. Pure.

One table serves the template, the upload, the export and the file that comes back with its errors. A reader raises
`ValueError` with the rest of the sentence “Baris 17, kolom harga: …”.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Final

from marketplace.core.money import NotRupiah, parse_rupiah, rupiah
from marketplace.oscar.pricing import CEILING
from vendors import attributes
from vendors.attributes import ATTRIBUTES, CHOICE, WHOLE, YES_NO, Attribute

Cell = str | int
"""What a cell is written as: a number only where people count with it."""

KINDS: Final = {"BARANG": "Barang", "JASA": "Jasa", "KATERING": "Makanan dan minuman"}
EXAMPLE: Final = "CONTOH"
"""The code of the template's example row, which is never read as a product."""
ERRORS: Final = "Kesalahan"
OUTCOME: Final = "Hasil"
ADDED: Final = frozenset({ERRORS.casefold(), OUTCOME.casefold()})
"""Columns that we add to a file we give back; passed over when it returns."""
OWN_LISTING: Final = re.compile(r"#(\d{1,18})")
"""The code of a listing without one, in an export: its number."""

LONGEST_SKU: Final = 40
MOST_PIECES: Final = 2_000_000_000
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+", re.ASCII)
_PERCENT: Final = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*(%?)", re.ASCII)
_AREA: Final = re.compile(r"\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?", re.ASCII)
_YES_NO: Final = {
    **dict.fromkeys(("ya", "y", "true", "benar", "1", "v", "x"), True),
    **dict.fromkeys(("tidak", "t", "false", "salah", "0", "-", ""), False),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What the columns look things up in: categories that may hold listings, by their whole way and by id."""

    ways: Mapping[int, str]
    ids: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        last: dict[str, list[int]] = {}
        for pk, way in self.ways.items():
            last.setdefault(_plain(way.rpartition(" › ")[2]), []).append(pk)
        found = {name: pks[0] for name, pks in last.items() if len(pks) == 1}
        found |= {_plain(way): pk for pk, way in self.ways.items()}
        object.__setattr__(self, "ids", found)


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


def line_of_text(text: str) -> str:
    """Text of one line: single spaces, nothing unprintable."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def lines_of_text(text: str) -> str:
    """Text of several lines: single spaces, no spaces at their ends, nothing unprintable."""
    return "\n".join(line_of_text(line) for line in text.splitlines()).strip()


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[›>/]", " › ", name).casefold().split())


def _text(text: str, _reference: Reference, *, least: int, most: int) -> str:
    plain = line_of_text(text)
    if plain and not least <= len(plain) <= most:
        raise ValueError(f"isi {least} sampai {most} huruf, sekarang {len(plain)}")
    return plain


def _description(text: str, _reference: Reference) -> str:
    plain = lines_of_text(text)
    if len(plain) > 5_000:
        raise ValueError(f"paling panjang 5000 huruf, sekarang {len(plain)}")
    return plain


def _sku(text: str, _reference: Reference) -> str:
    plain = text.strip()
    if len(plain) > LONGEST_SKU or _UNPRINTABLE.search(plain) or "\n" in plain or "\t" in plain:
        raise ValueError(f"kode satu baris, paling panjang {LONGEST_SKU} huruf, contoh NK-01")
    return plain


def _kind(text: str, _reference: Reference) -> str:
    plain = line_of_text(text)
    if not plain:
        return ""
    for code, label in KINDS.items():
        if plain.casefold() in {code.casefold(), label.casefold()}:
            return code
    raise ValueError("pilih salah satu: " + ", ".join(KINDS.values()))


def _category(text: str, reference: Reference) -> int | None:
    plain = _plain(_UNPRINTABLE.sub(" ", text))
    if not plain:
        return None
    try:
        return reference.ids[plain]
    except KeyError:
        raise ValueError(
            "kategori tidak dikenal; pilih dari lembar REF, contoh Konsumsi › Nasi kotak"
        ) from None


def _price(text: str, _reference: Reference) -> int | None:
    if not text.strip():
        return None
    try:
        price = parse_rupiah(text)
    except NotRupiah:
        cents = re.search(r"\d,\d{1,2}\s*$", text)
        raise ValueError(
            "isi rupiah bulat tanpa sen, contoh 35000" if cents else "isi angka, contoh 35000"
        ) from None
    if not 1 <= price <= CEILING:
        raise ValueError(f"isi antara Rp1 dan {rupiah(CEILING)}")
    return price


def _count(text: str, _reference: Reference, *, least: int, most: int, empty: int | None) -> int | None:
    plain = text.strip()
    if not plain:
        return empty
    if not _GROUPED.fullmatch(plain) or len(plain) > 20:
        raise ValueError(f"isi angka bulat, contoh {max(least, 10)}")
    number = int(plain.replace(".", ""))
    if not least <= number <= most:
        raise ValueError(f"isi antara {least} dan {most}")
    return number


def _yes_no(text: str, _reference: Reference) -> bool:
    try:
        return _YES_NO[line_of_text(text).casefold()]
    except KeyError:
        raise ValueError("jawab ya atau tidak") from None


def _percent(text: str, _reference: Reference) -> int | None:
    plain = text.strip()
    if not plain:
        return None
    matched = _PERCENT.fullmatch(plain)
    points = int(matched[1]) * 100 + int((matched[2] or "0").ljust(2, "0")) if matched else -1
    if not matched or points > 10_000:
        raise ValueError("isi persen dari 0 sampai 100, contoh 40 atau 40,5")
    if 0 < points < 100 and not matched[3]:
        # A cell formatted as a percentage holds 0,4 where its reader sees 40%.
        raise ValueError("tulis 40 untuk 40 persen; bila memang di bawah 1 persen tulis 0,4%")
    return points


def _percent_written(points: int | None, _reference: Reference) -> Cell:
    if points is None:
        return ""
    whole, rest = divmod(points, 100)
    written = f"{whole},{rest:02}".rstrip("0") if rest else str(whole)
    return written + ("%" if 0 < points < 100 else "")


def _kbki(text: str, _reference: Reference) -> str:
    plain = text.strip()
    if plain and not (plain.isascii() and plain.isdigit() and len(plain) <= 10):
        raise ValueError("kode KBKI berisi 1 sampai 10 angka")
    return plain


def _areas(text: str, _reference: Reference) -> list[str]:
    codes = [code for code in re.split(r"[\s;,]+", text) if code]
    wrong = next((code for code in codes if not _AREA.fullmatch(code)), None)
    if wrong is not None:
        raise ValueError(f"kode wilayah “{wrong[:20]}” keliru; tulis seperti 31.71; 31.74")
    return list(dict.fromkeys(codes))


def _area_prices(text: str, reference: Reference) -> dict[str, int]:
    prices: dict[str, int] = {}
    for pair in re.split(r"[;\n]+", text):
        if not pair.strip():
            continue
        area, equals, amount = pair.partition("=")
        price = _price(amount, reference) if equals else None
        if price is None or not _AREA.fullmatch(area.strip()):
            raise ValueError("tulis kode wilayah=harga, contoh 31.71=36000; 31.74=37000")
        prices[area.strip()] = price
    return prices


def _pictures(text: str, _reference: Reference) -> list[str]:
    names = [name.strip() for name in re.split(r"[;\n]+", _UNPRINTABLE.sub("", text)) if name.strip()]
    if any(len(name) > 500 for name in names):
        raise ValueError("nama atau alamat foto paling panjang 500 huruf")
    return list(dict.fromkeys(names))


def _as_is(value: Any, _reference: Reference) -> Cell:
    return "" if value is None else value if isinstance(value, (str, int)) else str(value)


def _yes_no_written(value: bool | None, _reference: Reference) -> Cell:
    return "" if value is None else "ya" if value else "tidak"


COMMON: Final = (
    Column(
        heading="kode",
        fills="sku",
        names=("sku", "kode produk", "kode barang"),
        read=_sku,
        write=_as_is,
        note="Kode produk milik Anda. Baris dengan kode yang sama mengubah produk itu; tanpa kode dibuatkan.",
        examples=dict.fromkeys(KINDS, EXAMPLE),
    ),
    Column(
        heading="nama",
        fills="title",
        required=True,
        names=("nama produk", "produk", "judul"),
        read=partial(_text, least=5, most=200),
        write=_as_is,
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
        read=_kind,
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
        read=_category,
        write=lambda pk, reference: reference.ways.get(pk, ""),
        note="Pilih dari daftar; semua kategori ada di lembar REF.",
        width=30,
    ),
    Column(
        heading="keterangan",
        fills="description",
        required=True,
        names=("deskripsi",),
        read=_description,
        write=_as_is,
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
        read=partial(_text, least=1, most=30),
        write=_as_is,
        note="Contoh: kotak, rim, buah, orang/hari.",
        examples={"KATERING": "kotak", "BARANG": "rim", "JASA": "meter persegi"},
    ),
    Column(
        heading="harga",
        fills="price",
        required=True,
        counted=True,
        names=("harga satuan",),
        read=_price,
        write=_as_is,
        note="Rupiah bulat tanpa PPN, contoh 35000 atau 35.000.",
        examples={"KATERING": 35_000, "BARANG": 52_000, "JASA": 15_000},
    ),
    Column(
        heading="stok",
        fills="in_stock",
        counted=True,
        read=partial(_count, least=0, most=MOST_PIECES, empty=None),
        write=_as_is,
        note="Jumlah seluruhnya, termasuk yang sudah dipesan. Kosongkan bila dibuat sesuai pesanan.",
        examples={"BARANG": 200},
    ),
    Column(
        heading="kesanggupan sehari",
        fills="daily_capacity",
        counted=True,
        names=("kapasitas sehari",),
        read=partial(_count, least=1, most=MOST_PIECES, empty=None),
        write=_as_is,
        note="Paling banyak yang sanggup dikirim dalam satu hari.",
        examples={"KATERING": 300},
    ),
    Column(
        heading="pesanan paling sedikit",
        fills="min_order",
        counted=True,
        names=("pesanan minimal", "minimal pesanan"),
        read=partial(_count, least=1, most=1_000_000, empty=1),
        write=_as_is,
        note="Kosong berarti 1.",
        examples={"KATERING": 20},
    ),
    Column(
        heading="hari sampai dikirim",
        fills="lead_days",
        counted=True,
        names=("hari kerja sampai dikirim",),
        read=partial(_count, least=0, most=180, empty=1),
        write=_as_is,
        note="Hari kerja sejak pesanan diterima. Kosong berarti 1.",
        examples={"KATERING": 2, "BARANG": 3, "JASA": 5},
    ),
    Column(
        heading="pdn",
        fills="is_pdn",
        names=("produk dalam negeri",),
        read=_yes_no,
        write=_yes_no_written,
        note="Produk dalam negeri: ya atau tidak.",
        choices=("ya", "tidak"),
        examples=dict.fromkeys(KINDS, "ya"),
    ),
    Column(
        heading="tkdn",
        fills="tkdn_bp",
        names=("tkdn persen",),
        read=_percent,
        write=_percent_written,
        note="Persen menurut sertifikat TKDN, contoh 40 atau 40,5. Kosong bila tidak ada.",
    ),
    Column(
        heading="bmp",
        fills="bmp_bp",
        names=("bmp persen",),
        read=_percent,
        write=_percent_written,
        note="Persen Bobot Manfaat Perusahaan. Kosong bila tidak ada.",
    ),
    Column(
        heading="halal",
        fills="halal",
        read=_yes_no,
        write=_yes_no_written,
        note="Bersertifikat halal: ya atau tidak.",
        choices=("ya", "tidak"),
        examples={"KATERING": "ya"},
    ),
    Column(
        heading="kbki",
        fills="kbki_code",
        names=("kode kbki",),
        read=_kbki,
        write=_as_is,
        note="Kode KBKI, 1 sampai 10 angka. Sel ini berisi teks agar angka nol di depan tidak hilang.",
    ),
    Column(
        heading="wilayah kirim",
        fills="area_codes",
        read=_areas,
        write=lambda codes, _reference: "; ".join(codes or ()),
        note="Kode wilayah dipisah titik koma, contoh 31.71; 31.74. Kosong: wilayah layanan usaha Anda.",
        width=20,
    ),
    Column(
        heading="harga wilayah",
        fills="regional_prices",
        read=_area_prices,
        write=lambda prices, _reference: "; ".join(
            f"{area}={price}" for area, price in (prices or {}).items()
        ),
        note="Bila harga di suatu wilayah lain: 31.71=36000; 31.74=37000.",
        width=20,
    ),
    Column(
        heading="foto",
        fills="pictures",
        names=("gambar",),
        read=_pictures,
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
        read=lambda text, _reference: line_of_text(text),
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
        return _yes_no_written(value, reference)
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
    return (*COMMON, *(column for kind, table in BY_KIND.items() if kind in asked for column in table))


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
    bare = re.sub(r"\(.*?\)|[*:]", " ", _UNPRINTABLE.sub(" ", text).replace("_", " "))
    return " ".join(bare.casefold().split())


def kinds_named(columns: Iterable[Column]) -> set[str]:
    """The kinds of offer that those columns' attributes belong to."""
    named = {column.fills for column in columns}
    return {kind for kind, table in BY_KIND.items() if any(column.fills in named for column in table)}
