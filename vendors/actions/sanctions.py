"""Sanctions on vendors: imposed by decree, lifted, ended by the clock; suspending and reinstating.

A suspension or blacklisting takes the vendor out of business in the same transaction; running orders go on, because
their own rooms never ask for it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, Passage, begin, doing, passing
from vendors.actions.papers import keep_paper, record_paper
from vendors.actions.registration import passing_vendor, said, within_reach
from vendors.models import Listing, Sanction, Vendor, VendorDocument
from vendors.queries import barring_sanction, blocking_sanctions
from vendors.violations import NATIONAL_LIST, Violation, last_day, violations

DAY = "j F Y"
BLACKLIST_RULE = "Perlem LKPP 4/2021 tentang Pembinaan Pelaku Usaha"


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionData:
    """A decree. `decided_by` and `noticed_on` belong to a blacklisting: PA or KPA decide it after notice.

    The kind follows from the violation, the last day from its dated rule unless `ends` tells it (the national list).
    """

    violation: str
    decree_number: str
    decree_date: date
    publisher: str
    starts: date
    decided_by: str = ""
    noticed_on: date | None = None
    words: str = ""
    category_id: int | None = None
    ends: date | None = None


def impose_sanction(
    *, actor: Actor, vendor_id: int, data: SanctionData, content: bytes | None = None
) -> Sanction:
    """Record a sanction and carry it out. `content` is a scan of the decree.

    Raises Refused `violation`, `decree`, `sanction_days`, `decided_by`, `sanction_known`, `vendor_is_draft`, and those
    of `checked_document`; Vendor.DoesNotExist.
    """
    actor.require(Role.OPERATOR, Role.SYSTEM)
    violation = _checked(actor, data)
    upload = None if content is None else keep_paper(content)
    blocking = violation.kind in Sanction.BLOCKING
    with _carrying_out(actor, vendor_id, blocking, data, violation) as (deed, vendor, holds):
        sanction = _sanction(vendor, violation, data, clock.day_of(deed.at))
        sanction.holds = holds
        if upload is not None:
            kind = VendorDocument.Kind.EVIDENCE
            sanction.document = record_paper(actor=actor, vendor=vendor, kind=kind, upload=upload, at=deed.at)
        begin(sanction, at=deed.at)
        deed.record(
            "sanction.impose",
            sanction,
            {
                **_facts(sanction),
                "violation": sanction.violation,
                "publisher": sanction.publisher,
                "starts": sanction.starts.isoformat(),
                "ends": sanction.ends.isoformat(),
                "state": sanction.state,
            },
        )
    return sanction


def lift_sanction(*, actor: Actor, sanction_id: int, reason: str, revision: int | None = None) -> None:
    """End a sanction before its day, with the reason. The vendor is reinstated when nothing else holds it."""
    with _moving(actor, sanction_id, "lift", revision) as passage:
        passage.facts["reason"] = said(reason)
    release_vendor(vendor_id=passage.thing.vendor_id)


def end_sanction(*, sanction_id: int) -> None:
    """End a sanction whose last day has passed. By the clock alone. Raises Refused `not_due`."""
    with _moving(_clock(), sanction_id, "end", None) as passage:
        if passage.thing.ends >= clock.day_of(passage.at):
            raise Refused("not_due", _("Sanksi ini masih berlaku."))


def prolong_sanction(*, actor: Actor, sanction_id: int, ends: date) -> None:
    """Take over another last day from the national list. Raises Refused `same_end`, `not_waiting`."""
    actor.require(Role.OPERATOR, Role.SYSTEM)
    with doing(actor=actor) as deed:
        sanction = Sanction.objects.select_for_update(of=("self",)).get(pk=sanction_id)
        if sanction.state != "IN_FORCE" or ends < sanction.starts:
            raise Refused("not_waiting", _("Sanksi ini tidak berlaku lagi."))
        if sanction.ends == ends:
            raise Refused("same_end", _("Tanggal akhirnya sama."))
        before, sanction.ends = sanction.ends, ends
        sanction.save(update_fields=["ends"])
        deed.record(
            "sanction.prolong",
            sanction,
            {**_facts(sanction), "before": before.isoformat(), "ends": ends.isoformat()},
        )


def suspend_vendor(*, actor: Actor, vendor_id: int, reason: str, revision: int | None = None) -> None:
    """Take a vendor's listings out of sight and stop new orders; running orders go on (Perlem LKPP 4/2021)."""
    with passing_vendor(actor, vendor_id, "suspend", revision) as passage:
        passage.facts["reason"] = said(reason)


