"""What a row would change: what it says beside the listing that is there. Pure, but for the reads at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.regulation.places import place
from vendors import attributes
from vendors.actions.listings import ListingData
from vendors.attributes import ATTRIBUTES
from vendors.bulk_upload.cells import KINDS, line_of_text, lines_of_text
from vendors.bulk_upload.columns import BY_KIND, COMMON, OWN_LISTING
from vendors.bulk_upload.reading import Parsed, Problem, made_sku
from vendors.models import Listing, UploadRow, code_of, refined

Verdict = UploadRow.Verdict

DEFAULTS: Final[dict[str, Any]] = {
    "title": "",
    "description": "",
    "category_id": None,
    "kind": "",
    "unit": "",
    "price": None,
    "in_stock": None,
    "daily_capacity": None,
    "min_order": 1,
    "lead_days": 1,
    "is_pdn": False,
    "tkdn_bp": None,
    "bmp_bp": None,
    "halal": False,
    "kbki_code": "",
    "area_codes": [],
    "regional_prices": {},
    "tax_class": "",
}
"""What a new listing is without a word about it."""
WHILE_ON_SHOW: Final = frozenset({"price", "regional_prices", "in_stock"})
"""What may change while buyers see a listing: its history is kept, its description was curated."""
_ON_SHOW: Final = {"LIVE": "tayang", "IN_CURATION": "dikurasi"}
_HEADINGS: Final = {column.fills: column.heading for column in COMMON}
_REQUIRED: Final = tuple(column.fills for column in COMMON if column.required)
_ATTRIBUTE_HEADINGS: Final = {
    column.fills.removeprefix("attributes."): column.heading for table in BY_KIND.values() for column in table
}


@dataclass(frozen=True, slots=True)
class Current:
    """A listing as it is: its place in its life, what orders hold of it, and what it says."""

    listing_id: int
    state: str
    revision: int
    reserved: int
    sku: str
    said: Mapping[str, Any]
    attributes: Mapping[str, Any]


@dataclass(slots=True)
class Judged:
    """A row, the listing it speaks of (None: a new one), the verdict, and the listing as it would be."""

    row: Parsed
    sku: str
    current: Current | None
    verdict: str = Verdict.SAME
    said: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def code(self) -> str:
        """What the row goes by: its code, or the number of a listing that has none."""
        return self.sku or (f"#{self.current.listing_id}" if self.current else "")

    def to_keep(self) -> dict[str, Any]:
        """What the row says, as it is kept until it is written; a new listing knows its kind."""
        kind = {} if self.current else {"kind": self.said["kind"]}
        return {**self.row.said, **kind, "attributes": self.row.attributes}

    def data(self) -> ListingData:
        """The listing as it would be, as the actions take it."""
        return ListingData(sku=self.sku, attributes=self.attributes, **self.said)


def judged(
    row: Parsed, sku: str, current: Current | None, *, kind: str = "", service_area: Sequence[str] = ()
) -> Judged:
    """The verdict on a row.

    Args:
        sku: the code it goes by, given or made.
        current: the listing of that code; None when there is none.
        kind: the kind of offer of a row that does not say.
        service_area: where a listing is delivered that names no area.
    """
    found = Judged(row, sku, current, problems=list(row.problems))
    before = dict(current.said) if current else DEFAULTS
    said = {name: value for name, value in row.said.items() if name in DEFAULTS}
    found.said = {**before, **said}
    found.said["kind"] = said.get("kind") or (current.said["kind"] if current else kind)
    if ("area_codes" in said and not said["area_codes"]) or (not current and not found.said["area_codes"]):
        found.said["area_codes"] = list(service_area)
    if current is None and OWN_LISTING.fullmatch(sku):
        found.problems.append(("kode", f"produk {sku} tidak ada; kosongkan agar dibuatkan kode baru"))
    _judge_attributes(found)
    _ask_for_required(found, before)
    _judge_numbers(found)
    _judge_tax_class(found)
    _judge_areas(found, before)
    if current is not None:
        found.changed = sorted(name for name, value in found.said.items() if before[name] != value)
        found.changed += ["attributes"] if _attributes_changed(found, current) else []
        _refuse_while_on_show(found)
    if found.problems:
        found.verdict = Verdict.WRONG
    elif current is None:
        found.verdict = Verdict.NEW
    elif found.changed:
        found.verdict = Verdict.CHANGED
    return found


def _attributes_changed(found: Judged, current: Current) -> bool:
    """Whether the attributes differ, whatever spaces those have that came in by another way."""
    return (
        found.attributes != current.attributes
        and found.attributes != attributes.typed(found.said["kind"], current.attributes)[0]
    )


def _judge_attributes(found: Judged) -> None:
    kind, current = found.said["kind"], found.current
    if not kind:
        if "jenis" not in dict(found.problems):
            found.problems.append(("jenis", "pilih salah satu: " + ", ".join(KINDS.values())))
        return
    known = {each.code: each for each in ATTRIBUTES[kind]}
    found.problems += [
        (_ATTRIBUTE_HEADINGS[code], f"tidak berlaku untuk {KINDS[kind].lower()}; kosongkan")
        for code, text in found.row.attributes.items()
        if text and code not in known
    ]
    given = {code: text for code, text in found.row.attributes.items() if code in known}
    before = current.attributes if current and current.said["kind"] == kind else {}
    found.attributes, wrong = attributes.typed(kind, {**before, **given})
    found.problems += [
        (_ATTRIBUTE_HEADINGS[code], _after_label(sentence))
        for code, sentence in wrong.items()
        if code in known
    ]
    for code, each in known.items():
        lost = not current or code in before or current.said["kind"] != kind
        if each.required and lost and code not in found.attributes and code not in wrong:
            found.problems.append((_ATTRIBUTE_HEADINGS[code], f"wajib diisi. {each.hint}".strip()))


def _after_label(sentence: str) -> str:
    return sentence.partition(": ")[2].removesuffix(".") or sentence


def _ask_for_required(found: Judged, before: Mapping[str, Any]) -> None:
    """A draft may lack what it lacked before; nothing required is emptied, and a new listing is whole."""
    unread = {heading for heading, _wrong in found.row.problems}
    for name in _REQUIRED:
        value = found.said[name]
        empty = value is None or value == ""
        if (
            empty
            and _HEADINGS[name] not in unread
            and (found.current is None or before[name] not in (None, ""))
        ):
            absent = "" if name in found.row.said else "; kolom ini tidak ada di berkas"
            found.problems.append((_HEADINGS[name], "wajib diisi" + absent))


def _judge_numbers(found: Judged) -> None:
    capacity, least = found.said["daily_capacity"], found.said["min_order"]
    if capacity is not None and least is not None and capacity < least:
        found.problems.append(
            ("kesanggupan sehari", f"{capacity} kurang dari pesanan paling sedikit, yaitu {least}")
        )
    current, stock = found.current, found.said["in_stock"]
    if current and stock is not None and stock != current.said["in_stock"] and stock < current.reserved:
        found.problems.append(
            ("stok", f"{current.reserved} sudah dipesan; isi jumlah seluruhnya, termasuk yang sudah dipesan")
        )


def _judge_tax_class(found: Judged) -> None:
    kind, code = found.said["kind"], found.said["tax_class"]
    if kind and refined(kind, code) is None:
        found.problems.append(
            (_HEADINGS["tax_class"], f"tidak berlaku untuk {KINDS[kind].lower()}; pilih lagi atau kosongkan")
        )


def _judge_areas(found: Judged, before: Mapping[str, Any]) -> None:
    for name in ("area_codes", "regional_prices"):
        unknown = [
            code
            for code in found.row.said.get(name) or ()
            if code not in before[name] and place(code) is None
        ]
        if unknown:
            found.problems.append(
                (_HEADINGS[name], f"wilayah “{unknown[0]}” tidak ada; tulis kode seperti 31.71")
            )


def _refuse_while_on_show(found: Judged) -> None:
    assert found.current is not None
    doing = _ON_SHOW.get(found.current.state)
    if doing is None:
        return
    for name in found.changed:
        if name in WHILE_ON_SHOW:
            continue
        for heading in _headings_of(name, found):
            found.problems.append(
                (heading, f"produk sedang {doing}; tarik dahulu untuk diperbaiki, atau kembalikan isinya")
            )


def _headings_of(name: str, found: Judged) -> list[str]:
    if name != "attributes":
        return [_HEADINGS[name]]
    assert found.current is not None
    before = found.current.attributes
    return [
        _ATTRIBUTE_HEADINGS.get(code, code)
        for code in sorted({*before, *found.attributes})
        if before.get(code) != found.attributes.get(code)
    ]


# ── what is there ─────────────────────────────────────────────────────────────────────────────────────

_COLUMNS: Final = (
    "pk", "state", "revision", "sku", "product__title", "product__description", "stockrecord__num_in_stock",
    "stockrecord__num_allocated", "category_id", "kind", "unit", "price", "daily_capacity", "min_order", "lead_days",
    "is_pdn", "tkdn_bp", "bmp_bp", "halal", "kbki_code", "area_codes", "regional_prices", "tax_kind", "commodity",
    "luxury", "attributes",
)  # fmt: skip
_PLAIN: Final = _COLUMNS[8:-4]


def current_of(values: Sequence[Any]) -> Current:
    """A listing read by `_COLUMNS`, its words as a spreadsheet can hold them."""
    pk, state, revision, sku, title, description, in_stock, reserved, *rest = values
    said = {
        "title": line_of_text(title),
        "description": lines_of_text(description),
        "in_stock": in_stock,
        **dict(zip(_PLAIN, rest[:-4], strict=True)),
    }
    said["tax_class"] = code_of(said["kind"], *rest[-4:-1])
    said["unit"] = line_of_text(said["unit"])
    return Current(pk, state, revision, reserved or 0, sku, said, rest[-1])


class Shelf:
    """The listings of one vendor, looked up by the code of a row."""

    def __init__(self, vendor_id: int) -> None:
        self.vendor_id = vendor_id
        self._without_code: dict[str, int | None] | None = None

    def find(self, rows: Iterable[Parsed], *, kind: str) -> list[tuple[Parsed, str, Current | None]]:
        """Each row with the code it goes by and the listing of that code: two queries, whatever the number."""
        read = list(rows)
        return self.find_known(read, [self._code_of(row, kind) for row in read])

    def find_known(
        self, rows: Sequence[Parsed], keys: Sequence[tuple[str, int | None]]
    ) -> list[tuple[Parsed, str, Current | None]]:
        """The same for rows whose (code, id of the listing) are known: the id decides, else the code."""
        by_id = self._read(pk__in={pk for _sku, pk in keys if pk})
        by_sku = self._read(sku__in={sku for sku, pk in keys if sku and not pk})
        ids, skus = {each.listing_id: each for each in by_id}, {each.sku: each for each in by_sku}
        found = []
        for row, (sku, pk) in zip(rows, keys, strict=True):
            current = ids.get(pk) if pk else skus.get(sku)
            found.append((row, current.sku if pk and current else sku, current))
        return found

    def _code_of(self, row: Parsed, kind: str) -> tuple[str, int | None]:
        """(code, id of a listing that has no code of its own) of a row; a row without code and name has neither."""
        own = OWN_LISTING.fullmatch(row.sku)
        if own:
            return row.sku, int(own[1])
        if row.sku or not row.said.get("title"):
            return row.sku, None
        sku = made_sku({"kind": kind, **{name: value for name, value in row.said.items() if value}})
        return sku, self._uncoded().get(sku)

    def _uncoded(self) -> Mapping[str, int | None]:
        """Made code → listing, for the listings without code; of two alike the older."""
        if self._without_code is None:
            rows = Listing.objects.filter(vendor_id=self.vendor_id, sku="").order_by("-pk")
            self._without_code = {
                made_sku({"title": title, "kind": kind, "unit": unit}): pk
                for pk, title, kind, unit in rows.values_list(
                    "pk", "product__title", "kind", "unit"
                ).iterator()
            }
        return self._without_code

    def _read(self, **which: Any) -> list[Current]:
        if not any(which.values()):
            return []
        found = Listing.objects.filter(vendor_id=self.vendor_id, **which)
        return [current_of(values) for values in found.values_list(*_COLUMNS)]


def read_listings(vendor_id: int) -> Iterable[Current]:
    """Every listing of a vendor, oldest first, read as it is asked for."""
    found = Listing.objects.filter(vendor_id=vendor_id).order_by("pk").values_list(*_COLUMNS)
    return (current_of(values) for values in found.iterator(chunk_size=1_000))
