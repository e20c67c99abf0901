"""The moment the vendor has the money: the clock of payment ends, the receipt is completed. Inside the payer's deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.audit.models import Entry
from marketplace.workflow.door import Deed
from procurement.documents.actions import correct
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from procurement.settlement import papers
from procurement.settlement.ledger.posting import Posted
from procurement.settlement.models import PaymentObligation


def vendor_has_money(
    deed: Deed, purchase: Purchase, obligation: PaymentObligation, posted: Posted, *, paid_at: datetime
) -> None:
    """Note on the locked `purchase` that the vendor has the money, and issue the receipt anew, with its BKU number.

    `posted` is the booking that paid the vendor, `paid_at` when the treasurer did. The caller saves the order.
    Raises Refused when the receipt's number is void.
    """
    purchase.vendor_paid_at = deed.at
    purchase.due_at = purchase.taxes_due_at(deed.at)
    receipt = (
        Paper.objects.filter(
            region_id=purchase.region_id, number=obligation.invoice.receipt_number, kind="kuitansi"
        )
        .order_by("-version")
        .first()
    )
    if receipt is None or not posted.is_new:
        return
    facts = papers.paid_receipt_facts(receipt.facts, posted.journal.pk, posted.journal.posted_at)
    signed = [*receipt.facts["signatures"], *_officers(purchase, paid_at)]
    correct(deed, receipt, facts, signatories=signed)


def _officers(purchase: Purchase, paid_at: datetime) -> list[Any]:
    """Who knew, who agreed, who paid, each at the moment of the act that says so."""
    acts = ("purchase.verify", "purchase.approve_payment")
    told = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk), act__in=acts)
    when = dict(told.order_by("at").values_list("act", "at"))
    return papers.receipt_officers(
        purchase, verified=when.get(acts[0]), approved=when.get(acts[1]), paid=paid_at
    )
