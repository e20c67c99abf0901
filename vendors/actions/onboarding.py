"""From nothing to a registration handed in: begun, filled in section by section, signed. Each step is kept at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, begin, doing
from vendors.actions.owners import ownership, tell_ownerships
from vendors.actions.papers import keep_paper, record_paper
from vendors.models import Vendor, VendorDocument
from vendors.queries.access import drafts_for
from vendors.sections import BY_CODE, OWNERS_ONLY, Answers, Figures, Section, present

Partner = get_model("partner", "Partner")

OPEN_STATES = frozenset({"DRAFT", "REJECTED"})
"""In these the vendor fills in; in REGISTERED somebody checks; afterwards legal answers change by amendment."""
AFTERWARDS = frozenset({"VERIFIED", "SUSPENDED"})
MOST_DOCUMENTS = 40
UNNAMED = "Usaha baru"
"""What a business is called until it has told its name: the log is public, and its owner's name must stay out of it."""


def start_registration(*, actor: Actor, region_id: int, path: str) -> Vendor:
    """Begin a registration for the person who acts: organisation, Oscar partner, draft, appointment as VENDOR.

    Raises Refused `wrong_role` for people who hold an office, `already_vendor`.
    """
    if not actor.signed_in or actor.role is not Role.PUBLIC:
        actor.require(Role.PUBLIC)
    with doing(actor=actor) as deed:
        person = User.objects.select_for_update().get(pk=actor.user_id or 0)
        if Appointment.objects.filter(user=person, role=Role.VENDOR, valid_to__isnull=True).exists():
            raise Refused("already_vendor", _("Anda sudah mendaftarkan usaha."), fix=_("Buka “Usaha saya”."))
        mark = uuid4().hex
        vendor = Vendor(
            organisation=Organisation.objects.create(
                region_id=region_id, kind=Organisation.Kind.VENDOR, name=UNNAMED, code=""
            ),
            partner=Partner.objects.create(name=UNNAMED, code=f"penyedia-{mark}"),
            region_id=region_id,
            slug=f"rancangan-{mark}",
            path=path,
            owner_name=person.name,
        )
        begin(vendor, at=deed.at)
        owner = ownership(vendor.organisation, person.pk, _("Pendaftaran mandiri"))
        owner.save()
        deed.record("vendor.start", vendor, {"vendor": UNNAMED, "path": path, "state": vendor.state})
        tell_ownerships(deed, [owner])
    return vendor


def save_section(
    *, actor: Actor, vendor_id: int, section: str, answers: Answers, revision: int | None = None
) -> None:
    """Keep the answers of one section: of a draft any; of a verified vendor those on which no check rests.

    Raises Refused `stale`, `being_checked`, `needs_amendment`, `owners_only`, and what the answers themselves raise;
    Vendor.DoesNotExist for a foreign one.
    """
    asked = BY_CODE[section]
    with _on_draft(actor, vendor_id, asked) as (deed, vendor):
        if revision is not None and vendor.revision != revision:
            raise Refused(
                "stale",
                _("Data ini sudah berubah sejak halaman dibuka."),
                fix=_("Muat ulang halaman lalu ulangi."),
            )
        before = present(asked, vendor)
        answers.fill(vendor)
        vendor.revision += 1
        vendor.save()
        answers.after(vendor)
        after = present(asked, vendor)
        facts = {"vendor": vendor.organisation.name, "assisted": actor.role is Role.ASSISTANT}
        if isinstance(answers, Figures):
            deed.record("vendor.size", vendor, {**facts, "size": vendor.size, "basis": vendor.size_basis})
        changed = sorted(name for name, value in after.items() if before.get(name) != value)
        deed.record("vendor.section", vendor, {**facts, "section": section, "changed": changed})


