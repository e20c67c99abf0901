"""A verified vendor proposes to change what was verified; an operator accepts or returns it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import begin, doing, passing
from vendors.actions.onboarding import AFTERWARDS
from vendors.actions.registration import said, within_reach
from vendors.letters import papers_lack, wanted_papers
from vendors.models import Amendment, Listing, Vendor, VendorDocument
from vendors.queries.access import vendors_for
from vendors.reading import tell
from vendors.sections import BY_CODE, Answers, Figures, answers_of, plain, present

Kind = VendorDocument.Kind


def propose_amendment(*, actor: Actor, vendor_id: int, section: str, answers: Answers) -> Amendment:
    """Propose other answers to a section on which the verification rests; what is verified counts until accepted.

    Raises Refused `not_verified`, `amendment_open`, `nothing_changed`, `paper_missing`, and what the answers raise.
    """
    actor.require(Role.VENDOR)
    asked = BY_CODE[section]
    with doing(actor=actor) as deed:
        vendor = (
            vendors_for(actor).select_for_update(of=("self",)).select_related("partner").get(pk=vendor_id)
        )
        if vendor.state not in AFTERWARDS or not asked.legal or asked.answers is None:
            raise Refused(
                "not_verified", _("Bagian ini dapat diubah langsung."), fix=_("Buka bagiannya, lalu simpan.")
            )
        if vendor.amendments.filter(section=section, state="PROPOSED").exists():
            raise Refused(
                "amendment_open",
                _("Usulan perubahan bagian ini masih diperiksa."),
                fix=_("Tunggu hasilnya, atau tarik usulan itu dahulu."),
            )
        before = present(asked, vendor)
        answers.fill(vendor)  # checked on the copy in memory; nothing of it is saved
        _with_papers(vendor, before)
        told = {name: value for name, value in plain(answers).items() if name in {"kbli", "edition"}}
        after = {**present(asked, vendor), **told}
        changed = sorted(name for name, value in after.items() if before.get(name) != value)
        if not changed:
            raise Refused("nothing_changed", _("Isinya sama dengan data yang sudah diverifikasi."))
        made = Amendment(
            vendor=vendor, section=section, proposed=json.dumps(plain(answers)), proposed_by_id=actor.user_id
        )
        begin(made, at=deed.at)
        deed.record(
            "vendor.amend",
            made,
            {"vendor": before.get("name", ""), "section": section, "changed": changed, "state": made.state},
        )
    return made


def _with_papers(vendor: Vendor, before: Mapping[str, Any]) -> None:
    """A letter that is newly shown is there as a paper, so that the operator can look at it."""
    shown = {"sbu_number": Kind.SBU, "skb_number": Kind.SKB, "statement_year": Kind.STATEMENT}
    new = [kind for name, kind in shown.items() if before.get(name, "") != getattr(vendor, name)]
    missing = papers_lack(vendor, [kind for kind in wanted_papers(vendor) if kind in new])
    if missing:
        raise Refused(
            "paper_missing",
            _("Berkas belum ada: %(papers)s.") % {"papers": ", ".join(missing)},
            fix=_("Unggah dahulu di bagian “Berkas”, lalu kirim usulan ini lagi."),
        )


def accept_amendment(*, actor: Actor, amendment_id: int, revision: int | None = None) -> None:
    """Take the proposed answers over; orders keep what they were placed with. Raises Refused."""
    with passing(Amendment, amendment_id, "accept", actor=actor, revision=revision) as passage:
        amendment = passage.thing
        vendor = (
            Vendor.objects.select_for_update(of=("self",))
            .select_related("organisation", "partner")
            .get(pk=amendment.vendor_id)
        )
        within_reach(actor, vendor)
        asked = BY_CODE[amendment.section]
        before = present(asked, vendor)
        answers = answers_of(asked, amendment.values)
        answers.fill(vendor)
        vendor.revision += 1
        vendor.save()
        answers.after(vendor)
        after = present(asked, vendor)
        if isinstance(answers, Figures):
            told = {"vendor": vendor.organisation.name, "size": vendor.size, "basis": vendor.size_basis}
            passage.record("vendor.size", vendor, {**told, "assisted": False})
        passage.facts.update(
            vendor=vendor.organisation.name,
            section=amendment.section,
            changed=sorted(name for name, value in after.items() if before.get(name) != value),
        )
        if vendor.state == "VERIFIED":
            tell(shown=list(Listing.objects.filter(vendor=vendor, state="LIVE").values_list("pk", flat=True)))


def return_amendment(*, actor: Actor, amendment_id: int, reason: str, revision: int | None = None) -> None:
    """Send a proposal back with what is wrong; what was verified stays. Raises Refused."""
    with passing(Amendment, amendment_id, "return", actor=actor, revision=revision) as passage:
        within_reach(actor, passage.thing.vendor)
        passage.thing.note = said(reason)
        passage.facts.update(_facts(passage.thing), reason=passage.thing.note)


def withdraw_amendment(*, actor: Actor, amendment_id: int, revision: int | None = None) -> None:
    """Take one's own proposal back. Raises Refused."""
    with passing(Amendment, amendment_id, "withdraw", actor=actor, revision=revision) as passage:
        within_reach(actor, passage.thing.vendor)
        passage.facts.update(_facts(passage.thing))


def _facts(amendment: Amendment) -> dict[str, str]:
    return {"vendor": amendment.vendor.organisation.name, "section": amendment.section}
