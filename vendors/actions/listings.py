"""The life of a listing: drafted, curated, shown, priced, taken down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.oscar.pricing import CURRENCY, storable
from marketplace.workflow.door import Passage, begin, doing, passing
from marketplace.workflow.payment_codes import refuse_payment_codes
from vendors.actions.permits import require_permits_in_force
from vendors.actions.registration import said
from vendors.actions.sanctions import require_not_barred
from vendors.actions.verdicts import require_all_accepted, what_to_mend
from vendors.attributes import WrongAttributes, checked
from vendors.models import Listing, ListingPrice, TaxClass, Vendor, refined
from vendors.queries import listing_findings, own_vendor
from vendors.reading import tell

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")
ProductImage = get_model("catalogue", "ProductImage")
StockRecord = get_model("partner", "StockRecord")

# Fields of ListingData that live on the Listing row itself.
_OWN = (
    "kind unit sku kbki_code is_pdn tkdn_bp bmp_bp halal attributes regional_prices min_order lead_days daily_capacity"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingData:
    """What a vendor says about an offer. `price` in whole rupiah; TKDN and BMP in basis points (4000 = 40 %).

    `in_stock` None means made to order: `daily_capacity` says how many a day, nothing is counted down.
    `tax_class` is a code of `vendors.models.REFINED`, empty for the ordinary class of the kind.
    `attributes` are those of `vendors.attributes`; `regional_prices` maps an area code to whole rupiah.
    """

    title: str
    description: str
    category_id: int
    kind: str
    unit: str
    price: int
    in_stock: int | None = None
    kbki_code: str = ""
    is_pdn: bool = False
    tkdn_bp: int | None = None
    bmp_bp: int | None = None
    halal: bool = False
    sku: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    regional_prices: Mapping[str, int] = field(default_factory=dict)
    min_order: int = 1
    lead_days: int = 1
    daily_capacity: int | None = None
    area_codes: Sequence[str] = ()
    tax_class: str = ""

    @property
    def taxed(self) -> TaxClass:
        """How it is taxed. Raises Refused `tax_class`."""
        found = refined(self.kind, self.tax_class)
        if found is None:
            raise Refused(
                "tax_class",
                _("Perlakuan pajak itu tidak berlaku untuk jenis ini."),
                fix=_("Pilih dari daftar pada produk itu, atau kosongkan."),
            )
        return found


def product_class_of(kind: str) -> Any:
    """Oscar's product class of a kind of offer; made on first use."""
    made, _created = ProductClass.objects.get_or_create(
        slug=kind.lower(),
        defaults={
            "name": Listing.Kind(kind).label,
            "track_stock": kind == Listing.Kind.GOODS,
            "requires_shipping": kind != Listing.Kind.SERVICE,
        },
    )
    return made


def draft_listing(*, actor: Actor, data: ListingData) -> Listing:
    """Draft a listing for the actor's own business.

    Raises Refused `price`, `category`, `above_ceiling`, `tax_class`.
    """
    actor.require(Role.VENDOR)
    _checked(data)
    with doing(actor=actor) as deed:
        vendor = own_vendor(actor)
        product = Product.objects.create(
            title=data.title,
            slug=slugify(data.title)[:100] or "produk",
            description=data.description,
            product_class=product_class_of(data.kind),
            is_public=False,
        )
        ProductCategory.objects.create(product=product, category_id=data.category_id)
        record = StockRecord.objects.create(
            product=product,
            partner_id=vendor.partner_id,
            partner_sku=f"P{product.pk}",
            price_currency=CURRENCY,
            price=data.price,
            num_in_stock=data.in_stock,
            num_allocated=None if data.in_stock is None else 0,
        )
        listing = Listing(vendor=vendor, product=product, stockrecord=record, price=data.price)
        _fill(listing, data)
        begin(listing, at=deed.at)
        set_price(listing, data.price, deed.at, actor)
        deed.record(
            "listing.draft",
            listing,
            {"title": data.title, "vendor_id": vendor.pk, "price_rupiah": data.price, "state": listing.state},
        )
    return listing


