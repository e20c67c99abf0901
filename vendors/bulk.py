"""Making vendors and listings in bulk: reference trees, demonstrations, benchmarks of any size.

The same rows as the acts would leave (state, price history, cards, words, audit entries through the door), written a
chunk at a time. Products are plain rows: Oscar's `save()` would cost seventeen queries each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.text import slugify
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.personal_data import keyed_hash
from marketplace.core import clock
from marketplace.oscar.pricing import CURRENCY, storable
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, doing
from vendors import images
from vendors.actions.listings import ListingData, product_class_of
from vendors.actions.owners import ownership, tell_ownerships
from vendors.actions.permits import PermitData
from vendors.actions.registration import VendorData, slug_of
from vendors.models import (
    Activity,
    BankAccount,
    Listing,
    ListingPermit,
    ListingPrice,
    Permit,
    Vendor,
)
from vendors.reading import tell

Category = get_model("catalogue", "Category")
Partner = get_model("partner", "Partner")
Product = get_model("catalogue", "Product")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductImage = get_model("catalogue", "ProductImage")
StockRecord = get_model("partner", "StockRecord")

CHUNK = 1_000
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorRow:
    """A vendor to make, verified at once: what it says of itself, its verified account, its owner's user."""

    data: VendorData
    bank_code: str = ""
    account_number: str = ""
    owner: User | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRow:
    """A listing to make, on show at once unless `live` is off.

    `earlier_prices` are (moment, rupiah) before the present price; `image_name` names a picture already stored;
    `permit_ids` are the vendor's permits that it rests on.
    """

    vendor_id: int
    data: ListingData
    live: bool = True
    since: datetime | None = None
    earlier_prices: Sequence[tuple[datetime, int]] = ()
    image_name: str = ""
    permit_ids: Sequence[int] = ()


@dataclass(slots=True)
class _Batch:
    rows: list[ListingRow]
    vendors: dict[int, Vendor]
    at: datetime
    listings: list[Listing] = field(default_factory=list)


def create_categories(tree: dict[str, Any]) -> dict[str, int]:
    """Make categories of a nested mapping name → children; what exists already is kept.

    Returns the id of every category by its whole way: `{"konsumsi/nasi-kotak": 7}`.
    """
    found: dict[str, int] = {}

    def grow(children: dict[str, Any], parent: Any, way: str) -> None:
        beside = Category.objects.filter(depth=1) if parent is None else Category.objects.get_children(parent)
        known = {node.slug: node for node in beside}
        for name, below in children.items():
            slug = slugify(name)
            node = known.get(slug)
            if node is None:
                new = Category(name=name, slug=slug)
                node = (
                    Category.objects.add_child(parent, instance=new)
                    if parent
                    else Category.objects.add_root(instance=new)
                )
            full = f"{way}/{slug}" if way else slug
            found[full] = node.pk
            # The number of children stands in the node; read it again, or treebeard repeats a path.
            grow(below or {}, Category.objects.get(pk=node.pk), full)

    grow(tree, None, "")
    return found


def create_vendors(
    rows: Iterable[VendorRow], *, actor: Actor, progress: Progress | None = None
) -> list[Vendor]:
    """Make vendors with organisation, partner, activities, verified bank account and the owner's appointment.

    `actor` stands in the log (an operator, or `Actor.system`); one audit entry a vendor.
    """
    made: list[Vendor] = []
    for chunk in _chunks(rows):
        with doing(actor=actor) as deed:
            made += _vendors(chunk, deed)
        if progress:
            progress(len(chunk))
    return made


def _vendors(rows: Sequence[VendorRow], deed: Deed) -> list[Vendor]:
    organisations = Organisation.objects.bulk_create(
        Organisation(
            region_id=row.data.region_id, kind=Organisation.Kind.VENDOR, name=row.data.name, code=row.data.nib
        )
        for row in rows
    )
    partners = Partner.objects.bulk_create(
        Partner(name=row.data.name[:128], code=f"nib-{row.data.nib}") for row in rows
    )
    pacts = {
        region_id: str(parameter("vendor.pact_version", region_id=region_id).value)
        for region_id in {row.data.region_id for row in rows}
    }
    vendors = Vendor.objects.bulk_create(
        _vendor(row, organisation, partner, deed.at, pacts[row.data.region_id])
        for row, organisation, partner in zip(rows, organisations, partners, strict=True)
    )
    pairs = list(zip(rows, vendors, strict=True))
    Activity.objects.bulk_create(
        Activity(vendor=vendor, code=code, edition=edition)
        for row, vendor in pairs
        for code, edition in row.data.activities
    )
    BankAccount.objects.bulk_create(
        _account(row, vendor, deed) for row, vendor in pairs if row.account_number
    )
    owners = Appointment.objects.bulk_create(
        ownership(vendor.organisation, row.owner.pk, f"NIB {vendor.nib}")
        for row, vendor in pairs
        if row.owner
    )
    deed.record_many(
        (
            "vendor.register",
            vendor,
            {
                "vendor": row.data.name,
                "size": vendor.size,
                "nib_hash": keyed_hash("nib", vendor.nib),
                "state": vendor.state,
            },
        )
        for row, vendor in pairs
    )
    tell_ownerships(deed, owners)
    return vendors


