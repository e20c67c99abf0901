"""The moment the vendor has the money: the clock of payment ends, the receipt is completed. Inside the payer's deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.workflow.door import Deed, doing
from procurement.documents.actions import correct
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from procurement.settlement import papers
from procurement.settlement.actions import booking
from procurement.settlement.models import Journal, PaymentObligation, Payout


def vendor_has_money(
    deed: Deed, purchase: Purchase, obligation: PaymentObligation, paid: Journal, *, paid_at: datetime
) -> None:
    """Note on the locked `purchase` that the vendor has the money, and issue the receipt anew, with its BKU number.

    `paid` is the booking that paid the vendor, `paid_at` when the treasurer did. The caller saves the order.
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
    if receipt is None:
        return
    facts = papers.paid_receipt_facts(receipt.facts, paid.pk, paid.posted_at)
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


def acknowledge(purchase_id: int, *, actor: Actor) -> bool:
    """Note that a settled transfer brought the vendor its money; running it again changes nothing."""
    with doing(actor=actor) as deed:
        purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=purchase_id)
        settled = Payout.objects.filter(obligation__purchase=purchase, state="SETTLED")
        payout = settled.select_related("obligation__invoice").first()
        if payout is None or payout.sent_at is None or purchase.vendor_paid_at is not None:
            return False
        paid = Journal.objects.get(idem_key=booking.settled_key(payout))
        vendor_has_money(deed, purchase, payout.obligation, paid, paid_at=payout.sent_at)
        purchase.save(update_fields=["vendor_paid_at", "due_at"])
        facts = {"number": purchase.number, "net_rupiah": payout.amount, "reference": payout.reference}
        deed.record("purchase.vendor_paid", purchase, facts)
    return True
