"""Bringing fictional vendors and goods into a region, through the same bulk path as any large installation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice

from django.utils.text import slugify

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.practice import goods
from procurement.practice.cast import DIRECTOR, OWNER, user_of
from vendors.actions import ListingData, PermitData, VendorData
from vendors.bulk import (
    ListingRow,
    VendorRow,
    create_categories,
    create_listings,
    create_permits,
    create_vendors,
    store_sample_image,
)
from vendors.models import Permit, Vendor

SERVICE_AREA = ("31",)
"""The stalls of the demonstration deliver in the whole province."""
PICTURES_A_TRADE = 3
PROGRAMME_OF_EVERY = 10
"""Every tenth stall came through the region's own programme."""
ENDS_SOON_DAYS, ENDS_LATER_DAYS = 25, 900
"""The shop owner's certificate ends soon, so that she sees what a desk says about it."""
ISSUERS = {"HALAL": "BPJPH", "TKDN": "Kementerian Perindustrian"}
Progress = Callable[[int], object]


def bring_vendors(
    region: Region,
    count: int,
    *,
    actor: Actor = DIRECTOR,
    seed: int = 1,
    with_owner: bool = True,
    verified: bool = True,
    progress: Progress | None = None,
) -> list[tuple[Vendor, goods.Stall]]:
    """Make `count` vendors, verified unless told otherwise; the first stall with paper belongs to the shop owner.

    Their bank accounts count as verified when `actor` is a person. Whoever sells what asks for a certificate has one.
    """
    stalls = list(goods.stalls(count, seed=seed))
    owned = next((n for n, stall in enumerate(stalls) if stall.trade["category"] == "Kertas"), 0)
    rows = [
        _vendor_row(region, stall, number, owner=with_owner and number == owned, verified=verified)
        for number, stall in enumerate(stalls)
    ]
    made = create_vendors(rows, actor=actor, progress=progress)
    today, soon = clock.today(), owned if with_owner else -1
    create_permits(
        (
            (vendor, _permit(stall, today, ENDS_SOON_DAYS if number == soon else ENDS_LATER_DAYS))
            for number, (vendor, stall) in enumerate(zip(made, stalls, strict=True))
            if stall.permit
        ),
        actor=actor,
    )
    return list(zip(made, stalls, strict=True))


def _permit(stall: goods.Stall, today: date, days: int) -> PermitData:
    number = stall.nib[-8:]
    return PermitData(
        kind=stall.permit,
        number=f"ID3111{number}0126" if stall.permit == "HALAL" else f"{number}/TKDN/{today.year}",
        issuer=ISSUERS[stall.permit],
        valid_from=today - timedelta(days=700),
        valid_to=today + timedelta(days=days),
    )


def _vendor_row(region: Region, stall: goods.Stall, number: int, *, owner: bool, verified: bool) -> VendorRow:
    small_business = number % 4 == 0
    return VendorRow(
        data=VendorData(
            name=stall.name,
            region_id=region.pk,
            nib=stall.nib,
            size=stall.size,
            place_code=stall.place_code,
            place_name=stall.place_name,
            owner_name=OWNER.name if owner else stall.owner_name,
            owner_nik=stall.owner_nik,
            npwp=stall.npwp,
            legal_form=stall.legal_form,
            street=stall.street,
            phone=stall.phone,
            yearly_sales=stall.yearly_sales,
            sales_year=clock.today().year - 1,
            path="BINAAN" if owner or number % PROGRAMME_OF_EVERY == 3 else "UMUM",
            activities=[(stall.activity, "2020")],
            about=f"{stall.trade['category']} untuk kantor dan acara pemerintah.",
            pkp=stall.pkp or owner,
            suket_pp55=f"KET-{number:05d}/PP55" if small_business and not stall.pkp and not owner else "",
            suket_pp55_valid_to=clock.today() + timedelta(days=400) if small_business else None,
            service_area=SERVICE_AREA,
        ),
        bank_code="111",
        account_number=f"{1_020_000_000 + number}",
        owner=user_of(OWNER) if owner else None,
        verified=verified,
    )


def bring_goods(
    vendors: Sequence[tuple[Vendor, goods.Stall]],
    count: int,
    *,
    seed: int = 1,
    pictures: bool = True,
    progress: Progress | None = None,
) -> list[int]:
    """Put `count` listings on show, dealt out evenly over the vendors; returns their ids."""
    tree = {top["name"]: dict.fromkeys(top["children"], None) for top in goods.catalogue()["categories"]}
    by_leaf = {path.rsplit("/", 1)[-1]: pk for path, pk in create_categories(tree).items()}
    drawn: dict[tuple[str, int], str] = {}

    def picture(offer: goods.Offer, number: int) -> str:
        if not pictures:
            return ""
        key = (offer.category, number % PICTURES_A_TRADE)
        if key not in drawn:
            drawn[key] = store_sample_image(offer.category, offer.kind, seed=key[1])
        return drawn[key]

    permits: defaultdict[int, list[Permit]] = defaultdict(list)
    for permit in Permit.objects.filter(vendor__in=[vendor.pk for vendor, _stall in vendors]):
        permits[permit.vendor_id].append(permit)
    rows = (
        _listing_row(
            vendor, offer, by_leaf[slugify(offer.category)], picture(offer, number), permits[vendor.pk]
        )
        for number, (vendor, offer) in enumerate(_dealt(vendors, count, seed))
    )
    return create_listings(rows, actor=DIRECTOR, progress=progress)


def _dealt(
    vendors: Sequence[tuple[Vendor, goods.Stall]], count: int, seed: int
) -> Iterator[tuple[Vendor, goods.Offer]]:
    each = -(-count // len(vendors))
    hands = [(vendor, goods.offers(stall, each, seed=seed)) for vendor, stall in vendors]
    dealt = ((vendor, next(hand)) for vendor, hand in cycle(hands))
    return islice(dealt, count)


def _listing_row(
    vendor: Vendor, offer: goods.Offer, category_id: int, image_name: str, permits: Sequence[Permit]
) -> ListingRow:
    claimed = {"HALAL": offer.halal, "TKDN": offer.tkdn_bp is not None}
    now = clock.now()
    return ListingRow(
        vendor_id=vendor.pk,
        data=ListingData(
            title=offer.title,
            description=offer.description,
            category_id=category_id,
            kind=offer.kind,
            unit=offer.unit,
            price=offer.price,
            in_stock=offer.in_stock,
            kbki_code=offer.kbki_code,
            is_pdn=True,
            tkdn_bp=offer.tkdn_bp,
            halal=offer.halal,
            min_order=offer.min_order,
            lead_days=offer.lead_days,
            daily_capacity=offer.daily_capacity,
            attributes=offer.attributes,
            tax_class=offer.tax_class,
            area_codes=SERVICE_AREA,
        ),
        since=now - timedelta(days=60),
        earlier_prices=[(now - timedelta(days=60), offer.price * 96 // 100)],
        image_name=image_name,
        permit_ids=[permit.pk for permit in permits if claimed[permit.kind]],
    )