def reinstate_vendor(*, actor: Actor, vendor_id: int, reason: str, revision: int | None = None) -> None:
    """Let a suspended vendor sell again. Raises Refused `sanction_in_force` while a sanction keeps orders away."""
    with passing_vendor(actor, vendor_id, "reinstate", revision) as passage:
        require_no_sanction(passage.thing)
        passage.facts["reason"] = said(reason)
        passage.thing.sanctions.filter(holds=True).update(holds=False)


def release_vendor(*, vendor_id: int) -> bool:
    """Reinstate a vendor that sanctions held, once none of them is in force; whether it was.

    A vendor that an operator suspended without a decree stays so.
    """
    held = Sanction.objects.filter(vendor_id=vendor_id, holds=True)
    if not held.exists() or blocking_sanctions(vendor_id).exists():
        return False
    try:
        reinstate_vendor(
            actor=_clock(), vendor_id=vendor_id, reason=_("Sanksi terakhir sudah berakhir atau dicabut.")
        )
    except Refused:
        return False
    return True


def require_no_sanction(vendor: Vendor) -> None:
    """Refuse `sanction_in_force` while a suspension or blacklisting is in force; the vendor is locked."""
    sanction = blocking_sanctions(vendor.pk).order_by("-ends").first()
    if sanction is not None:
        raise Refused(
            "sanction_in_force",
            _("%(kind)s (%(decree)s) berlaku sampai %(day)s.")
            % {
                "kind": sanction.get_kind_display(),
                "decree": sanction.decree_number,
                "day": date_format(sanction.ends, DAY),
            },
            rule=sanction.rule,
            fix=_("Tunggu sampai sanksinya berakhir, atau cabut sanksinya bila keberatan dikabulkan."),
        )


def require_not_barred(listing: Listing) -> None:
    """Refuse `product_barred` while a sanction keeps this vendor's products of that kind off the market."""
    sanction = barring_sanction(listing)
    if sanction is not None:
        raise Refused(
            "product_barred",
            _("Produk ini tidak boleh ditayangkan sampai %(day)s (%(decree)s).")
            % {"day": date_format(sanction.ends, DAY), "decree": sanction.decree_number},
            rule=sanction.rule,
            fix=_("Ajukan lagi sesudah tanggal itu; Anda dapat mengajukan keberatan atas sanksinya."),
        )


def _clock() -> Actor:
    return Actor.system("Penjaga masa sanksi")


def _checked(actor: Actor, data: SanctionData) -> Violation:
    violation = violations().get(data.violation)
    if violation is None or (violation.code == NATIONAL_LIST and actor.role is not Role.SYSTEM):
        raise Refused("violation", _("Pilih pelanggaran dari daftar."))
    if not data.decree_number.strip() or not data.publisher.strip():
        raise Refused(
            "decree",
            _("Nomor surat keputusan dan penerbitnya wajib diisi."),
            fix=_("Salin dari surat keputusannya."),
        )
    if violation.kind == Sanction.Kind.BLACKLIST and violation.code != NATIONAL_LIST:
        _decided_after_notice(data)
    if data.category_id is not None and violation.kind != Sanction.Kind.DELISTING:
        raise Refused("sanction_category", _("Kelompok produk hanya untuk penurunan produk."))
    return violation


