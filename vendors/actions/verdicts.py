"""Checking a registration or a listing field by field, and what follows from what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, doing
from vendors.actions.accounts import verify_first_account
from vendors.actions.registration import passing_vendor, require_not_blacklisted, within_reach
from vendors.actions.sanctions import require_no_sanction
from vendors.inspection import Finding, Standing, summary, unsettled
from vendors.models import Listing, Vendor, Verdict
from vendors.queries import listing_findings, vendor_findings
from vendors.reasons import OTHER, reasons

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One field found right (`accepted`) or wrong for a listed reason.

    `seen` is what the checker's page showed (`Finding.seen`); without it the field is judged as it is now.
    """

    field: str
    accepted: bool
    reason_code: str = ""
    note: str = ""
    seen: str | None = None


def judge_vendor(*, actor: Actor, vendor_id: int, judgements: Sequence[Judgement]) -> None:
    """Record what an operator found right or wrong in a registration that waits for its check.

    Raises Refused `wrong_role`, `not_waiting`, `changed_meanwhile`, `unknown_field`, `unknown_reason`, `note`,
    `nothing_judged`; Vendor.DoesNotExist.
    """
    actor.require(Role.OPERATOR)
    with doing(actor=actor) as deed:
        vendor = (
            Vendor.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=vendor_id)
        )
        within_reach(actor, vendor)
        _waiting(vendor, "REGISTERED")
        given = _given(vendor_findings(vendor), judgements)
        _write(deed, vendor.round, given, vendor=vendor)
        deed.record(
            "vendor.judge", vendor, {"vendor": vendor.organisation.name} | _facts(vendor.round, given)
        )


def judge_listing(*, actor: Actor, listing_id: int, judgements: Sequence[Judgement]) -> None:
    """Record what a curator found right or wrong in a listing that waits for curation.

    Raises Refused `wrong_role`, `not_waiting`, `changed_meanwhile`, `unknown_field`, `unknown_reason`, `note`,
    `nothing_judged`; Listing.DoesNotExist.
    """
    actor.require(Role.CURATOR, Role.OPERATOR)
    with doing(actor=actor) as deed:
        listing = (
            Listing.objects.select_for_update(of=("self",))
            .select_related("vendor", "product", "category")
            .get(pk=listing_id, vendor__region_id=actor.region_id or 0)
        )
        _waiting(listing, "IN_CURATION")
        given = _given(listing_findings(listing), judgements)
        _write(deed, listing.round, given, listing=listing)
        deed.record("listing.judge", listing, {"title": listing.product.title} | _facts(listing.round, given))


def verify_vendor(*, actor: Actor, vendor_id: int, revision: int | None = None) -> None:
    """Accept a vendor's papers; its approved listings may now be seen.

    Every field must have been found right, in this round or unchanged since an earlier one; the account with them.
    Raises Refused `not_all_accepted`, `sanction_in_force`, `blacklisted`.
    """
    with passing_vendor(actor, vendor_id, "verify", revision) as passage:
        require_not_blacklisted(passage.thing, clock.day_of(passage.at))
        require_no_sanction(passage.thing)
        require_all_accepted(vendor_findings(passage.thing))
        verify_first_account(passage, passage.thing)


def reject_vendor(*, actor: Actor, vendor_id: int, revision: int | None = None) -> None:
    """Send a registration back; the reason is what was found wrong in it. Raises Refused `nothing_to_mend`."""
    with passing_vendor(actor, vendor_id, "reject", revision) as passage:
        passage.facts["reason"] = what_to_mend(vendor_findings(passage.thing))


def require_all_accepted(found: Sequence[Finding]) -> None:
    """Refuse `not_all_accepted` unless every field stands."""
    open_ones = unsettled(found)
    if open_ones:
        raise Refused(
            "not_all_accepted",
            _("%(n)d isian belum dinyatakan benar: %(fields)s.")
            % {"n": len(open_ones), "fields": ", ".join(each.label for each in open_ones[:6])},
            fix=_("Periksa isian itu lebih dahulu, atau kembalikan bila perlu diperbaiki."),
        )


