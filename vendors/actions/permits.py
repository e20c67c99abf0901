"""Permits: handed in by the vendor, checked by the operation, tied to the listings that rest on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.core.uploads import Upload
from marketplace.workflow.door import Passage, begin, doing, passing
from vendors.actions.papers import keep_paper, record_paper
from vendors.actions.registration import said
from vendors.models import Listing, ListingPermit, Permit, Vendor, VendorDocument
from vendors.queries import own_vendor
from vendors.reasons import OTHER, reasons

MOST_LINKS = 10
HALAL_RULE = "UU 33/2014 jo. PP 42/2024 tentang Jaminan Produk Halal"
TKDN_RULE = "Perpres 46/2025 Pasal 66"


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitData:
    """What a vendor says of a permit. Without `valid_to` it has no last day."""

    kind: str
    number: str
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def add_permit(*, actor: Actor, data: PermitData, content: bytes | None = None) -> Permit:
    """Hand in a permit of one's own business, with its scan when `content` is given.

    Raises Refused `wrong_role`, `permit_number`, `permit_days`, `permit_lapsed`, `permit_known`, and those of
    `checked_document`.
    """
    actor.require(Role.VENDOR)
    upload = None if content is None else keep_paper(content)
    with doing(actor=actor) as deed:
        vendor = Vendor.objects.select_for_update(of=("self",), no_key=True).get(pk=own_vendor(actor).pk)
        permit = Permit(vendor=vendor)
        _fill(permit, data, clock.day_of(deed.at))
        _nobody_has(permit)
        _attach(permit, actor, upload, deed.at)
        begin(permit, at=deed.at)
        deed.record("permit.add", permit, {**_facts(permit), "state": permit.state})
    return permit


def resubmit_permit(
    *,
    actor: Actor,
    permit_id: int,
    data: PermitData,
    content: bytes | None = None,
    revision: int | None = None,
) -> None:
    """Hand a mended or renewed permit in again; its kind stays. Without `content` its scan stays too."""
    actor.require(Role.VENDOR)
    upload = None if content is None else keep_paper(content)
    with _moving(actor, permit_id, "resubmit", revision) as passage:
        permit = passage.thing
        _fill(permit, replace(data, kind=permit.kind), clock.day_of(passage.at))
        _nobody_has(permit)
        permit.note, permit.noticed_days = "", None
        _attach(permit, actor, upload, passage.at)


def verify_permit(*, actor: Actor, permit_id: int, revision: int | None = None) -> None:
    """State that a permit is genuine and in force. Raises Refused `permit_lapsed`."""
    with _moving(actor, permit_id, "verify", revision) as passage:
        _not_lapsed(passage.thing, clock.day_of(passage.at))
        passage.thing.note = ""


def reject_permit(
    *, actor: Actor, permit_id: int, reason_code: str, note: str = "", revision: int | None = None
) -> None:
    """Send a permit back for a listed reason; `note` is added in one's own words.

    Raises Refused `unknown_reason`, `note`.
    """
    reason = reasons().get(reason_code)
    if reason is None or "permit" not in reason.fields:
        raise Refused("unknown_reason", _("Pilih alasan dari daftar."))
    if reason.code == OTHER and not note.strip():
        raise Refused("note", _("Tulis apa yang salah pada izin ini."))
    with _moving(actor, permit_id, "reject", revision) as passage:
        passage.thing.note = " ".join(filter(None, (reason.sentence, note.strip(), reason.fix)))[:500]
        passage.facts["reason"] = reason.sentence


def revoke_permit(*, actor: Actor, permit_id: int, reason: str, revision: int | None = None) -> None:
    """State that a permit no longer holds; listings that rest on it alone come down within a minute."""
    with _moving(actor, permit_id, "revoke", revision) as passage:
        passage.thing.note = passage.facts["reason"] = said(reason)


def expire_permit(*, actor: Actor, permit_id: int) -> None:
    """Let a permit end whose last day has passed. By the clock alone. Raises Refused `not_due`."""
    with _moving(actor, permit_id, "expire", None) as passage:
        permit = passage.thing
        if permit.valid_to is None or permit.valid_to >= clock.day_of(passage.at):
            raise Refused("not_due", _("Izin ini masih berlaku."))
        passage.facts["listings"] = Listing.objects.filter(state="LIVE", permits=permit).count()


def link_permits(*, actor: Actor, listing_id: int, permit_ids: Sequence[int]) -> None:
    """Say on which of one's own permits a listing rests.

    A draft may be tied to any. On show or in curation a listing keeps what it rests on and may only gain a renewal: a
    further permit of a kind it has. Raises Refused `permit_unknown`, `too_many_permits`, `only_renewal`.
    """
    actor.require(Role.VENDOR)
    wanted = set(permit_ids)
    if len(wanted) > MOST_LINKS:
        raise Refused("too_many_permits", _("Satu produk memuat paling banyak %d izin.") % MOST_LINKS)
    with doing(actor=actor) as deed:
        listing = (
            Listing.objects.select_for_update(of=("self",))
            .select_related("vendor", "product")
            .get(pk=listing_id, vendor__organisation_id=actor.organisation_id or 0)
        )
        permits = list(Permit.objects.filter(vendor_id=listing.vendor_id, pk__in=wanted).order_by("pk"))
        if len(permits) != len(wanted):
            raise Refused("permit_unknown", _("Izin yang dipilih tidak ada di daftar izin Anda."))
        if listing.state not in {"DRAFT", "DELISTED"}:
            _only_renewal(listing, permits)
        ListingPermit.objects.filter(listing=listing).exclude(permit__in=permits).delete()
        ListingPermit.objects.bulk_create(
            [ListingPermit(listing=listing, permit=permit) for permit in permits], ignore_conflicts=True
        )
        deed.record(
            "listing.permits",
            listing,
            {"title": listing.product.title, "permits": [f"{each.kind} {each.number}" for each in permits]},
        )


def require_permits_in_force(listing: Listing, day: date) -> None:
    """Refuse `permit_not_in_force` unless each kind of permit a listing claims or is tied to is there and in force.

    The permits are locked, so that none ends between this look and the listing's appearance.
    """
    tied = list(
        Permit.objects.select_for_update(of=("self",)).filter(listing_permits__listing=listing).order_by("pk")
    )
    claimed = {Permit.Kind.HALAL: HALAL_RULE} if listing.halal else {}
    claimed |= {Permit.Kind.TKDN: TKDN_RULE} if listing.tkdn_bp or listing.bmp_bp else {}
    for kind in sorted({*claimed, *(permit.kind for permit in tied)}):
        if not any(permit.kind == kind and permit.in_force(day) for permit in tied):
            raise Refused(
                "permit_not_in_force",
                _("%(kind)s produk ini belum ada, belum diperiksa, atau tidak berlaku lagi.")
                % {"kind": Permit.Kind(kind).label},
                rule=claimed.get(Permit.Kind(kind)),
                fix=_("Periksa izinnya lebih dahulu, atau kembalikan produk agar penyedia melengkapinya."),
            )


def _attach(permit: Permit, actor: Actor, upload: Upload | None, at: datetime) -> None:
    if upload is not None:
        kind = VendorDocument.Kind.PERMIT
        permit.document = record_paper(actor=actor, vendor=permit.vendor, kind=kind, upload=upload, at=at)


def _fill(permit: Permit, data: PermitData, day: date) -> None:
    permit.kind = Permit.Kind(data.kind)
    permit.number = " ".join(data.number.split())
    permit.issuer = " ".join(data.issuer.split())
    permit.valid_from, permit.valid_to = data.valid_from, data.valid_to
    if not 3 <= len(permit.number) <= 60:
        raise Refused(
            "permit_number",
            _("Nomor izin 3 sampai 60 huruf atau angka."),
            fix=_("Salin nomornya dari sertifikat."),
        )
    if data.valid_from and data.valid_to and data.valid_to < data.valid_from:
        raise Refused(
            "permit_days",
            _("Tanggal akhir izin lebih awal daripada tanggal mulainya."),
            fix=_("Salin kedua tanggal dari sertifikat."),
        )
    _not_lapsed(permit, day)


def _not_lapsed(permit: Permit, day: date) -> None:
    if permit.valid_to is not None and permit.valid_to < day:
        raise Refused(
            "permit_lapsed",
            _("Izin ini sudah habis masa berlakunya."),
            fix=_("Perpanjang izin, lalu ajukan dengan tanggal dan berkas yang baru."),
        )


def _nobody_has(permit: Permit) -> None:
    """One number of a kind stands once with a vendor; the rows of the vendor are looked at under its lock."""
    same = Permit.objects.filter(vendor_id=permit.vendor_id, kind=permit.kind, number=permit.number)
    if same.exclude(pk=permit.pk).exists():
        raise Refused(
            "permit_known",
            _("Izin dengan nomor ini sudah ada di daftar Anda."),
            fix=_("Buka izin itu; bila diperpanjang, ajukan ulang dari halamannya."),
        )


def _only_renewal(listing: Listing, permits: Sequence[Permit]) -> None:
    tied = dict(listing.permits.values_list("pk", "kind"))
    wanted = {permit.pk: permit.kind for permit in permits}
    if not tied.keys() <= wanted.keys() or not set(wanted.values()) <= set(tied.values()):
        raise Refused(
            "only_renewal",
            _(
                "Selama tayang atau dikurasi, produk hanya boleh ditambah izin perpanjangan dari jenis yang sama."
            ),
            fix=_("Tarik dahulu untuk diperbaiki bila izinnya perlu diganti."),
        )


def _facts(permit: Permit) -> dict[str, object]:
    return {
        "vendor": permit.vendor.organisation.name,
        "kind": permit.get_kind_display(),
        "number": permit.number,
    }


@contextmanager
def _moving(actor: Actor, permit_id: int, name: str, revision: int | None) -> Iterator[Passage[Permit]]:
    """A move by the vendor itself, by the operation of its region, or by the clock; else there is no such permit."""
    with passing(Permit, permit_id, name, actor=actor, revision=revision) as passage:
        permit = passage.thing
        vendor = permit.vendor
        own = vendor.organisation_id == actor.organisation_id
        reached = own if actor.role is Role.VENDOR else actor.region_id == vendor.region_id
        if not reached and actor.role is not Role.SYSTEM:
            raise Permit.DoesNotExist
        yield passage
        passage.facts.update(_facts(permit))