def _vendor(row: VendorRow, organisation: Organisation, partner: Any, at: datetime, pact: str) -> Vendor:
    said = row.data
    return Vendor(
        organisation=organisation,
        partner=partner,
        region_id=said.region_id,
        slug=slug_of(said.name, said.nib),
        about=said.about,
        state="VERIFIED" if row.verified else "REGISTERED",
        created_at=at,
        nib=said.nib,
        size=said.size,
        capital=said.capital,
        yearly_sales=said.yearly_sales,
        sales_year=said.sales_year,
        size_basis=_basis(said),
        size_stated_on=clock.day_of(at) if _basis(said) else None,
        pkp=said.pkp,
        suket_pp55=said.suket_pp55,
        suket_pp55_valid_to=said.suket_pp55_valid_to,
        pbjt_registered=said.pbjt_registered,
        npwp=said.npwp,
        npwp_hash=keyed_hash("npwp", said.npwp) if said.npwp else "",
        owner_name=said.owner_name,
        owner_nik=said.owner_nik,
        owner_nik_hash=keyed_hash("nik", said.owner_nik) if said.owner_nik else "",
        place_code=said.place_code,
        place_name=said.place_name,
        street=said.street,
        phone=said.phone,
        phone_hash=keyed_hash("phone", said.phone) if said.phone else "",
        path=said.path,
        legal_form=said.legal_form,
        nitku=said.nitku,
        round=1,
        # who comes in verified has gone through the registration, pact included
        pact_version=pact if row.verified else "",
        pact_signed_at=at if row.verified else None,
        service_area=list(said.service_area) or [said.place_code[:5]],
    )


def _basis(said: VendorData) -> str:
    """Which of the stated figures decided the size; empty when none was stated."""
    if said.yearly_sales is not None:
        return Vendor.SizeBasis.SALES
    return Vendor.SizeBasis.CAPITAL if said.capital is not None else ""


def create_permits(rows: Iterable[tuple[Vendor, PermitData]], *, actor: Actor) -> list[Permit]:
    """Make permits found valid, without scans; one audit entry each. Load `organisation` with the vendors."""
    made: list[Permit] = []
    for chunk in _chunks(rows):
        with doing(actor=actor) as deed:
            permits = Permit.objects.bulk_create(
                Permit(
                    vendor=vendor,
                    kind=said.kind,
                    number=said.number,
                    issuer=said.issuer,
                    valid_from=said.valid_from,
                    valid_to=said.valid_to,
                    state="VERIFIED",
                    created_at=deed.at,
                )
                for vendor, said in chunk
            )
            deed.record_many(
                (
                    "permit.add",
                    permit,
                    {
                        "vendor": permit.vendor.organisation.name,
                        "kind": permit.get_kind_display(),
                        "number": permit.number,
                        "state": permit.state,
                    },
                )
                for permit in permits
            )
        made += permits
    return made


def _account(row: VendorRow, vendor: Vendor, deed: Deed) -> BankAccount:
    verified = row.verified and deed.actor.user_id is not None
    return BankAccount(
        vendor=vendor,
        version=1,
        bank_code=row.bank_code,
        number=row.account_number,
        number_hash=keyed_hash("bank_account", f"{row.bank_code}:{row.account_number}"),
        holder_name=row.data.name,
        added_at=deed.at,
        verified_at=deed.at if verified else None,
        verified_by_id=deed.actor.user_id if verified else None,
    )


def create_listings(
    rows: Iterable[ListingRow], *, actor: Actor, progress: Progress | None = None
) -> list[int]:
    """Make listings with product, category, stock record, price history, picture, card and words; returns their ids.

    `progress` is told how many were made after each chunk of 1,000. One audit entry a listing.
    Raises Refused `above_ceiling` for a price that Oscar's columns cannot hold.
    """
    made: list[int] = []
    for chunk in _chunks(rows):
        with doing(actor=actor) as deed:
            made += make_listings(chunk, deed)
        if progress:
            progress(len(chunk))
    return made


