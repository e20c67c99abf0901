"""Registering, verifying and suspending vendors; versions of their bank accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.core import clock, identifiers
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, deadline_of, doing, passing
from vendors.actions.owners import ownership, tell_ownerships
from vendors.models import Activity, Listing, Vendor
from vendors.queries import listed_nationally
from vendors.reading import tell
from vendors.sections import SECTIONS

Partner = get_model("partner", "Partner")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorData:
    """What a vendor says about itself when it registers. Numbers may carry dots and spaces."""

    name: str
    region_id: int
    nib: str
    size: str
    place_code: str
    place_name: str
    owner_name: str = ""
    owner_nik: str = ""
    npwp: str = ""
    street: str = ""
    phone: str = ""
    about: str = ""
    pkp: bool = False
    suket_pp55: str = ""
    suket_pp55_valid_to: date | None = None
    pbjt_registered: bool = False
    capital: int | None = None
    yearly_sales: int | None = None
    sales_year: int | None = None
    path: str = Vendor.Path.OTHER
    legal_form: str = Vendor.LegalForm.PERSON
    nitku: str = ""
    activities: Sequence[tuple[str, str]] = ()
    service_area: Sequence[str] = ()


def register_vendor(*, actor: Actor, data: VendorData, owner_user_id: int | None = None) -> Vendor:
    """Register a vendor with its organisation, Oscar partner and the owner's appointment as VENDOR.

    Open to operators (then `owner_user_id` names the owner) and to signed-in people for themselves.
    Raises Refused `nib_known`, `malformed`, `wrong_role`.
    """
    if actor.role is not Role.OPERATOR:
        if not actor.signed_in or actor.role not in {Role.PUBLIC, Role.VENDOR}:
            actor.require(Role.OPERATOR)
        owner_user_id = actor.user_id
    nib = well_formed(identifiers.nib, data.nib)
    npwp = well_formed(identifiers.npwp16, data.npwp) if data.npwp else ""
    nik = well_formed(identifiers.nik, data.owner_nik) if data.owner_nik else ""
    with doing(actor=actor) as deed:
        if Vendor.objects.filter(nib=nib).exclude(state="DRAFT").exists():
            raise nib_known()
        organisation = Organisation.objects.create(
            region_id=data.region_id, kind=Organisation.Kind.VENDOR, name=data.name, code=nib
        )
        vendor = Vendor(
            organisation=organisation,
            partner=Partner.objects.create(name=data.name[:128], code=f"nib-{nib}"),
            region_id=data.region_id,
            slug=slug_of(data.name, nib),
            about=data.about,
            nib=nib,
            size=data.size,
            capital=data.capital,
            yearly_sales=data.yearly_sales,
            sales_year=data.sales_year,
            pkp=data.pkp,
            suket_pp55=data.suket_pp55,
            suket_pp55_valid_to=data.suket_pp55_valid_to,
            pbjt_registered=data.pbjt_registered,
            npwp=npwp,
            npwp_hash=keyed_hash("npwp", npwp) if npwp else "",
            owner_name=data.owner_name,
            owner_nik=nik,
            owner_nik_hash=keyed_hash("nik", nik) if nik else "",
            place_code=data.place_code,
            place_name=data.place_name,
            street=data.street,
            phone=data.phone,
            phone_hash=keyed_hash("phone", data.phone) if data.phone else "",
            path=data.path,
            legal_form=data.legal_form,
            nitku=data.nitku,
            service_area=list(data.service_area) or [data.place_code[:5]],
            # Brought in whole by somebody else's hand: it waits for its check from the first moment.
            state="REGISTERED",
            round=1,
            created_at=deed.at,
        )
        vendor.due_at = deadline_of(vendor, vendor.state, deed.at)
        vendor.save()
        Activity.objects.bulk_create(
            Activity(vendor=vendor, code=well_formed(identifiers.kbli, code), edition=edition)
            for code, edition in data.activities
        )
        deed.record(
            "vendor.register",
            vendor,
            {
                "vendor": data.name,
                "size": data.size,
                "nib_hash": keyed_hash("nib", nib),
                "state": vendor.state,
            },
        )
        if owner_user_id is not None:
            owner = ownership(organisation, owner_user_id, f"NIB {nib}")
            owner.save()
            tell_ownerships(deed, [owner])
    return vendor


def well_formed(check: Callable[[str], str], text: str) -> str:
    """What an identifier check returns; its Malformed becomes Refused `malformed`."""
    try:
        return check(text)
    except identifiers.Malformed as malformed:
        raise Refused("malformed", str(malformed)) from None


def submit_vendor(*, actor: Actor, vendor_id: int, revision: int | None = None) -> None:
    """Hand a draft in; only the vendor itself. Raises `blacklisted`, `incomplete`, `nib_known`."""
    with passing(Vendor, vendor_id, "submit", actor=actor, revision=revision) as passage:
        vendor = passage.thing
        within_reach(actor, vendor)
        _whole(actor, vendor)
        _nobody_elses(vendor)
        require_not_blacklisted(vendor, clock.day_of(passage.at))
        Organisation.objects.filter(pk=vendor.organisation_id).update(code=vendor.nib)
        vendor.slug = _free_slug(vendor)
        vendor.round += 1
        passage.facts.update(
            vendor=vendor.organisation.name, size=vendor.size, nib_hash=keyed_hash("nib", vendor.nib)
        )


def lacking(vendor: Vendor, owner_id: int | None) -> list[str]:
    """What a registration still lacks before it can be handed in, in words, section by section."""
    found = [
        f"{section.title}: {', '.join(missing)}" for section in SECTIONS if (missing := section.lacks(vendor))
    ]
    if (
        vendor.state != "DRAFT"
        or User.objects.filter(pk=owner_id or 0, email_confirmed_at__isnull=False).exists()
    ):
        return found
    return [*found, _("Surel: konfirmasi alamat lewat tautan yang kami kirim")]


def _whole(actor: Actor, vendor: Vendor) -> None:
    missing = lacking(vendor, actor.user_id)
    if missing:
        raise Refused(
            "incomplete",
            _("Pendaftaran belum lengkap. %(missing)s.") % {"missing": "; ".join(missing)},
            fix=_("Lengkapi bagian itu, lalu kirim lagi."),
        )


def _free_slug(vendor: Vendor) -> str:
    """The address of the public profile: name and end of the NIB; the key too where another has that already."""
    wanted = slug_of(vendor.organisation.name, vendor.nib)
    taken = Vendor.objects.filter(slug=wanted).exclude(pk=vendor.pk).exists()
    return f"{wanted}-{vendor.pk}" if taken else wanted


def slug_of(name: str, nib: str) -> str:
    """`dapur-ibu-sari-000123`."""
    return f"{slugify(name)[:100] or 'usaha'}-{nib[-6:]}"


def _nobody_elses(vendor: Vendor) -> None:
    if Vendor.objects.filter(nib=vendor.nib).exclude(state="DRAFT").exclude(pk=vendor.pk).exists():
        raise nib_known()


def require_not_blacklisted(vendor: Vendor, day: date) -> None:
    """Refuse `blacklisted` while the national blacklist names this business or its owner."""
    row = listed_nationally(vendor, day)
    if row is not None:
        raise Refused(
            "blacklisted",
            _("Usaha ini tercantum dalam Daftar Hitam Nasional (%(decree)s, %(publisher)s) sampai %(day)s.")
            % {
                "decree": row.decree_number,
                "publisher": row.publisher,
                "day": date_format(row.ends, "j F Y"),
            },
            rule="Perlem LKPP 4/2021 tentang Pembinaan Pelaku Usaha",
            fix=_("Kirim lagi sesudah masanya berakhir, atau hubungi penerbitnya bila keliru."),
        )


def nib_known() -> Refused:
    """What somebody hears whose NIB another registration already carries."""
    return Refused(
        "nib_known",
        _("NIB ini sudah terdaftar di e-Order."),
        fix=_("Masuk dengan akun usaha itu, atau hubungi operator bila bukan Anda yang mendaftarkan."),
    )


def resubmit_vendor(*, actor: Actor, vendor_id: int, revision: int | None = None) -> None:
    """Hand a mended registration in again; only the vendor itself. Raises `blacklisted`, `incomplete`, `nib_known`."""
    with passing_vendor(actor, vendor_id, "resubmit", revision) as passage:
        vendor = passage.thing
        _whole(actor, vendor)
        _nobody_elses(vendor)
        require_not_blacklisted(vendor, clock.day_of(passage.at))
        Organisation.objects.filter(pk=vendor.organisation_id).update(code=vendor.nib)
        vendor.round += 1


@contextmanager
def passing_vendor(
    actor: Actor, vendor_id: int, name: str, revision: int | None
) -> Iterator[Passage[Vendor]]:
    """Move a vendor within the actor's reach; its shown listings come into sight or go out of it with it."""
    with passing(Vendor, vendor_id, name, actor=actor, revision=revision) as passage:
        vendor = passage.thing
        within_reach(actor, vendor)
        passage.facts["vendor"] = vendor.organisation.name
        yield passage
        live = list(Listing.objects.filter(vendor=vendor, state="LIVE").values_list("pk", flat=True))
        if passage.move.target == "VERIFIED":
            tell(shown=live)
        else:
            tell(hidden=live)


def within_reach(actor: Actor, vendor: Vendor) -> None:
    """Operators act in their own region, vendors on themselves; anything else does not exist for them."""
    own = actor.organisation_id == vendor.organisation_id if actor.role is Role.VENDOR else None
    if own is False or (own is None and actor.region_id not in {None, vendor.region_id}):
        raise Vendor.DoesNotExist


def said(reason: str) -> str:
    """A reason that says something. Raises Refused `reason` when it is empty or longer than 500 characters."""
    bare = " ".join(reason.split())
    if not 10 <= len(bare) <= 500:
        raise Refused(
            "reason",
            _("Alasan wajib ditulis, 10 sampai 500 huruf."),
            fix=_("Tulis apa yang salah dan apa yang harus diperbaiki."),
            field="reason",
        )
    return bare
