"""Facts for settlement's papers: invoice, receipt (kuitansi), withholding slip. Reads rows, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.purchasing.models import Purchase, PurchaseLine
from procurement.purchasing.queries.papers import after_order, on_top_label, priced_lines
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
        "taxes_on_top": [
            {
                "code": tax.code,
                "base": tax.base,
                "rate": tax.rate,
                "amount": tax.amount,
                "rule": tax.legal_basis,
            }
            for tax in plan.lines
            if tax.on_top
        ],
        "bank": _bank(bank),
        "bast": purchase.bast_number,
    }


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


def slip_facts(purchase: Purchase, taxes: Sequence[TaxLine], at: datetime) -> dict[str, Any]:
    """The withholding slip over all taxes of the order, with their NTPN."""
    return {
        **after_order(purchase, at=at),
        "period": f"{clock.day_of(at):%m-%Y}",
        "withholder": purchase.organisation.name,
        "withholder_npwp": "",
        "taxes": [
            {
                "label": TAX_LABELS.get(tax.code, tax.code),
                "base": int(Fraction(tax.base)),
                "rate": rate_in_words(tax.rate),
                "amount": tax.amount,
                "rule": tax.legal_basis,
            }
            for tax in taxes
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