def edit_listing(*, actor: Actor, listing_id: int, data: ListingData, revision: int | None = None) -> None:
    """Change what a draft says. A listing on show is pulled back first (`revise_listing`); its price needs no draft.

    Raises Refused `on_show`, `stale`.
    """
    actor.require(Role.VENDOR)
    _checked(data)
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        if revision is not None and listing.revision != revision:
            raise Refused(
                "stale",
                _("Data ini sudah berubah sejak halaman dibuka."),
                fix=_("Muat ulang halaman lalu ulangi."),
            )
        if listing.state not in {"DRAFT", "DELISTED"}:
            raise Refused(
                "on_show",
                _("Keterangan produk yang tayang atau sedang dikurasi tidak dapat diubah."),
                fix=_("Tarik dahulu untuk diperbaiki; harga dan stok boleh diubah langsung."),
            )
        changed = _changes(listing, data)
        Product.objects.filter(pk=listing.product_id).update(
            title=data.title,
            slug=slugify(data.title)[:100] or "produk",
            description=data.description,
            product_class=product_class_of(data.kind),
        )
        ProductCategory.objects.filter(product_id=listing.product_id).update(category_id=data.category_id)
        if data.price != listing.price:
            set_price(listing, data.price, deed.at, actor)
        StockRecord.objects.filter(pk=listing.stockrecord_id).update(price=data.price)
        _write_stock(listing, data.in_stock)
        _fill(listing, data)
        listing.revision += 1
        listing.save()
        deed.record("listing.edit", listing, {"title": data.title, "changed": changed})


def submit_listing(*, actor: Actor, listing_id: int, revision: int | None = None) -> None:
    """Hand a draft to the curator, also while one's own registration is being checked.

    Raises Refused `vendor_not_registered`, `listing_incomplete`, `product_barred`.
    """
    with _own(actor, listing_id, "submit", revision) as passage:
        _require_handed_in(passage.thing)
        _require_whole(passage.thing)
        require_not_barred(passage.thing)
        passage.thing.curator_note = ""
        passage.thing.round += 1
        passage.facts.update(price_rupiah=passage.thing.price, tax_class=passage.thing.tax_class.code)


def approve_listing(*, actor: Actor, listing_id: int, revision: int | None = None) -> None:
    """Put a listing on show; buyers find it the moment this commits.

    Raises Refused `vendor_not_verified`, `product_barred`, `not_all_accepted`, `permit_not_in_force`.
    """
    with _curated(actor, listing_id, "approve", revision) as passage:
        listing = passage.thing
        _require_verified(listing)
        require_not_barred(listing)
        require_all_accepted(listing_findings(listing))
        require_permits_in_force(listing, clock.day_of(passage.at))
        listing.live_since, listing.curator_note = passage.at, ""
        Listing.objects.filter(pk=listing.pk).update(live_since=passage.at)
        Product.objects.filter(pk=listing.product_id).update(is_public=True)
        passage.facts.update(price_rupiah=listing.price, tax_class=listing.tax_class.code)
        tell(shown=[listing.pk])


def send_back_listing(*, actor: Actor, listing_id: int, revision: int | None = None) -> None:
    """Return a listing to its vendor; the reason is what was found wrong in it. Raises Refused `nothing_to_mend`."""
    with _curated(actor, listing_id, "send_back", revision) as passage:
        found = listing_findings(passage.thing)
        passage.thing.curator_note = passage.facts["reason"] = what_to_mend(found)


def revise_listing(*, actor: Actor, listing_id: int, revision: int | None = None) -> None:
    """Pull one's own listing back to mend it; it leaves the catalogue until approved again."""
    with _own(actor, listing_id, "revise", revision) as passage:
        hide_listing(passage.thing)


