"""Listings side by side: the tray of a visitor, and the rows of the table with what differs in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.core.money import rupiah
from marketplace.core.shares import percent
from marketplace.regulation.places import area_name, serves
from search.contents import Content, content_of
from search.orientation import with_ppn
from vendors.models import Listing
from vendors.queries import (
    RANK_LABELS,
    Scorecard,
    Thresholds,
    described,
    domestic_ranks,
    live_listings_for,
    price_at,
    thumb_of,
    vendor_scorecards,
)

ProductImage = get_model("catalogue", "ProductImage")

MOST: Final = 5
KEY: Final = "banding"
"""Where a session keeps the tray: product ids in the order in which they were chosen."""
ORIGINS: Final = "banding-asal"
"""Where a session keeps, by product id as text, the answer of a search that each was chosen from."""
_LONGEST_ID: Final = 18


# ── The tray ────────────────────────────────────────────────────────────────────────────────────────


def tray_of(session: Mapping[str, Any]) -> list[int]:
    """The product ids in a visitor's tray."""
    return [int(each) for each in session.get(KEY, [])][:MOST]


def origins_of(session: Mapping[str, Any]) -> dict[int, int]:
    """By product of the tray, the answer it was chosen from; what came from elsewhere is left out."""
    return {int(each): int(answer) for each, answer in session.get(ORIGINS, {}).items()}


def ids_of(values: Iterable[str]) -> list[int]:
    """Product ids out of a form or an address: each once, what is no number left out."""
    read = [int(each) for each in values if each.isascii() and each.isdigit() and len(each) <= _LONGEST_ID]
    return list(dict.fromkeys(read))


def tray_after(tray: Sequence[int], *, ticked: Sequence[int], shown: Sequence[int]) -> tuple[list[int], int]:
    """The tray after a page was sent, and how many did not fit in.

    Args:
        ticked: what is ticked on the page.
        shown: what the page shows at all; of it, what is not ticked leaves the tray.
    """
    kept = [each for each in tray if each in ticked or each not in shown]
    wanted = kept + [each for each in ticked if each not in kept]
    return wanted[:MOST], max(len(wanted) - MOST, 0)


