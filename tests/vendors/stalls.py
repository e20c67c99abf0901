"""Vendors and listings for tests, made through the bulk path: on show, with stock, found by search."""

from __future__ import annotations

from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.regulation.models import Region
from tests import people
from vendors import actions, bulk
from vendors.actions import ListingData, VendorData, receive_upload
from vendors.bulk_upload import working
from vendors.models import Amendment, Assistance, Listing, ListingUpload, Vendor, VendorDocument
from vendors.sections import Taxes

_number = count(1)

TREE: dict[str, dict[str, dict[str, object]]] = {
    "Konsumsi": {"Nasi kotak": {}, "Snack": {}},
    "Alat tulis kantor": {"Kertas": {}, "Pulpen": {}},
    "Kebersihan": {"Jasa kebersihan": {}},
}


def categories() -> dict[str, int]:
    """The test's category tree; made once."""
    return bulk.create_categories(TREE)


def vendor_data(name: str = "Warung Bu Sari", *, region: Region | None = None, **said: Any) -> VendorData:
    """What a vendor says; only its NIB differs from one to the next."""
    number = next(_number)
    fields: dict[str, Any] = {
        "name": name,
        "region_id": (region or people.region()).pk,
        "nib": f"{9_120_000_000_000 + number}",
        "size": "MIKRO",
        "place_code": "31.71.06.1001",
        "place_name": "Menteng, Menteng, Kota Jakarta Pusat",
        "owner_name": "Sari Wulandari",
        "owner_nik": "3171065208850001",
        "npwp": "3171065208850001",
        "street": "Jalan Teuku Umar 12",
        "phone": "081234567890",
        "activities": [("56210", "2020")],
    }
    return VendorData(**{**fields, **said})


def vendor(
    name: str = "Warung Bu Sari", *, region: Region | None = None, verified: bool = True, **said: Any
) -> Vendor:
    """A vendor with an owner who can sign in, verified unless told otherwise."""
    row = bulk.VendorRow(
        data=vendor_data(name, region=region, **said),
        bank_code="111",
        account_number="1234567890",
        owner=people.user("Pemilik"),
        verified=verified,
    )
    return bulk.create_vendors([row], actor=Actor.system("uji"))[0]


def amendment(stall: Vendor) -> Amendment:
    """A change that a vendor proposes to its tax data."""
    taxes = Taxes(owner_name="Sari Wulandari", owner_nik="3171065208850001", pkp=not stall.pkp)
    return actions.propose_amendment(
        actor=owner_of(stall), vendor_id=stall.pk, section="pajak", answers=taxes
    )


def document(stall: Vendor, kind: str = VendorDocument.Kind.NIB) -> VendorDocument:
    """A kept scan of a vendor."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    return actions.add_document(
        actor=owner_of(stall), vendor_id=stall.pk, kind=kind, content=drawn.getvalue()
    )


def consent(stall: Vendor) -> Assistance:
    """A vendor's consent to an assistant of its region."""
    office = people.organisation(Organisation.Kind.OPERATOR, in_region=stall.region)
    helper = people.appointment(Role.ASSISTANT, office)
    return actions.grant_assistance(actor=owner_of(stall), vendor_id=stall.pk, email=helper.user.email)


def owner_of(stall: Vendor) -> Actor:
    """The actor of a vendor's owner."""
    return Actor.of(
        stall.organisation.appointments.select_related("user", "organisation").get(role=Role.VENDOR)
    )


def operation(role: Role, region: Region | None = None) -> Actor:
    """A curator or operator of a region."""
    return people.actor(role, people.organisation(Organisation.Kind.OPERATOR, in_region=region))


def listing_data(
    title: str = "Nasi kotak ayam bakar", *, way: str = "konsumsi/nasi-kotak", **said: Any
) -> ListingData:
    """What a vendor says of an offer."""
    fields: dict[str, Any] = {
        "title": title,
        "description": "Nasi putih, ayam bakar, lalapan, dan buah dalam kotak.",
        "category_id": categories()[way],
        "kind": "KATERING",
        "unit": "kotak",
        "price": 35_000,
        "in_stock": 100,
    }
    return ListingData(**{**fields, **said})


def upload(stall: Vendor) -> ListingUpload:
    """A file of listings that a vendor has uploaded, checked and not yet saved."""
    content = "kode;nama;kategori;keterangan;satuan;harga;isi menu\n" + ";".join(
        ("NK-9", "Nasi kotak ikan", "Konsumsi › Nasi kotak", "Nasi dan ikan.", "kotak", "30000", "nasi, ikan")
    )
    made = receive_upload(actor=owner_of(stall), table=SimpleUploadedFile("produk.csv", content.encode()))
    working.read(made.pk)
    return made


def listing(
    stall: Vendor, title: str = "Nasi kotak ayam bakar", *, live: bool = True, **said: Any
) -> Listing:
    """A listing of a vendor, on show unless told otherwise."""
    row = bulk.ListingRow(vendor_id=stall.pk, data=listing_data(title, **said), live=live)
    return Listing.objects.get(pk=bulk.create_listings([row], actor=Actor.system("uji"))[0])