def what_to_mend(found: Sequence[Finding]) -> str:
    """What the vendor must mend, as one paragraph. Refuses `nothing_to_mend` when nothing was found wrong."""
    if not any(each.to_mend for each in found):
        raise Refused(
            "nothing_to_mend",
            _("Belum ada isian yang dinyatakan perlu diperbaiki."),
            fix=_("Tandai isian yang salah beserta alasannya, lalu kembalikan."),
        )
    return summary(found)


def _waiting(thing: Any, state: str) -> None:
    if thing.state != state:
        raise Refused(
            "not_waiting",
            _("Pemeriksaan hanya dapat dicatat saat statusnya “%(wanted)s”; sekarang “%(now)s”.")
            % {"wanted": thing.moves.state(state).label, "now": thing.state_now.label},
            fix=_("Muat ulang halaman untuk melihat keadaan terakhir."),
        )


def _given(found: Sequence[Finding], judgements: Sequence[Judgement]) -> list[tuple[Finding, Judgement]]:
    """What is new among the judgements, each checked against what stands now."""
    known = {each.code: each for each in found}
    given = [
        (finding, judgement)
        for judgement in judgements
        if _is_new(finding := _checked(known.get(judgement.field), judgement), judgement)
    ]
    if not given:
        raise Refused(
            "nothing_judged",
            _("Belum ada isian yang dinilai, atau penilaiannya sama dengan yang sudah tercatat."),
            fix=_("Pilih “Benar” atau “Perlu diperbaiki” pada isian yang menunggu."),
        )
    return given


def _checked(finding: Finding | None, judgement: Judgement) -> Finding:
    if finding is None:
        raise Refused("unknown_field", _("Isian “%s” tidak diperiksa di sini.") % judgement.field)
    if judgement.seen is not None and judgement.seen != finding.seen:
        raise Refused(
            "changed_meanwhile",
            _("“%s” sudah diubah atau dinilai orang lain sejak halaman Anda dibuka.") % finding.label,
            fix=_("Lihat isinya yang terbaru di bawah, lalu simpan lagi."),
        )
    if not judgement.accepted:
        _check_reason(finding, judgement)
    return finding


def _check_reason(finding: Finding, judgement: Judgement) -> None:
    reason = reasons().get(judgement.reason_code)
    if reason is None or finding.code not in reason.fields:
        raise Refused(
            "unknown_reason",
            _("Pilih alasan yang sesuai untuk “%s”.") % finding.label,
            fix=_("Bila tidak ada yang sesuai, pilih alasan lain dan tulis keterangannya."),
        )
    if reason.code == OTHER and not judgement.note.strip():
        raise Refused("note", _("Tulis apa yang salah pada “%s”.") % finding.label)


def _is_new(finding: Finding, judgement: Judgement) -> bool:
    """A word that only repeats the one that stands is no further word."""
    word = finding.word
    if word is None or finding.changed:
        return True
    if judgement.accepted:
        return not finding.stands
    same = (word.reason_code, word.note) == (judgement.reason_code, _bare(judgement.note))
    return finding.standing != Standing.TO_MEND or not same


def _bare(note: str) -> str:
    return " ".join(note.split())[:LONGEST_NOTE]


def _write(
    deed: Deed, round_now: int, given: Sequence[tuple[Finding, Judgement]], **on: Vendor | Listing
) -> None:
    Verdict.objects.bulk_create(
        Verdict(
            **on,
            round=round_now,
            field=finding.code,
            turn=finding.word.turn + 1 if finding.word and finding.word.round == round_now else 1,
            value_hash=finding.value_hash,
            accepted=judgement.accepted,
            reason_code="" if judgement.accepted else judgement.reason_code,
            note="" if judgement.accepted else _bare(judgement.note),
            given_at=deed.at,
            given_by_id=deed.actor.user_id,
        )
        for finding, judgement in given
    )


def _facts(round_now: int, given: Sequence[tuple[Finding, Judgement]]) -> dict[str, Any]:
    """For the log: fields and codes, never values or notes."""
    right = [finding.code for finding, judgement in given if judgement.accepted]
    wrong = {finding.code: judgement.reason_code for finding, judgement in given if not judgement.accepted}
    return {
        "round": round_now,
        "right": len(right),
        "wrong": len(wrong),
        "accepted": right,
        "to_mend": wrong,
    }
