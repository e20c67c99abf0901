"""The papers an agreed addendum leaves: itself, and the Surat Pesanan in its next version."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from marketplace.workflow.door import Passage
from procurement.documents.actions import correct, issue
from procurement.documents.queries import current_papers_of
from procurement.purchasing.models import Addendum, Purchase, Side
from procurement.purchasing.queries import contract, papers


def write_papers(
    passage: Passage[Purchase], addendum: Addendum, *, total_before: int, day_before: date
) -> None:
    """Issue the addendum signed by both, and the Surat Pesanan and any SPK as they read from now on."""
    purchase = passage.thing
    name = _("Adendum ke-%(n)d") % {"n": addendum.number}
    proposed_by_vendor = addendum.side == Side.VENDOR
    signed = papers.both_sign(
        purchase,
        ppk_at=passage.at if proposed_by_vendor else addendum.created_at,
        vendor_at=addendum.created_at if proposed_by_vendor else passage.at,
    )
    order = contract.surat_pesanan(purchase, at=passage.at, addendum=name)
    facts = _facts(passage, addendum, order, total_before=total_before, day_before=day_before)
    issue(passage, "adendum", facts, subject=purchase, signatories=signed)
    current = {paper.kind: paper for paper in current_papers_of(purchase) if not paper.is_void}
    correct(passage, current["surat_pesanan"], order, signatories=signed)
    if "spk" in current:
        annex = contract.spk(purchase, order, at=purchase.confirmed_at or passage.at)
        correct(passage, current["spk"], annex, signatories=signed)
    elif contract.wants_spk(purchase):
        annex = contract.spk(purchase, order, at=passage.at)
        issue(passage, "spk", annex, subject=purchase, signatories=signed)


def _facts(
    passage: Passage[Purchase],
    addendum: Addendum,
    order: dict[str, Any],
    *,
    total_before: int,
    day_before: date,
) -> dict[str, Any]:
    purchase = passage.thing
    return {
        **papers.after_order(purchase, at=passage.at),
        "ppk": order["ppk"],
        "addendum": addendum.number,
        "order_version": purchase.version,
        "proposed_by": addendum.get_side_display(),
        "reason": addendum.reason,
        "changes": addendum.told["changes"],
        "total_before": total_before,
        "total": purchase.total,
        "deliver_by_before": day_before.isoformat(),
        "deliver_by": purchase.needed_by.isoformat(),
        **{name: order[name] for name in ("lines", "subtotal", "shipping", "ppn", "ppn_label")},
    }
