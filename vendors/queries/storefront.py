"""What the public sees of vendors: the list of stalls, one stall with its badges and its goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.places import areas_below
from vendors.images import thumb_of
from vendors.models import BankAccount, Listing, Permit, Vendor
from vendors.queries.categories import Category, all_categories

PAGE: Final = 24
PERSONAL: Final = ("npwp", "nitku", "owner_name", "owner_nik", "street", "phone")
"""Columns that no public page reads."""


@dataclass(frozen=True, slots=True)
class Badge:
    """Something that was checked, and what it means."""

    label: str
    meaning: str


def badges_of(vendor: Vendor) -> list[Badge]:
    """What was checked about a verified vendor: two queries."""
    year = vendor.size_stated_on.year if vendor.size_stated_on else None
    size = f"{vendor.get_size_display()} ({year})" if year else vendor.get_size_display()
    if vendor.state != "VERIFIED":
        return []
    found = [
        Badge(_("Terverifikasi"), _("Operator mencocokkan NIB, pemilik, pajak, alamat, dan berkasnya.")),
        Badge(size, _("Ukuran usaha menurut PP 7/2021, dari angka yang dinyatakan penyedia.")),
    ]
    if vendor.path == Vendor.Path.ASSISTED:
        found.append(Badge(_("UMKM binaan"), _("Anggota program pembinaan pemerintah daerah.")))
    if vendor.pkp:
        found.append(Badge("PKP", _("Pengusaha Kena Pajak: harganya ditambah PPN.")))
    if BankAccount.objects.filter(vendor=vendor, verified_at__isnull=False, stopped_at__isnull=True).exists():
        found.append(
            Badge(_("Rekening terverifikasi"), _("Pembayaran masuk ke rekening atas nama penyedia sendiri."))
        )
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    for permit in Permit.objects.filter(in_force, vendor=vendor, state="VERIFIED").order_by("kind", "-pk")[
        :20
    ]:
        day = permit.valid_to
        until = _("sampai %(day)s") % {"day": f"{day:%d-%m-%Y}"} if day else _("tanpa batas waktu")
        found.append(
            Badge(
                permit.get_kind_display(), _("Nomor %(n)s, %(until)s.") % {"n": permit.number, "until": until}
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Stall:
    """One page of a stall's goods on show. `older` is the query string of the next page; empty on the last."""

    listings: list[Listing]
    categories: list[tuple[int, str, int]]
    category: int | None
    older: str
    first_page: bool

    @classmethod
    def of(cls, vendor: Vendor, asked: Mapping[str, str]) -> Stall:
        """The page a query string asks for: three queries whatever the number of goods."""
        shown = Listing.objects.filter(vendor=vendor, state="LIVE", vendor__state="VERIFIED")
        named = shown.values_list("category_id", "category__name").annotate(number=Count("pk"))
        categories = sorted(named, key=lambda row: row[1])
        category = _number(asked.get("kategori", ""))
        if category not in {pk for pk, _name, _count in categories}:
            category = None
        found = shown.select_related("product").prefetch_related("product__images").order_by("-pk")
        if category is not None:
            found = found.filter(category_id=category)
        before = _number(asked.get("sebelum", ""))
        if before is not None:
            found = found.filter(pk__lt=before)
        rows = list(found[: PAGE + 1])
        last = rows[PAGE - 1].pk if len(rows) > PAGE else None
        more = ({"kategori": category} if category else {}) | {"sebelum": last}
        return cls(rows[:PAGE], categories, category, urlencode(more) if last else "", before is None)


def stall_card(listing: Listing) -> dict[str, Any]:
    """What the card component shows of a listing on its vendor's profile; images are prefetched."""
    pictures = sorted(listing.product.images.all(), key=lambda image: (image.display_order, image.pk))
    return {
        "title": listing.product.title,
        "url": listing.get_absolute_url(),
        "price": listing.price,
        "unit": listing.unit,
        "image_url": default_storage.url(thumb_of(pictures[0].original.name)) if pictures else "",
        "badges": [*(["PDN"] if listing.is_pdn else []), *(["Halal"] if listing.halal else [])],
    }