def delist_listing(*, actor: Actor, listing_id: int, reason: str, revision: int | None = None) -> None:
    """Take a listing down; running orders go on."""
    entered = _own if actor.role is Role.VENDOR else _curated
    with entered(actor, listing_id, "delist", revision) as passage:
        passage.thing.curator_note = passage.facts["reason"] = said(reason)
        hide_listing(passage.thing)


def set_stock(*, actor: Actor, listing_id: int, in_stock: int | None) -> None:
    """State how many pieces there are in all, those set aside for orders included; None: made to order.

    Raises Refused `below_reserved` when orders already hold more than that.
    """
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        _write_stock(listing, in_stock)
        deed.record("listing.stock", listing, {"title": listing.product.title, "in_stock": in_stock})
        tell_if_on_show(listing)


def copy_listing(*, actor: Actor, listing_id: int) -> Listing:
    """Draft a new listing that says what one's other one says; price history, stock and pictures are its own."""
    known = Listing.objects.select_related("product", "stockrecord").get(
        pk=listing_id, vendor__organisation_id=actor.organisation_id or 0
    )
    told = {name: getattr(known, name) for name in _OWN if name not in {"sku", "regional_prices"}}
    return draft_listing(
        actor=actor,
        data=ListingData(
            title=_("%(title)s (salinan)") % {"title": known.product.title[:185]},
            description=known.product.description,
            category_id=known.category_id,
            price=known.price,
            in_stock=None if known.stockrecord.num_in_stock is None else 0,
            area_codes=tuple(known.area_codes),
            tax_class=known.tax_code,
            **told,
        ),
    )


def _checked(data: ListingData) -> None:
    if not 5 <= len(data.title.strip()) <= 200:
        raise Refused(
            "title", _("Nama produk 5 sampai 200 huruf."), fix=_("Sebut barang, merek, dan ukurannya.")
        )
    refuse_payment_codes(data.title, data.description, *map(str, data.attributes.values()))
    check_price(data.price)
    if data.daily_capacity is not None and data.daily_capacity < data.min_order:
        raise Refused(
            "capacity",
            _("Kesanggupan sehari lebih kecil daripada pesanan paling sedikit."),
            fix=_("Naikkan kesanggupan, atau kecilkan pesanan paling sedikit."),
        )
    category = Category.objects.filter(pk=data.category_id, is_public=True, ancestors_are_public=True).first()
    if category is None or category.numchild:
        raise Refused(
            "category", _("Kategori ini tidak dapat dipakai."), fix=_("Pilih kategori yang paling rinci.")
        )


def check_price(price: int) -> None:
    """Raises Refused `price`, `above_ceiling`."""
    if price < 1:
        raise Refused("price", _("Harga harus lebih dari nol."), fix=_("Isi harga satuan, contoh 35000."))
    storable(price, _("Harga satuan"))


def _fill(listing: Listing, data: ListingData) -> None:
    values = asdict(data)
    for name in _OWN:
        setattr(listing, name, values[name])
    listing.classify(data.taxed)
    listing.category_id = data.category_id
    listing.price = data.price
    listing.area_codes = list(data.area_codes) or list(listing.vendor.service_area)


def _changes(listing: Listing, data: ListingData) -> list[str]:
    """Names of what differs, for the log; the words themselves stay in the product."""
    now = {name: getattr(listing, name) for name in (*_OWN, "price", "category_id")}
    now |= {"title": listing.product.title, "description": listing.product.description}
    now["tax_class"] = listing.tax_code
    new = asdict(data)
    return sorted(name for name, value in now.items() if new[name] != value)


def set_price(listing: Listing, price: int, at: Any, actor: Actor) -> None:
    """Add a price to the history of a listing that is locked or new."""
    ListingPrice.objects.create(listing=listing, price=price, valid_from=at, set_by_id=actor.user_id)