def add_document(*, actor: Actor, vendor_id: int, kind: str, content: bytes) -> VendorDocument:
    """Keep a scan of a paper: opened, cleaned, encrypted. A newer one of the same kind takes the older one's place.

    Raises Refused of `checked_document`, `document_kind`, `too_many_documents`; Vendor.DoesNotExist.
    """
    if kind not in VendorDocument.Kind.values:
        raise Refused(
            "document_kind", _("Jenis berkas ini tidak dikenal."), fix=_("Pilih jenis dari daftar.")
        )
    actor.require(Role.VENDOR, Role.ASSISTANT)
    drafts_for(actor).get(pk=vendor_id)
    upload = keep_paper(content)
    with doing(actor=actor) as deed:
        vendor = drafts_for(actor).select_for_update(of=("self",)).get(pk=vendor_id)
        if vendor.state == "REGISTERED" and kind != VendorDocument.Kind.EVIDENCE:
            raise being_checked()
        if vendor.documents.count() >= MOST_DOCUMENTS:
            raise Refused(
                "too_many_documents",
                _("Sudah ada %(n)d berkas.") % {"n": MOST_DOCUMENTS},
                fix=_("Hubungi operator."),
            )
        document = record_paper(actor=actor, vendor=vendor, kind=kind, upload=upload, at=deed.at)
        deed.record(
            "vendor.document",
            vendor,
            {
                "vendor": vendor.organisation.name,
                "kind": kind,
                "sha256": upload.sha256,
                "assisted": actor.role is Role.ASSISTANT,
            },
        )
    return document


def sign_pact(*, actor: Actor, vendor_id: int) -> None:
    """Agree to the integrity pact of the day, the owner in person (Perpres 16/2018 Art. 7). Raises Refused."""
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        vendor = drafts_for(actor).select_for_update(of=("self",)).get(pk=vendor_id)
        version = parameter("vendor.pact_version", on=clock.day_of(deed.at), region_id=vendor.region_id)
        if vendor.pact_version == str(version.value):
            raise Refused("pact_signed", _("Pakta Integritas versi ini sudah Anda setujui."))
        vendor.pact_version, vendor.pact_signed_at = str(version.value), deed.at
        vendor.pact_signed_by_id = actor.user_id
        vendor.revision += 1
        vendor.save(update_fields=["pact_version", "pact_signed_at", "pact_signed_by", "revision"])
        deed.record(
            "vendor.pact", vendor, {"vendor": vendor.organisation.name, "version": vendor.pact_version}
        )


def confirm_email(*, user_id: int, email: str) -> bool:
    """Note that the person reads mail at this address; False when the address has changed since the link was made."""
    changed = User.objects.filter(pk=user_id, email=email, email_confirmed_at__isnull=True).update(
        email_confirmed_at=clock.now()
    )
    return bool(changed) or User.objects.filter(pk=user_id, email=email).exists()


@contextmanager
def _on_draft(actor: Actor, vendor_id: int, section: Section) -> Iterator[tuple[Deed, Vendor]]:
    """A deed on a locked vendor whose section may be filled in now by this actor."""
    actor.require(Role.VENDOR, Role.ASSISTANT)
    if actor.role is Role.ASSISTANT and section.code in OWNERS_ONLY:
        raise Refused(
            "owners_only",
            _("Bagian ini hanya diisi pemilik sendiri."),
            fix=_("Minta pemilik usaha masuk dengan akunnya."),
        )
    with doing(actor=actor) as deed:
        vendor = (
            drafts_for(actor)
            .select_for_update(of=("self",))
            .select_related("organisation", "partner")
            .get(pk=vendor_id)
        )
        if vendor.state == "REGISTERED":
            raise being_checked()
        if vendor.state in AFTERWARDS and (section.legal or actor.role is Role.ASSISTANT):
            raise Refused(
                "needs_amendment",
                _("Data yang sudah diverifikasi diubah lewat usulan perubahan."),
                fix=_("Pilih “Usulkan perubahan”; data lama berlaku sampai operator menerimanya."),
            )
        yield deed, vendor


def being_checked() -> Refused:
    """What a vendor hears that wants to change what somebody is checking."""
    return Refused(
        "being_checked",
        _("Pendaftaran Anda sedang diperiksa operator."),
        fix=_("Tunggu hasilnya. Bila ada yang salah, operator mengembalikannya untuk Anda perbaiki."),
    )