def make_listings(rows: list[ListingRow], deed: Deed) -> list[int]:
    """Make one chunk of listings within a deed; returns their ids in the order of the rows."""
    wanted = {row.vendor_id for row in rows}
    batch = _Batch(rows, Vendor.objects.in_bulk(wanted), deed.at)
    products = Product.objects.bulk_create(_products(rows))
    ProductCategory.objects.bulk_create(
        ProductCategory(product=product, category_id=row.data.category_id)
        for row, product in zip(rows, products, strict=True)
    )
    records = StockRecord.objects.bulk_create(
        _record(row, product, batch.vendors[row.vendor_id])
        for row, product in zip(rows, products, strict=True)
    )
    batch.listings = Listing.objects.bulk_create(
        _listing(row, product, record, batch)
        for row, product, record in zip(rows, products, records, strict=True)
    )
    ListingPrice.objects.bulk_create(_prices(batch, deed))
    ListingPermit.objects.bulk_create(
        ListingPermit(listing=listing, permit_id=permit)
        for row, listing in zip(rows, batch.listings, strict=True)
        for permit in row.permit_ids
    )
    ProductImage.objects.bulk_create(
        ProductImage(product=product, original=row.image_name, code=f"{product.pk}-0", display_order=0)
        for row, product in zip(rows, products, strict=True)
        if row.image_name
    )
    deed.record_many(
        (
            "listing.draft",
            listing,
            {
                "title": row.data.title,
                "vendor_id": row.vendor_id,
                "price_rupiah": listing.price,
                "state": listing.state,
            },
        )
        for row, listing in zip(rows, batch.listings, strict=True)
    )
    live = [
        listing.pk
        for listing in batch.listings
        if listing.state == "LIVE" and batch.vendors[listing.vendor_id].state == "VERIFIED"
    ]
    tell(shown=live)
    return [listing.pk for listing in batch.listings]


def _products(rows: Sequence[ListingRow]) -> Iterator[Any]:
    classes = {kind: product_class_of(kind) for kind in {row.data.kind for row in rows}}
    for row in rows:
        yield Product(
            title=row.data.title,
            slug=slugify(row.data.title)[:100] or "produk",
            description=row.data.description,
            product_class=classes[row.data.kind],
            is_public=row.live,
        )


def _record(row: ListingRow, product: Any, vendor: Vendor) -> Any:
    in_stock = row.data.in_stock
    return StockRecord(
        product=product,
        partner_id=vendor.partner_id,
        partner_sku=f"P{product.pk}",
        price_currency=CURRENCY,
        price=storable(row.data.price, row.data.title),
        num_in_stock=in_stock,
        num_allocated=None if in_stock is None else 0,
    )


def _listing(row: ListingRow, product: Any, record: Any, batch: _Batch) -> Listing:
    said, since = row.data, row.since or batch.at
    vendor = batch.vendors[row.vendor_id]
    listing = Listing(
        vendor=vendor,
        product=product,
        stockrecord=record,
        category_id=said.category_id,
        state="LIVE" if row.live else "DRAFT",
        created_at=since,
        live_since=since if row.live else None,
        kind=said.kind,
        unit=said.unit,
        price=said.price,
        kbki_code=said.kbki_code,
        is_pdn=said.is_pdn,
        tkdn_bp=said.tkdn_bp,
        bmp_bp=said.bmp_bp,
        halal=said.halal,
        sku=said.sku,
        attributes=dict(said.attributes),
        regional_prices=dict(said.regional_prices),
        daily_capacity=said.daily_capacity,
        min_order=said.min_order,
        lead_days=said.lead_days,
        area_codes=list(said.area_codes) or list(vendor.service_area),
    )
    listing.classify(said.taxed)
    return listing


def _prices(batch: _Batch, deed: Deed) -> Iterator[ListingPrice]:
    for row, listing in zip(batch.rows, batch.listings, strict=True):
        for moment, price in row.earlier_prices:
            yield ListingPrice(listing=listing, price=price, valid_from=moment, set_by_id=deed.actor.user_id)
        yield ListingPrice(
            listing=listing,
            price=listing.price,
            valid_from=row.since or batch.at,
            set_by_id=deed.actor.user_id,
        )
        for area, price in row.data.regional_prices.items():
            yield ListingPrice(
                listing=listing,
                area_code=area,
                price=price,
                valid_from=row.since or batch.at,
                set_by_id=deed.actor.user_id,
            )


def store_sample_image(title: str, kind: str, *, seed: int = 0) -> str:
    """Draw and store a demonstration picture and return its name for `ListingRow.image_name`."""
    picture = images.sample(title, kind, seed=seed)
    return images.store(picture, images.digest_of(picture))


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