@dataclass(frozen=True, slots=True)
class Stalls:
    """One page of the public list of vendors."""

    vendors: list[Vendor]
    size: str
    text: str
    area: str
    category: int | None
    older: str
    first_page: bool

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Stalls:
        """The page a query string asks for: one query. What it cannot mean is passed over."""
        category = _number(asked.get("kategori", ""))
        size = asked.get("ukuran", "") if asked.get("ukuran", "") in Vendor.Size.values else ""
        text, area = " ".join(asked.get("q", "").split())[:60], asked.get("wilayah", "")[:13]
        found = (
            Vendor.objects.filter(state="VERIFIED")
            .select_related("organisation")
            .defer(*PERSONAL)
            .order_by("-pk")
        )
        if size:
            found = found.filter(size=size)
        if text:
            found = found.filter(organisation__name__icontains=text)
        if area.replace(".", "").isdigit():
            found = found.filter(place_code__startswith=area)
        if category is not None:
            found = found.filter(Exists(_on_show_in(category)))
        before = _number(asked.get("sebelum", ""))
        if before is not None:
            found = found.filter(pk__lt=before)
        rows = list(found[: PAGE + 1])
        last = rows[PAGE - 1].pk if len(rows) > PAGE else None
        told = {"ukuran": size, "q": text, "wilayah": area, "kategori": str(category or "")}
        more = {key: value for key, value in told.items() if value} | {"sebelum": str(last)}
        return cls(rows[:PAGE], size, text, area, category, urlencode(more) if last else "", before is None)

    @property
    def sizes(self) -> list[tuple[str, str]]:
        """What the list can be narrowed to."""
        return [("", _("Semua ukuran")), *((code, str(label)) for code, label in Vendor.Size.choices)]

    @property
    def areas(self) -> list[tuple[str, str]]:
        """The cities and regencies of the provinces that buy here: one query."""
        codes = Region.objects.exclude(place_code="").values_list("place_code", flat=True)
        provinces = sorted({code[:2] for code in codes})
        below = [(area.code, area.name) for code in provinces for area in areas_below(code)]
        return [("", _("Semua wilayah")), *below]

    @property
    def categories(self) -> list[tuple[int | str, str]]:
        """What vendors may offer: one query."""
        return [("", _("Semua kategori")), *all_categories()]


def _on_show_in(category: int) -> Any:
    """Listings on show of the vendor at hand, in a category or below it."""
    path = Category.objects.filter(pk=category).values("path")[:1]
    return Listing.objects.filter(
        vendor=OuterRef("pk"), state="LIVE", category__path__startswith=Subquery(path)
    )


def linked_data(vendor: Vendor, listings: list[Listing], site: str) -> dict[str, Any]:
    """The stall for machines that read schema.org: what the page shows, nothing more. No query.

    Args:
        site: the address of this site without a slash at its end.
    """
    offers = [
        {
            "@type": "Offer",
            "url": site + each.get_absolute_url(),
            "price": each.price,
            "priceCurrency": "IDR",
            "itemOffered": {
                "@type": "Service" if each.kind == Listing.Kind.SERVICE else "Product",
                "name": each.product.title,
            },
        }
        for each in listings
    ]
    told = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": vendor.organisation.name,
        "description": vendor.about,
        "url": site + vendor.get_absolute_url(),
        "identifier": {"@type": "PropertyValue", "propertyID": "NIB", "value": vendor.nib},
        "address": {
            "@type": "PostalAddress",
            "addressLocality": vendor.city,
            "addressCountry": "ID",
        },
        "makesOffer": offers,
    }
    return {name: value for name, value in told.items() if value}


def completed_orders(vendor: Vendor) -> int:
    """How many orders a vendor has brought to their end, as the room above counts them."""
    count: int = import_string(settings.COMPLETED_ORDERS)(vendor.pk)
    return count


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