def _decided_after_notice(data: SanctionData) -> None:
    if not data.decided_by.strip() or data.noticed_on is None or data.noticed_on > data.decree_date:
        raise Refused(
            "decided_by",
            _("Daftar Hitam diputuskan PA/KPA sesudah penyedia diberi tahu."),
            rule=BLACKLIST_RULE,
            fix=_("Isi siapa yang memutuskan, dan tanggal pemberitahuan yang tidak sesudah surat keputusan."),
        )


def _sanction(vendor: Vendor, violation: Violation, data: SanctionData, today: date) -> Sanction:
    if not data.decree_date <= data.starts <= today:
        raise Refused(
            "sanction_days",
            _(
                "Sanksi mulai berlaku pada atau sesudah tanggal surat keputusannya, dan paling lambat hari ini."
            ),
            fix=_("Salin kedua tanggal dari surat keputusannya."),
            field="starts",
        )
    ends = data.ends or _end_of(violation, data.starts, vendor.region_id)
    if ends < today:
        raise Refused(
            "sanction_days",
            _("Masa sanksi ini sudah lewat: berakhir %s.") % date_format(ends, DAY),
            fix=_("Periksa tanggalnya pada surat keputusannya."),
        )
    number = " ".join(data.decree_number.split())
    if vendor.sanctions.filter(decree_number=number, violation=violation.code).exists():
        raise Refused("sanction_known", _("Surat keputusan ini sudah dicatat untuk penyedia ini."))
    return Sanction(
        vendor=vendor,
        kind=violation.kind,
        violation=violation.code,
        words=" ".join(data.words.split())[:500],
        category_id=data.category_id,
        decree_number=number[:80],
        decree_date=data.decree_date,
        publisher=data.publisher.strip()[:160],
        decided_by=data.decided_by.strip()[:160],
        noticed_on=data.noticed_on,
        starts=data.starts,
        ends=ends,
    )


def _end_of(violation: Violation, starts: date, region_id: int) -> date:
    return last_day(starts, int(parameter(violation.months, on=starts, region_id=region_id).value))


@contextmanager
def _carrying_out(
    actor: Actor, vendor_id: int, blocking: bool, data: SanctionData, violation: Violation
) -> Iterator[tuple[Deed, Vendor, bool]]:
    """The transaction of a sanction: (deed, locked vendor, whether the sanction holds the vendor suspended)."""
    known = Vendor.objects.get(pk=vendor_id)
    within_reach(actor, known)
    if blocking and known.state == "VERIFIED":
        with passing_vendor(actor, vendor_id, "suspend", None) as passage:
            passage.facts["reason"] = f"{violation.label} ({data.decree_number})"
            yield passage, passage.thing, True
        return
    with doing(actor=actor) as deed:
        vendor = (
            Vendor.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=vendor_id)
        )
        if vendor.state == "DRAFT":
            raise Refused("vendor_is_draft", _("Pendaftaran ini belum dikirim; belum ada yang disanksi."))
        if blocking and vendor.state == "VERIFIED":
            raise Refused(
                "stale",
                _("Keadaan penyedia berubah sejak halaman dibuka."),
                fix=_("Muat ulang halaman lalu ulangi."),
            )
        held = vendor.state == "SUSPENDED" and vendor.sanctions.filter(holds=True).exists()
        yield deed, vendor, blocking and held


@contextmanager
def _moving(actor: Actor, sanction_id: int, name: str, revision: int | None) -> Iterator[Passage[Sanction]]:
    """A move by the operation of the vendor's region or by the clock; else there is no such sanction."""
    with passing(Sanction, sanction_id, name, actor=actor, revision=revision) as passage:
        sanction = passage.thing
        if actor.role is not Role.SYSTEM and sanction.vendor.region_id != actor.region_id:
            raise Sanction.DoesNotExist
        yield passage
        passage.facts.update(_facts(sanction))


def _facts(sanction: Sanction) -> dict[str, Any]:
    return {
        "vendor": sanction.vendor.organisation.name,
        "kind": sanction.get_kind_display(),
        "decree": sanction.decree_number,
    }
