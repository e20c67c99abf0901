"""Objections: filed by the vendor, decided by somebody else than who took the decision, carried out as decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, begin, doing, passing
from vendors.actions.due import each_due
from vendors.actions.papers import keep_paper, record_paper
from vendors.actions.registration import passing_vendor, said
from vendors.actions.sanctions import lift_sanction, reinstate_vendor, require_not_barred
from vendors.models import Listing, Objection, Permit, Vendor, VendorDocument
from vendors.queries import decision_of, get_decision_for, own_vendor

SHORTEST: Final = 30
LONGEST: Final = 4_000
RULE: Final = "Perlem LKPP 4/2021 tentang Pembinaan Pelaku Usaha"


def file_objection(*, actor: Actor, entry_id: int, text: str, content: bytes | None = None) -> Objection:
    """Object to a decision about one's own business; `content` is a scan that proves it.

    Raises Refused `objection_text`, `too_late`, `objected_already`, and those of `checked_document`;
    Entry.DoesNotExist for what is no decision about this business.
    """
    actor.require(Role.VENDOR)
    decision = get_decision_for(actor, entry_id)
    bare = _argued(text)
    upload = None if content is None else keep_paper(content)
    with doing(actor=actor) as deed:
        vendor = (
            Vendor.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=own_vendor(actor).pk)
        )
        if decision.until < deed.at:
            raise Refused(
                "too_late",
                _("Keberatan atas keputusan ini hanya dapat diajukan sampai %(day)s.")
                % {"day": date_format(decision.until.astimezone(clock.JAKARTA), "j F Y")},
                rule=RULE,
                fix=_("Perbaiki yang diminta lalu ajukan ulang, atau hubungi operator."),
            )
        if Objection.objects.filter(against_id=entry_id).exists():
            raise Refused("objected_already", _("Keberatan atas keputusan ini sudah diajukan."))
        objection = Objection(vendor=vendor, against_id=entry_id, text=bare)
        if upload is not None:
            kind = VendorDocument.Kind.EVIDENCE
            objection.evidence = record_paper(
                actor=actor, vendor=vendor, kind=kind, upload=upload, at=deed.at
            )
        begin(objection, at=deed.at)
        deed.record("objection.file", objection, {**_facts(objection), "state": objection.state})
    return objection


def uphold_objection(*, actor: Actor, objection_id: int, answer: str, revision: int | None = None) -> None:
    """Uphold an objection and carry it out. Raises Refused `own_decision`, `reason`."""
    with _deciding(actor, objection_id, "uphold", answer, revision):
        pass
    carry_out(objection_id=objection_id)


def dismiss_objection(*, actor: Actor, objection_id: int, answer: str, revision: int | None = None) -> None:
    """Dismiss an objection with the reason. Raises Refused `own_decision`, `reason`."""
    with _deciding(actor, objection_id, "dismiss", answer, revision):
        pass


def withdraw_objection(*, actor: Actor, objection_id: int, revision: int | None = None) -> None:
    """Take one's own objection back."""
    with passing(Objection, objection_id, "withdraw", actor=actor, revision=revision) as passage:
        if passage.thing.vendor.organisation_id != actor.organisation_id:
            raise Objection.DoesNotExist
        passage.facts.update(_facts(passage.thing))


def carry_out(*, objection_id: int) -> None:
    """Let an upheld objection have its consequence, once; what cannot be done any more is said so in the log.

    Raises Refused `carried_out`.
    """
    objection = Objection.objects.select_related("against").get(pk=objection_id)
    try:
        consequence = _CONSEQUENCES[objection.against.act](int(objection.against.aggregate_id))
    except Refused as refused:
        consequence = refused.sentence
    with doing(actor=_system()) as deed:
        objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection_id)
        if objection.state != "UPHELD" or objection.carried_out_at is not None:
            raise Refused("carried_out", _("Keberatan ini sudah dilaksanakan."))
        objection.carried_out_at = deed.at
        objection.save(update_fields=["carried_out_at"])
        facts = {"vendor": objection.vendor.organisation.name, "consequence": consequence}
        deed.record("objection.carry_out", objection, facts)


def carry_out_due() -> int:
    """Carry out what was upheld and not carried out yet, after a standstill; returns how many."""
    due = Objection.objects.filter(state="UPHELD", carried_out_at__isnull=True)
    return each_due(due, lambda pk: carry_out(objection_id=pk))


def _system() -> Actor:
    return Actor.system("Pelaksana putusan keberatan")


def _check_again(vendor_id: int) -> str:
    with passing_vendor(_system(), vendor_id, "resubmit", None) as passage:
        passage.thing.round += 1
    return _("pendaftaran diperiksa lagi")


def _reinstate(vendor_id: int) -> str:
    reinstate_vendor(actor=_system(), vendor_id=vendor_id, reason=_("Keberatan dikabulkan."))
    return _("penyedia dipulihkan")


def _curate_again(listing_id: int) -> str:
    with passing(Listing, listing_id, "submit", actor=_system()) as passage:
        listing = passage.thing
        require_not_barred(listing)
        listing.curator_note = ""
        listing.round += 1
        passage.facts.update(
            title=listing.product.title, price_rupiah=listing.price, tax_class=listing.tax_class.code
        )
    return _("produk dikurasi lagi")


def _check_permit_again(permit_id: int) -> str:
    name = "restore" if Permit.objects.filter(pk=permit_id, state="REVOKED").exists() else "resubmit"
    with passing(Permit, permit_id, name, actor=_system()) as passage:
        permit = passage.thing
        permit.note, permit.noticed_days = "", None
        passage.facts.update(
            vendor=permit.vendor.organisation.name, kind=permit.get_kind_display(), number=permit.number
        )
    return _("izin diperiksa lagi")


def _lift(sanction_id: int) -> str:
    lift_sanction(actor=_system(), sanction_id=sanction_id, reason=_("Keberatan dikabulkan."))
    return _("sanksi dicabut")


_CONSEQUENCES: Final[dict[str, Callable[[int], str]]] = {
    "vendor.reject": _check_again,
    "vendor.suspend": _reinstate,
    "listing.send_back": _curate_again,
    "listing.delist": _curate_again,
    "permit.reject": _check_permit_again,
    "permit.revoke": _check_permit_again,
    "sanction.impose": _lift,
}
"""By act objected to: what an upheld objection leads to, by the key of the thing decided about."""


def _argued(text: str) -> str:
    bare = " ".join(text.split())
    if not SHORTEST <= len(bare) <= LONGEST:
        raise Refused(
            "objection_text",
            _("Keberatan ditulis dengan %(least)d sampai %(most)d huruf.")
            % {"least": SHORTEST, "most": LONGEST},
            fix=_("Tulis apa yang menurut Anda keliru, dan mengapa."),
        )
    return bare


@contextmanager
def _deciding(
    actor: Actor, objection_id: int, name: str, answer: str, revision: int | None
) -> Iterator[Passage[Objection]]:
    """A decision by an operator of the region who did not take the one objected to."""
    with passing(Objection, objection_id, name, actor=actor, revision=revision) as passage:
        objection = passage.thing
        if objection.vendor.region_id != actor.region_id:
            raise Objection.DoesNotExist
        objection.answer = said(answer)
        objection.decided_by_id = actor.user_id
        passage.facts.update(_facts(objection))
        yield passage


def _facts(objection: Objection) -> dict[str, Any]:
    """What was objected to and by whom; the arguments stay on the page."""
    return {
        "vendor": objection.vendor.organisation.name,
        "against": decision_of(objection).label,
        "entry": objection.against_id,
    }
