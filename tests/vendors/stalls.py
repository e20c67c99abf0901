"""Vendors and listings for tests, made through the bulk path: on show, with stock, found by search."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.regulation.models import Region
from tests import people
from vendors import actions, bulk, queries
from vendors.actions import (
    Judgement,
    ListingData,
    PermitData,
    SanctionData,
    VendorData,
    add_permit,
    draft_listing,
    file_objection,
    impose_sanction,
    judge_listing,
    judge_vendor,
    link_permits,
    receive_upload,
    submit_listing,
    verify_permit,
)
from vendors.bulk_upload import working
from vendors.inspection import Finding
from vendors.models import (
    Amendment,
    Assistance,
    Listing,
    ListingUpload,
    Objection,
    Permit,
    Sanction,
    Vendor,
    VendorDocument,
)
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
    return actions.add_document(actor=owner_of(stall), vendor_id=stall.pk, kind=kind, content=picture())


def completed(stall: Vendor) -> Vendor:
    """The vendor with all that a registration handed in again must hold."""
    VendorDocument.objects.create(
        vendor=stall,
        kind=VendorDocument.Kind.NIB,
        sha256="0" * 64,
        media_type="image/webp",
        size=1,
        uploaded_at=clock.now(),
    )
    Vendor.objects.filter(pk=stall.pk).update(pact_version="2026-1", pact_signed_at=clock.now())
    return stall


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
    told = {**fields, **said}
    told.setdefault("attributes", SAYING[told["kind"]])
    return ListingData(**told)


SAYING = {
    "KATERING": {"menu": "nasi putih, ayam bakar, lalapan, buah"},
    "BARANG": {"brand": "Sinar"},
    "JASA": {"scope": "Membersihkan lantai dan kaca setiap hari kerja."},
}
"""What an offer of each kind must say of itself."""


def picture(colour: str = "orange") -> bytes:
    """A small picture."""
    drawn = BytesIO()
    Image.new("RGB", (64, 48), colour).save(drawn, "PNG")
    return drawn.getvalue()


def drafted(owner: Actor, *, data: ListingData | None = None) -> Listing:
    """A draft with a picture, ready to be handed in."""
    made = draft_listing(actor=owner, data=data or listing_data())
    actions.add_image(actor=owner, listing_id=made.pk, content=picture())
    return made


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


def found_right(thing: Vendor | Listing, by: Actor, *, but: str = "", reason: str = "other") -> None:
    """Have every field of a registration or a listing found right; `but` names one that has to be mended."""
    if isinstance(thing, Vendor):
        vendor = Vendor.objects.select_related("organisation").get(pk=thing.pk)
        judge_vendor(
            actor=by,
            vendor_id=vendor.pk,
            judgements=_judgements(queries.vendor_findings(vendor), but, reason),
        )
        return
    listing = Listing.objects.select_related("product", "category").get(pk=thing.pk)
    judge_listing(
        actor=by,
        listing_id=listing.pk,
        judgements=_judgements(queries.listing_findings(listing), but, reason),
    )


def _judgements(found: list[Finding], but: str, reason: str) -> list[Judgement]:
    return [
        Judgement(field=each.code, accepted=False, reason_code=reason, note="Lihat lagi.")
        if each.code == but
        else Judgement(field=each.code, accepted=True)
        for each in found
        if not each.stands
    ]


def permit(
    stall: Vendor,
    kind: str = "HALAL",
    *,
    by: Actor | None = None,
    days: int | None = 365,
    content: bytes | None = None,
    **said: Any,
) -> Permit:
    """A permit of a vendor with so many days left; found valid when `by` checks it."""
    until = None if days is None else clock.today() + timedelta(days=days)
    told = {"kind": kind, "number": f"{kind}-{next(_number)}", "valid_to": until, **said}
    made = add_permit(actor=owner_of(stall), data=PermitData(**told), content=content)
    if by is not None:
        verify_permit(actor=by, permit_id=made.pk)
        made.refresh_from_db()
    return made


def handed_in(stall: Vendor, *permits: Permit, **said: Any) -> Listing:
    """A listing that waits for its curator, resting on those permits."""
    owner = owner_of(stall)
    made = drafted(owner, data=listing_data(**said))
    link_permits(actor=owner, listing_id=made.pk, permit_ids=[each.pk for each in permits])
    submit_listing(actor=owner, listing_id=made.pk)
    made.refresh_from_db()
    return made


def sanctioned(stall: Vendor) -> tuple[Sanction, Objection]:
    """A vendor warned by decree, and its objection to that."""
    today = clock.today()
    sanction = impose_sanction(
        actor=operation(Role.OPERATOR, stall.region),
        vendor_id=stall.pk,
        data=SanctionData(
            violation="late_again",
            decree_number=f"SK-{next(_number)}",
            decree_date=today,
            publisher="UKPBJ",
            starts=today,
        ),
    )
    entry = Entry.objects.get(aggregate_type="sanction", aggregate_id=str(sanction.pk))
    text = "Keterlambatan itu karena jalan ditutup; suratnya kami lampirkan."
    return sanction, file_objection(actor=owner_of(stall), entry_id=entry.pk, text=text)
