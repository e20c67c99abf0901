"""What buyer and vendor answer to a submitted order: approve, refuse, cancel; confirm, decline."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.oscar.orders import AgreedLine, place_oscar_order
from marketplace.oscar.stock import consume_stock, release_stock
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import issue, void
from procurement.documents.queries import current_papers_of
from procurement.planning.actions import commit, release
from procurement.planning.models import Package
from procurement.purchasing import checks
from procurement.purchasing.actions.endorsing import keep_back
from procurement.purchasing.actions.flagging import facts_of, looked_again, write_flags
from procurement.purchasing.actions.stepping import set_stage
from procurement.purchasing.checks import said
from procurement.purchasing.flags.consequences import HOLD, Raised, explained
from procurement.purchasing.flags.facts import APPROVAL, CONFIRMATION
from procurement.purchasing.flags.looking import take_turns
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import contract, papers
from procurement.purchasing.queries.contract import terms_of_text
from procurement.purchasing.queries.negotiation_paper import ba_negosiasi

MOST_TERMS = 4_000
"""Letters of additional terms."""


def approve(
    *,
    actor: Actor,
    purchase_id: int,
    additional_terms: str = "",
    revision: int | None = None,
    justifications: Mapping[str, str] | None = None,
) -> None:
    """Sign a submitted order as the package's PPK; the vendor is asked next.

    `additional_terms`, one a line, become part of the Surat Pesanan.

    Checks again what may have changed since submission: the package, its HPS, the limit, the vendor, and red flags.
    What came up since and wants a reason is answered by `justifications` (by flag code); what wants PA/KPA or the
    auditor is kept as a flag, and the order waits for them.
    Raises Refused (door, guards, checks, `justification_needed`, `newly_flagged`), Purchase.DoesNotExist.
    """
    try:
        _approve(actor, purchase_id, revision, additional_terms, justifications or {})
    except _NewlyFlagged as found:
        keep_back(actor=actor, purchase_id=purchase_id, justifications=justifications or {})
        raise Refused(
            "newly_flagged",
            _("Sejak diajukan muncul peringatan: %(sentence)s") % {"sentence": found.raised.finding.sentence},
            rule=found.raised.basis,
            fix=_("Pesanan ini kini menunggu Inspektorat.")
            if found.raised.consequence == HOLD
            else _("Pesanan ini kini menunggu persetujuan PA/KPA."),
        ) from None


class _NewlyFlagged(Exception):
    """Something came up since submission that the PPK alone cannot answer."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(raised.code)
        self.raised = raised


def _approve(
    actor: Actor,
    purchase_id: int,
    revision: int | None,
    additional_terms: str,
    justifications: Mapping[str, str],
) -> None:
    with passing(Purchase, purchase_id, "approve", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        package = Package.objects.select_for_update(of=("self",)).get(pk=purchase.package_id)
        checks.open_for_buying(package)
        checks.within_hps(package, purchase.total, leaving_out=purchase.pk)
        checks.within_order_limit(purchase.total, purchase.region_id)
        checks.vendor_in_business(purchase.vendor, purchase.region_id)
        take_turns(purchase.organisation_id, purchase.ppk_user_id)
        verdict = looked_again(purchase, at=passage.at, said=justifications)
        explained([verdict], purchase.region_id)
        if verdict.needs_second or verdict.held:
            raise _NewlyFlagged(verdict.gravest)
        purchase.approved_at = passage.at
        write_flags(passage, purchase, verdict, moment=APPROVAL)
        purchase.additional_terms = "\n".join(terms_of_text(additional_terms))[:MOST_TERMS]
        passage.facts.update(
            number=purchase.number, total_rupiah=purchase.total, hps_rupiah=package.hps_total
        )
        passage.facts.update(facts_of(verdict))


def refuse(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Refuse a submitted order as its PPK: money and stock are free again. Raises Refused."""
    with passing(Purchase, purchase_id, "refuse", actor=actor, revision=revision) as passage:
        drop(passage, said(reason))


def cancel(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Withdraw an order before the vendor has bound itself; afterwards it ends by a BA only. Raises Refused."""
    with passing(Purchase, purchase_id, "cancel", actor=actor, revision=revision) as passage:
        drop(passage, said(reason))


def decline(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Say as the vendor that the order cannot be met. Raises Refused."""
    with passing(Purchase, purchase_id, "decline", actor=actor, revision=revision) as passage:
        drop(passage, said(reason))


def drop(passage: Passage[Purchase], reason: str) -> None:
    """End an order nobody is bound by yet: give back the money, then the stock; its papers no longer count."""
    purchase = passage.thing
    release(passage, purchase.budget_line_id, purchase.total, reference=purchase.number)
    release_stock(purchase.lines.all())
    for paper in current_papers_of(purchase):
        if not paper.is_void:
            void(passage, paper, reason=reason)
    purchase.closing_reason, purchase.ended_at = reason, passage.at
    passage.facts.update(number=purchase.number, reason=reason, total_rupiah=purchase.total)


def confirm(*, actor: Actor, purchase_id: int, revision: int | None = None) -> None:
    """Accept an order as its vendor: the Surat Pesanan is issued, the money bound, the goods taken from stock.

    Raises Refused (door, guards, `vendor_not_verified` for a suspended vendor, `pact_missing`).
    """
    with passing(Purchase, purchase_id, "confirm", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        checks.vendor_in_business(purchase.vendor, purchase.region_id)
        checks.pact_signed(purchase.vendor)
        purchase.vendor_user_id, purchase.confirmed_at = actor.user_id, passage.at
        commit(passage, purchase.budget_line_id, purchase.total, reference=purchase.number)
        consume_stock(purchase.lines.all())
        for delivery in purchase.deliveries.select_related("purchase"):
            set_stage(delivery, "AWAITED", at=passage.at)
        _place(purchase)
        _write_contract(passage)
        passage.facts.update(
            number=purchase.number, sp_number=purchase.sp_number, total_rupiah=purchase.total
        )
        # only kept: the vendor's word is not held up by what the buyer's side must answer for
        write_flags(
            passage,
            purchase,
            looked_again(purchase, moment=CONFIRMATION, at=passage.at),
            moment=CONFIRMATION,
        )


def _write_contract(passage: Passage[Purchase]) -> None:
    """Issue the Surat Pesanan, above a value its SPK, and why nobody bargained where the rule asks for a reason."""
    purchase = passage.thing
    facts = contract.surat_pesanan(purchase, at=passage.at)
    signed = papers.both_sign(purchase, ppk_at=purchase.approved_at, vendor_at=passage.at)
    purchase.sp_number = issue(passage, "surat_pesanan", facts, subject=purchase, signatories=signed).number
    if contract.wants_spk(purchase):
        annex = contract.spk(purchase, facts, at=passage.at)
        issue(passage, "spk", annex, subject=purchase, signatories=signed)
    above = parameter("negotiation.reason_above", region_id=purchase.region_id)
    if not purchase.negotiated and purchase.no_negotiation_reason and purchase.price_total > int(above.value):
        told = ba_negosiasi(purchase, at=passage.at)
        issue(passage, "ba_negosiasi", told, subject=purchase, signatories=signed)


def _place(purchase: Purchase) -> None:
    """Mirror an order into Oscar's tables, at the agreed prices."""
    agreed = [
        AgreedLine(each.stockrecord_id, each.quantity, each.agreed_price, each.title)
        for each in purchase.lines.all()
    ]
    buyer = purchase.pp_user or purchase.ppk_user
    purchase.oscar_order = place_oscar_order(number=purchase.number, user=buyer, lines=agreed)
