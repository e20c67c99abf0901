"""Work that waits on the desks of vendors, operators, curators and assistants when somebody comes to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.practice.cast import APPLICANT, ASSISTANT, OWNER, Person, actor_of, operator_of, user_of
from procurement.practice.papers import photograph, scan
from vendors import actions, queries
from vendors.actions import Address, Business, Figures, Judgement, ListingData, PermitData, Taxes
from vendors.models import Listing, Vendor, VendorDocument

TO_MEND: Final = {"address": "address_incomplete", "document_nib": "document_unreadable"}
"""What the operator found wrong in the registration that was sent back, and why."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who registers: person, business and its numbers. Fictional."""

    person: Person
    business: str
    nib: str
    kbli: str
    nik: str
    phone: str
    account: str
    street: str


NEW: Final = Applicant(
    person=Person("umkm3", "Tini Suhartini", Role.VENDOR, ""),
    business="Warung Nasi Bu Tini",
    nib="9130000000011",
    kbli="56210",
    nik="3171065203780011",
    phone="0812-0900-0011",
    account="1029000011",
    street="Jalan Cikini Kramat No. 8, RT 03/RW 01",
)
RETURNED: Final = Applicant(
    person=APPLICANT,
    business="Kerajinan Ratih",
    nib="9130000000012",
    kbli="32909",
    nik="3171065411850012",
    phone="0812-0900-0012",
    account="1029000012",
    street="Gang Kenanga",
)
ASSISTED: Final = Applicant(
    person=Person("umkm4", "Sarmi", Role.VENDOR, ""),
    business="Kue Basah Mpok Sarmi",
    nib="9130000000013",
    kbli="10794",
    nik="3171064808690013",
    phone="0812-0900-0013",
    account="1029000013",
    street="Jalan Menteng Jaya No. 21, RT 07/RW 08",
)


def leave_waiting(region: Region) -> None:
    """Three registrations, each at another step, and a product, a permit and a change of the cast's shop owner."""
    _hand_in(_begin(NEW, region), NEW)
    _send_back(_hand_in(_begin(RETURNED, region), RETURNED), operator_of(region))
    _be_helped(_begin(ASSISTED, region), ASSISTED)
    owner = actor_of(OWNER)
    _offer(owner)
    _show_permit(owner)
    _propose_change(owner)


def _begin(who: Applicant, region: Region) -> Actor:
    """Begin a registration in one's own name; the address of mail counts as confirmed."""
    user = user_of(who.person)
    User.objects.filter(pk=user.pk).update(email_confirmed_at=clock.now())
    person = Actor(user_id=user.pk, name=user.name, role=Role.PUBLIC)
    vendor = actions.start_registration(actor=person, region_id=region.pk, path=Vendor.Path.ASSISTED)
    return Actor.of(
        Appointment.objects.select_related("user", "organisation").get(
            user=user, organisation=vendor.organisation_id
        )
    )


def _fill_in(actor: Actor, vendor_id: int, who: Applicant) -> None:
    """The sections that an assistant may fill in as well."""
    sections: dict[str, Business | Figures | Address] = {
        "usaha": Business(name=who.business, nib=who.nib, kbli=[who.kbli]),
        "ukuran": Figures(yearly_sales=96_000_000),
        "alamat": Address(
            place_code="31.71.06.1001", street=who.street, phone=who.phone, service_area=["31.71"]
        ),
    }
    for section, answers in sections.items():
        actions.save_section(actor=actor, vendor_id=vendor_id, section=section, answers=answers)


def _hand_in(owner: Actor, who: Applicant) -> Vendor:
    """Fill in everything and hand it in."""
    vendor = queries.own_vendor(owner)
    _fill_in(owner, vendor.pk, who)
    actions.save_section(
        actor=owner,
        vendor_id=vendor.pk,
        section="pajak",
        answers=Taxes(owner_name=who.person.name, owner_nik=who.nik),
    )
    actions.add_bank_account(
        actor=owner,
        vendor_id=vendor.pk,
        bank_code="111",
        number=who.account,
        holder_name=who.person.name,
    )
    actions.add_document(
        actor=owner, vendor_id=vendor.pk, kind=VendorDocument.Kind.NIB, content=scan(f"NIB {who.business}")
    )
    actions.sign_pact(actor=owner, vendor_id=vendor.pk)
    actions.submit_vendor(actor=owner, vendor_id=vendor.pk)
    return queries.own_vendor(owner)


def _send_back(vendor: Vendor, operator: Actor) -> None:
    """The operator finds two fields to mend and all others right."""
    judgements = [
        Judgement(field=each.code, accepted=each.code not in TO_MEND, reason_code=TO_MEND.get(each.code, ""))
        for each in queries.vendor_findings(vendor)
        if each.answer.value
    ]
    actions.judge_vendor(actor=operator, vendor_id=vendor.pk, judgements=judgements)
    actions.reject_vendor(actor=operator, vendor_id=vendor.pk)


def _be_helped(owner: Actor, who: Applicant) -> None:
    """The owner lets the assistant fill in; the rest stays for her."""
    vendor = queries.own_vendor(owner)
    actions.grant_assistance(actor=owner, vendor_id=vendor.pk, email=ASSISTANT.email)
    _fill_in(actor_of(ASSISTANT), vendor.pk, who)


def _offer(owner: Actor) -> None:
    """A product with its picture, handed to the curator."""
    vendor = queries.own_vendor(owner)
    beside = Listing.objects.filter(vendor=vendor, state="LIVE").order_by("pk")[0]
    listing = actions.draft_listing(
        actor=owner,
        data=ListingData(
            title="Kertas HVS A3 80 gsm Melati, isi 500 lembar",
            description="Kertas A3 untuk gambar kerja dan poster. Satu rim berisi 500 lembar.",
            category_id=beside.category_id,
            kind="BARANG",
            unit="rim",
            price=96_000,
            in_stock=120,
            kbki_code=beside.kbki_code,
            is_pdn=True,
            attributes={"brand": "Melati", "weight_g": 4_990, "length_mm": 420, "width_mm": 297},
            lead_days=2,
            area_codes=list(vendor.service_area),
        ),
    )
    actions.add_image(actor=owner, listing_id=listing.pk, content=photograph("Kertas HVS A3"))
    actions.submit_listing(actor=owner, listing_id=listing.pk)


def _show_permit(owner: Actor) -> None:
    """A certificate with its scan, for the curator to check."""
    today = clock.today()
    data = PermitData(
        kind="SNI",
        number=f"SNI-7274-{today.year}-00041",
        issuer="LSPro Balai Besar Pulp dan Kertas",
        valid_from=today - timedelta(days=30),
        valid_to=today + timedelta(days=1_065),
    )
    actions.add_permit(actor=owner, data=data, content=scan(f"Sertifikat {data.number}"))


def _propose_change(owner: Actor) -> None:
    """A further line of business, for the operator to accept."""
    vendor = queries.own_vendor(owner)
    kept = [activity.code for activity in vendor.activities.order_by("pk")]
    answers = Business(
        name=vendor.organisation.name, nib=vendor.nib, legal_form=vendor.legal_form, kbli=[*kept, "47611"]
    )
    actions.propose_amendment(actor=owner, vendor_id=vendor.pk, section="usaha", answers=answers)
