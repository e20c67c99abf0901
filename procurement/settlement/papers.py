"""Facts for settlement's papers: invoice, receipt (kuitansi), withholding slip. Reads rows, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.documents.models import Paper
from procurement.documents.queries import officer, signature_of
from procurement.purchasing.models import Purchase, PurchaseLine
from procurement.purchasing.queries.papers import after_order, on_top_label, ppk_of, priced_lines
from procurement.settlement import tax_objects
from procurement.settlement.einvoice import Hidden, ubl
from procurement.settlement.models import TaxLine
from procurement.settlement.taxes import accepted_shipping
from procurement.taxation.queries import TaxPlan
from vendors.models import BankAccount

TAX_LABELS = {
    "PPN": "PPN",
    "PBJT": "PBJT makanan dan minuman",
    "PPH22": "PPh Pasal 22",
    "PPH22_PL": "PPh Pasal 22 (Pihak Lain)",
    "PPH23": "PPh Pasal 23",
    "PPH42_SEWA": "PPh Pasal 4(2) sewa tanah/bangunan",
    "PPH42_KONSTRUKSI": "PPh Pasal 4(2) jasa konstruksi",
    "FINAL_UMKM": "PPh final UMKM",
}


def _valued(line: PurchaseLine) -> dict[str, Any]:
    """Work that was judged done at an early end, as one piece at its worth."""
    return {
        "name": f"{line.title} (pekerjaan yang dinilai selesai)",
        "unit": "paket",
        "quantity": 1,
        "unit_price": line.valued,
        "total": line.valued,
    }


def invoice_facts(
    purchase: Purchase, plan: TaxPlan, bank: BankAccount, at: datetime, due: date
) -> dict[str, Any]:
    """The vendor's bill: accepted lines, delivery, taxes on top."""
    ordered = list(purchase.lines.all())
    lines = priced_lines(ordered, {line.pk: line.accepted or 0 for line in ordered})
    lines += [_valued(line) for line in ordered if line.valued]
    return {
        **after_order(purchase, at=at),
        "due_on": due.isoformat(),
        "lines": lines,
        "subtotal": sum(line["total"] for line in lines),
        "shipping": accepted_shipping(purchase),
        "ppn": plan.gross - plan.price,
        "ppn_label": on_top_label(purchase),
        "total": plan.gross,
        "bank": _bank(bank),
        "bast": purchase.bast_number,
    }


def ubl_of(paper: Paper, plan: TaxPlan, penalty: int, *, hide: Hidden | None = None) -> bytes:
    """The invoice's paper as UBL 2.1; `hide` masks tax and account numbers for those who may not see them."""
    return ubl({**paper.facts, "number": paper.number}, plan, penalty=penalty, hide=hide)


def ubl_hash(paper: Paper, plan: TaxPlan, penalty: int) -> str:
    """SHA-256 of the whole electronic invoice, for the log."""
    return sha256(ubl_of(paper, plan, penalty)).hexdigest()


def receipt_facts(purchase: Purchase, gross: int, bank: BankAccount, at: datetime) -> dict[str, Any]:
    """The receipt for the whole sum; words and the duty stamp follow from the figure."""
    return {
        **after_order(purchase, at=at),
        "received_from": f"Bendahara Pengeluaran {purchase.organisation.name}",
        "total": gross,
        "purpose": f"Pembayaran pesanan {purchase.number}: {purchase.package.name}",
        "bank": _bank(bank),
        "duty_stamp": bears_duty_stamp(gross, clock.day_of(at)),
    }


def bears_duty_stamp(amount: int, on: date) -> bool:
    """Whether a receipt of so many rupiah bears an e-meterai on a day: above the dated sum, not at it (UU 10/2020)."""
    return amount > int(parameter("duty_stamp.above", on=on).value)


def paid_receipt_facts(issued: dict[str, Any], journal: int, at: datetime) -> dict[str, Any]:
    """The facts of the receipt with the number under which the treasurer's book (BKU) holds the payment."""
    told = {name: fact for name, fact in issued.items() if name != "signatures"}
    return {**told, "ledger_number": f"BKU-{clock.day_of(at).year}-{journal:07d}"}


def receipt_officers(
    purchase: Purchase, *, verified: datetime | None, approved: datetime | None, paid: datetime
) -> list[Any]:
    """The receipt's officers (handbook §5): who knows, who agrees to pay, who paid; those unknown are left out."""
    knows = purchase.verifier.role_label if purchase.verifier else ""
    blocks = (
        (purchase.verifier, verified, _("Mengetahui, %(role)s") % {"role": knows}),
        (purchase.approver, approved, _("Setuju dibayar, Pengguna Anggaran/Kuasa Pengguna Anggaran")),
        (purchase.treasurer, paid, _("Lunas dibayar, Bendahara Pengeluaran")),
    )
    unit = purchase.organisation.name
    return [
        signature_of(officer, unit=unit, at=at, caption=caption)
        for officer, at, caption in blocks
        if officer and at
    ]


def withholder_signs(purchase: Purchase, at: datetime) -> list[Any]:
    """The treasurer's signature block under the withholding slip."""
    if purchase.treasurer is None:
        return []
    caption = _("Pemotong/pemungut, Bendahara Pengeluaran")
    return [signature_of(purchase.treasurer, unit=purchase.organisation.name, at=at, caption=caption)]


def certificate_facts(
    purchase: Purchase, *, gross: int, penalty: int, method: str, bank: BankAccount, at: datetime
) -> dict[str, Any]:
    """The payment certificate (Berita Acara Pembayaran) of an accepted order: what is due, kept back and paid."""
    assert purchase.bast_vendor_at is not None
    return {
        **after_order(purchase, at=at),
        "ppk": officer(ppk_of(purchase)),
        "bast": purchase.bast_number,
        "bast_date": clock.day_of(purchase.bast_vendor_at).isoformat(),
        "value_due": gross,
        "advance_recovered": 0,
        "penalty": penalty,
        "retention": 0,
        "amount_to_pay": gross - penalty,
        "method": method,
        "progress_percent": gross * 100 // purchase.total if purchase.total else 100,
        "bank": _bank(bank),
    }


def slip_facts(purchase: Purchase, taxes: Sequence[TaxLine], at: datetime) -> dict[str, Any]:
    """The withholding slip over all taxes of the order, with their NTPN and tax object codes."""
    codes = [tax_objects.object_of(tax) for tax in taxes]
    return {
        **after_order(purchase, at=at),
        "period": f"{clock.day_of(at):%m-%Y}",
        "withholder": purchase.organisation.name,
        "withholder_npwp": purchase.organisation.npwp,
        "taxes": [
            {
                "label": TAX_LABELS.get(tax.code, tax.code),
                "base": int(Fraction(tax.base)),
                "rate": rate_in_words(tax.rate),
                "amount": tax.amount,
                "rule": tax.legal_basis,
                **({"object_code": code} if code and "X" not in code else {}),
            }
            for tax, code in zip(taxes, codes, strict=True)
        ],
        "total": sum(tax.amount for tax in taxes),
        "reference": ", ".join(tax.ntpn for tax in taxes),
    }


def rate_in_words(rate: str) -> str:
    """`15/1000` → `1,5%`."""
    percent = Fraction(rate) * 100
    return f"{float(percent):g}".replace(".", ",") + "%"


def _bank(account: BankAccount) -> dict[str, str]:
    return {"bank": account.bank_code, "account": account.number, "holder": account.holder_name}