# ── The table ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Cell:
    """What one listing says in one row; `best` marks the lowest price or the highest figure where that is clear."""

    text: str
    hint: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the comparison."""

    label: str
    cells: Sequence[Cell]

    @property
    def differs(self) -> bool:
        """Whether the listings do not all say the same."""
        return len({cell.text for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Side:
    """One listing of the comparison with what was read about it.

    Attributes:
        free: how many can be ordered now; None: made to order.
        price: whole rupiah a unit, at the place asked for.
    """

    listing: Listing
    image_url: str
    rank: int
    scores: Scorecard
    price: int
    free: int | None
    content: Content | None

    @property
    def product_id(self) -> int:
        """The number of its product page."""
        return self.listing.product_id

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.listing.product.title)

    @property
    def sold_out(self) -> bool:
        """Whether a smallest order cannot be served now."""
        return self.free is not None and self.free < self.listing.min_order


@dataclass(frozen=True, slots=True)
class Comparison:
    """Listings side by side."""

    sides: Sequence[Side]
    rows: Sequence[Row]
    place: str
    legal_basis: str

    @property
    def differing(self) -> Sequence[Row]:
        """The rows in which something differs."""
        return [row for row in self.rows if row.differs]


def compare(actor: Actor, product_ids: Sequence[int], *, place: str = "") -> Comparison:
    """The listings of these products that an actor may see, in that order: four queries, whatever their number.

    Args:
        product_ids: what is not on show, or not for this actor, is passed over without a word.
        place: area code that prices and delivery are told for.
    """
    limits = Thresholds.of()
    known = {
        each.product_id: each for each in live_listings_for(actor).filter(product__in=product_ids[:MOST])
    }
    listings = [known[each] for each in product_ids[:MOST] if each in known]
    if not listings:
        return Comparison((), (), place, limits.legal_basis)
    pictures = _pictures([each.product_id for each in listings])
    ranks = domestic_ranks(listings, limits)
    scores = vendor_scorecards(sorted({each.vendor_id for each in listings}))
    sides = [
        Side(
            listing=each,
            image_url=pictures.get(each.product_id, ""),
            rank=ranks[each.pk],
            scores=scores[each.vendor_id],
            price=price_at(each, place),
            free=_free(each),
            content=content_of(
                title=each.product.title, unit=each.unit, kind=each.kind, attributes=each.attributes
            ),
        )
        for each in listings
    ]
    return Comparison(sides, _rows(sides, place), place, limits.legal_basis)


def _pictures(product_ids: Sequence[int]) -> dict[int, str]:
    found = ProductImage.objects.filter(product_id__in=product_ids).order_by("-display_order", "-pk")
    return {
        product_id: default_storage.url(thumb_of(name))
        for product_id, name in found.values_list("product_id", "original")
    }


def _free(listing: Listing) -> int | None:
    stock = listing.stockrecord
    return None if stock.num_in_stock is None else max(stock.net_stock_level, 0)


def _rows(sides: Sequence[Side], place: str) -> list[Row]:
    rows = [_priced(sides), _by_content(sides)]
    told: list[tuple[Any, Callable[[Side], Cell]]] = [
        (gettext_lazy("Harga dengan PPN"), _ppn),
        (gettext_lazy("Produk dalam negeri"), _origin),
        (gettext_lazy("TKDN"), _tkdn),
        (gettext_lazy("Halal"), _halal),
        (gettext_lazy("Siap dikirim"), _lead),
        (gettext_lazy("Pesanan paling sedikit"), _least),
        (gettext_lazy("Stok"), _stock),
        (gettext_lazy("Kirim ke %(place)s") if place else gettext_lazy("Wilayah kirim"), _delivery(place)),
        (gettext_lazy("Penyedia"), _vendor),
        (gettext_lazy("Ukuran usaha"), lambda side: Cell(str(side.listing.vendor.get_size_display()))),
        (gettext_lazy("Skor penyedia"), _score),
        (gettext_lazy("Kategori"), lambda side: Cell(str(side.listing.category.name))),
    ]
    named = {"place": area_name(place)} if place else {}
    rows += [
        Row(str(label) % named if named else str(label), [tell(each) for each in sides])
        for label, tell in told
    ]
    return rows + _attributes(sides)


def _priced(sides: Sequence[Side]) -> Row:
    units = {side.listing.unit.lower() for side in sides}
    least = _least_of([side.price for side in sides]) if len(units) == 1 else None
    cells = [
        Cell(f"{rupiah(side.price)} / {side.listing.unit}", best=least is not None and side.price == least)
        for side in sides
    ]
    return Row(_("Harga"), cells)


def _by_content(sides: Sequence[Side]) -> Row:
    """Prices by content; the lowest is marked where all that can be told are told in one measure."""
    prices = [side.content.price(side.price) if side.content else None for side in sides]
    measures = {side.content.measure for side in sides if side.content}
    least = _least_of([each for each in prices if each is not None]) if len(measures) == 1 else None
    cells = [
        Cell(_("Tidak dapat dihitung"), _("Isi satu satuan tidak disebut."))
        if side.content is None or price is None
        else Cell(
            f"{rupiah(price)} / {side.content.per}",
            _("Isi %(content)s") % {"content": side.content.written},
            best=least is not None and price == least,
        )
        for side, price in zip(sides, prices, strict=True)
    ]
    return Row(_("Harga menurut isi"), cells)


def _least_of(prices: Sequence[int]) -> int | None:
    """The lowest price; None where all are equal, or there is one alone."""
    return min(prices) if len(set(prices)) > 1 else None


def _ppn(side: Side) -> Cell:
    amount = with_ppn(side.listing, side.price)
    if amount is not None:
        return Cell(rupiah(amount))
    if side.listing.kind == Listing.Kind.CATERING:
        return Cell(_("Tanpa PPN"), _("Pajak daerah dihitung saat pengajuan."))
    taxable = side.listing.vendor.pkp
    return Cell(_("Tanpa PPN"), _("Tidak dikenai PPN.") if taxable else _("Bukan PKP."))


def _origin(side: Side) -> Cell:
    return Cell(_("Ya") if side.listing.is_pdn else _("Tidak dinyatakan"), RANK_LABELS[side.rank])


def _tkdn(side: Side) -> Cell:
    tkdn, bmp = side.listing.tkdn_bp, side.listing.bmp_bp
    if tkdn is None:
        return Cell(_("Belum bersertifikat"))
    return Cell(percent(tkdn) + (f" + BMP {percent(bmp)}" if bmp else ""))


def _halal(side: Side) -> Cell:
    return Cell(_("Bersertifikat") if side.listing.halal else _("Tidak dinyatakan"))


def _lead(side: Side) -> Cell:
    return Cell(_("%(n)s hari kerja") % {"n": side.listing.lead_days})


def _least(side: Side) -> Cell:
    return Cell(f"{_thousands(side.listing.min_order)} {side.listing.unit}")


def _stock(side: Side) -> Cell:
    unit, most = side.listing.unit, side.listing.daily_capacity
    capacity = (
        _("Paling banyak %(n)s %(unit)s sehari") % {"n": _thousands(most), "unit": unit} if most else ""
    )
    if side.free is None:
        return Cell(_("Dibuat sesuai pesanan"), capacity)
    if side.sold_out:
        return Cell(_("Habis"), capacity)
    return Cell(f"{_thousands(side.free)} {unit}", capacity)


def _delivery(place: str) -> Callable[[Side], Cell]:
    def tell(side: Side) -> Cell:
        areas = side.listing.area_codes
        if not place:
            return Cell("; ".join(map(area_name, areas)) or _("Ke mana saja"))
        return Cell(_("Ya") if serves(place, areas) else _("Tidak"))

    return tell


def _vendor(side: Side) -> Cell:
    return Cell(str(side.listing.vendor.organisation.name), side.listing.vendor.city)


def _score(side: Side) -> Cell:
    scores = side.scores
    if scores.overall is None:
        told = _("%(n)s dari %(needed)s pesanan") % {"n": scores.sample, "needed": scores.needed}
        return Cell(_("Belum cukup data"), told)
    return Cell(f"{scores.overall} / 100", _("dari %(n)s pesanan") % {"n": scores.sample})


def _attributes(sides: Sequence[Side]) -> list[Row]:
    """Typed attributes, a row for each that any of the listings states."""
    told = [dict(described(side.listing.kind, side.listing.attributes)) for side in sides]
    labels = dict.fromkeys(label for each in told for label in each)
    return [Row(label, [Cell(str(each.get(label, "–"))) for each in told]) for label in labels]


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
