"""From BAST to approved payment: the vendor's invoice, its verification, the approval. Nothing is typed but reasons."""

from __future__ import annotations

from datetime import date

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter, working_days_after
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import issue
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.papers import both_sign, signature_of_vendor
from procurement.settlement import guards, papers
from procurement.settlement.authority import insist_on_authority
from procurement.settlement.models import Invoice, PaymentObligation, TaxLine
from procurement.settlement.taxes import plan_as_agreed, plan_at_payment
from procurement.taxation.queries import TaxPlan
from vendors.models import BankAccount
from vendors.queries import verified_account


def issue_invoice(*, actor: Actor, purchase_id: int, revision: int | None = None) -> Invoice:
    """Bill what the BAST accepted, to the newest account the vendor may be paid to. Every amount is computed.

    Raises Refused: the door's reasons, `match.*` when BAST and tax rules disagree, `invoice.no_account`.
    """
    with passing(Purchase, purchase_id, "invoice", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        plan = plan_as_agreed(purchase)
        guards.insist(_three_way(purchase, plan, invoiced=plan.gross))
        account = _verified_account(purchase)
        purchase.vendor_user_id = actor.user_id
        signed = [signature_of_vendor(purchase, passage.at)]
        paper = issue(
            passage,
            "invoice",
            papers.invoice_facts(purchase, plan, account, passage.at, _pay_until(purchase)),
            subject=purchase,
            signatories=signed,
        )
        receipt = issue(
            passage,
            "kuitansi",
            papers.receipt_facts(purchase, plan.gross, account, passage.at),
            subject=purchase,
            signatories=signed,
        )
        invoice = Invoice.objects.create(
            purchase=purchase,
            number=paper.number,
            receipt_number=receipt.number,
            price=plan.price,
            on_top=plan.gross - plan.price,
            gross=plan.gross,
            bank_account=account,
            issued_at=passage.at,
            tax_plan=plan.to_json(),
            penalty=purchase.penalty or 0,
            ubl_sha256=papers.ubl_hash(paper, plan, purchase.penalty or 0),
        )
        passage.facts.update(
            number=purchase.number,
            invoice=invoice.number,
            receipt=receipt.number,
            total_rupiah=invoice.gross,
            bank_account_version=account.version,
            ubl_sha256=invoice.ubl_sha256,
        )
    return invoice


def verify_invoice(*, actor: Actor, purchase_id: int, revision: int | None = None) -> None:
    """Check Surat Pesanan, BAST and invoice against each other. Raises Refused `match.*` with both figures."""
    with passing(Purchase, purchase_id, "verify", actor=actor, revision=revision) as passage:
        purchase, invoice = passage.thing, standing_invoice(passage.thing)
        plan = plan_as_agreed(purchase)
        guards.insist(_three_way(purchase, plan, invoiced=invoice.gross))
        purchase.verifier_id, purchase.verifier_user_id = actor.appointment_id, actor.user_id
        passage.facts.update(
            number=purchase.number,
            invoice=invoice.number,
            ordered_rupiah=purchase.total,
            accepted_rupiah=purchase.accepted_total,
            total_rupiah=invoice.gross,
        )


def return_invoice(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Send an invoice back with a reason; the vendor may bill again. Raises Refused `reason.missing`."""
    if len(reason.strip()) < 5:
        raise Refused(
            "reason.missing",
            "Alasan pengembalian belum diisi.",
            fix="Tulis apa yang harus diperbaiki.",
            field="reason",
        )
    with passing(Purchase, purchase_id, "return_invoice", actor=actor, revision=revision) as passage:
        invoice = standing_invoice(passage.thing)
        invoice.withdrawn_at, invoice.return_reason = passage.at, reason.strip()[:300]
        invoice.save(update_fields=["withdrawn_at", "return_reason"])
        passage.facts.update(
            number=passage.thing.number, invoice=invoice.number, reason=invoice.return_reason
        )


def approve_payment(*, actor: Actor, purchase_id: int, revision: int | None = None) -> PaymentObligation:
    """Fix what is owed, the final taxes and the way of payment. Who pays later is another person (treasurer).

    The way follows the mechanism of the order and the dated limit `payment.up_max_per_payee`. Raises Refused
    `authority.kpa` above what a KPA may approve, besides the door's reasons and `match.*`.
    """
    with passing(Purchase, purchase_id, "approve_payment", actor=actor, revision=revision) as passage:
        purchase, invoice = passage.thing, standing_invoice(passage.thing)
        insist_on_authority(actor, invoice.gross)
        limit = parameter("payment.up_max_per_payee", region_id=purchase.region_id)
        profile, why = guards.profile_of(
            mechanism=purchase.mechanism, gross=invoice.gross, up_max=int(limit.value)
        )
        plan = plan_at_payment(purchase, mechanism="LS" if profile == "LS" else purchase.mechanism)
        guards.insist(_three_way(purchase, plan, invoiced=invoice.gross))
        penalty = purchase.penalty or 0
        if plan.cash <= penalty:
            raise Refused("payment.nothing_left", "Denda melebihi nilai yang dibayarkan.", fix="Hubungi PPK.")
        obligation = PaymentObligation.objects.create(
            purchase=purchase,
            region_id=purchase.region_id,
            invoice=invoice,
            profile=profile,
            gross=plan.gross,
            withheld=plan.withheld,
            penalty=penalty,
            net=plan.cash - penalty,
            tax_plan=plan.to_json(),
            profile_basis=f"{why} ({limit.legal_basis})",
            created_at=passage.at,
        )
        TaxLine.objects.bulk_create(_tax_lines(obligation, plan))
        _certify(passage, obligation)
        purchase.approver_id, purchase.approver_user_id = actor.appointment_id, actor.user_id
        _tell_approval(passage, obligation)
    return obligation


def _certify(passage: Passage[Purchase], obligation: PaymentObligation) -> None:
    """Issue the Berita Acara Pembayaran: it restates what PPK (by the BAST) and vendor (by the bill) have signed."""
    purchase, invoice = passage.thing, obligation.invoice
    facts = papers.certificate_facts(
        purchase,
        gross=obligation.gross,
        penalty=obligation.penalty,
        method=str(obligation.get_profile_display()),
        bank=invoice.bank_account,
        at=passage.at,
    )
    signed = both_sign(purchase, ppk_at=purchase.bast_ppk_at, vendor_at=invoice.issued_at)
    issue(passage, "ba_pembayaran", facts, subject=purchase, signatories=signed)


def standing_invoice(purchase: Purchase) -> Invoice:
    """The invoice that counts. Raises Invoice.DoesNotExist."""
    return Invoice.objects.get(purchase=purchase, withdrawn_at__isnull=True)


def _three_way(purchase: Purchase, plan: TaxPlan, *, invoiced: int) -> Refused | None:
    return guards.three_way(
        ordered=purchase.total,
        accepted=purchase.accepted_total or 0,
        lines_accepted=plan.gross,
        invoiced=invoiced,
    )


def _verified_account(purchase: Purchase) -> BankAccount:
    account = verified_account(purchase.vendor_id)
    if account is None:
        raise Refused(
            "invoice.no_account",
            "Rekening bank Anda belum diverifikasi, jadi pembayaran belum punya tujuan.",
            fix="Sampaikan rekening atas nama usaha Anda kepada operator untuk dicatat dan diverifikasi.",
        )
    return account


def _pay_until(purchase: Purchase) -> date:
    accepted = purchase.bast_vendor_at or clock.now()
    days = parameter("payment.days_after_bast", on=clock.day_of(accepted), region_id=purchase.region_id)
    return clock.day_of(working_days_after(accepted, int(days.value)))


def _tax_lines(obligation: PaymentObligation, plan: TaxPlan) -> list[TaxLine]:
    return [
        TaxLine(
            obligation=obligation,
            code=tax.code,
            base=tax.base,
            base_kind=tax.base_kind,
            rate=tax.rate,
            rounding=tax.rounding,
            amount=tax.amount,
            remitter=tax.remitter,
            rule_id=tax.rule_id,
            rule_version=tax.rule_version,
            legal_basis=tax.legal_basis,
        )
        for tax in plan.lines
        if tax.withheld and tax.amount
    ]


def _tell_approval(passage: Passage[Purchase], obligation: PaymentObligation) -> None:
    passage.facts.update(
        number=passage.thing.number,
        obligation=obligation.pk,
        profile=obligation.profile,
        profile_basis=obligation.profile_basis,
        total_rupiah=obligation.gross,
        net_rupiah=obligation.net,
        penalty_rupiah=obligation.penalty,
        withheld_rupiah=obligation.withheld,
        tax_plan=obligation.tax_plan,
    )