def _write_stock(listing: Listing, in_stock: int | None) -> None:
    record = StockRecord.objects.select_for_update().get(pk=listing.stockrecord_id)
    reserved = record.num_allocated or 0
    if in_stock is not None and in_stock < reserved:
        raise Refused(
            "below_reserved",
            _("%(n)d buah sudah dipesan; stok tidak boleh kurang dari itu.") % {"n": reserved},
            fix=_("Isi jumlah seluruhnya, termasuk yang sudah dipesan."),
        )
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=in_stock, num_allocated=reserved)


def locked_own(actor: Actor, listing_id: int) -> Listing:
    """One\'s own listing, its row locked; foreign ones do not exist."""
    return (
        Listing.objects.select_for_update(of=("self",))
        .select_related("vendor", "product")
        .get(pk=listing_id, vendor__organisation_id=actor.organisation_id or 0)
    )


@contextmanager
def _own(actor: Actor, listing_id: int, name: str, revision: int | None) -> Iterator[Passage[Listing]]:
    """A move by the vendor itself; foreign listings do not exist."""
    with passing(Listing, listing_id, name, actor=actor, revision=revision) as passage:
        if passage.thing.vendor.organisation_id != actor.organisation_id:
            raise Listing.DoesNotExist
        passage.facts["title"] = passage.thing.product.title
        yield passage


@contextmanager
def _curated(actor: Actor, listing_id: int, name: str, revision: int | None) -> Iterator[Passage[Listing]]:
    """A move by the operation of the vendor's region."""
    with passing(Listing, listing_id, name, actor=actor, revision=revision) as passage:
        if passage.thing.vendor.region_id != actor.region_id:
            raise Listing.DoesNotExist
        passage.facts["title"] = passage.thing.product.title
        yield passage


def _require_handed_in(listing: Listing) -> None:
    if listing.vendor.state not in {"REGISTERED", "VERIFIED"}:
        raise Refused(
            "vendor_not_registered",
            _("Pendaftaran usaha belum dikirim, atau sedang dikembalikan atau ditangguhkan."),
            fix=_("Selesaikan pendaftaran usaha dahulu; sesudah itu produk dapat langsung diajukan."),
        )


def lacking(listing: Listing) -> list[str]:
    """What a listing lacks before a curator looks at it, in words; load `product` with it."""
    found = [] if listing.product.description.strip() else [_("keterangan")]
    try:
        checked(listing.kind, listing.attributes)
    except WrongAttributes as wrong:
        found += list(wrong.problems.values())
    if (
        listing.kind == Listing.Kind.SERVICE
        or ProductImage.objects.filter(product_id=listing.product_id).exists()
    ):
        return found
    return [*found, _("paling sedikit satu foto")]


def _require_whole(listing: Listing) -> None:
    missing = lacking(listing)
    if missing:
        raise Refused(
            "listing_incomplete",
            _("Produk ini belum lengkap: %(missing)s.") % {"missing": "; ".join(missing)},
            fix=_("Lengkapi isinya, lalu ajukan lagi."),
        )


def _require_verified(listing: Listing) -> None:
    # The row is locked so that a suspension cannot slip in between this look and the listing's appearance.
    vendor = Vendor.objects.select_for_update(of=("self",), no_key=True).get(pk=listing.vendor_id)
    if vendor.state != "VERIFIED":
        raise Refused(
            "vendor_not_verified",
            _("Penyedia belum terverifikasi atau sedang ditangguhkan."),
            rule="Perlem LKPP 9/2021 tentang Toko Daring dan Katalog Elektronik",
            fix=_("Selesaikan verifikasi usaha dahulu."),
        )


def hide_listing(listing: Listing) -> None:
    """Take a listing out of the catalogue, in the transaction of the act that takes it down."""
    Product.objects.filter(pk=listing.product_id).update(is_public=False)
    tell(hidden=[listing.pk])


def tell_if_on_show(listing: Listing) -> None:
    """Have the buyers\' view take a changed listing in, where they see it."""
    if listing.state == "LIVE" and listing.vendor.state == "VERIFIED":
        tell(shown=[listing.pk])
