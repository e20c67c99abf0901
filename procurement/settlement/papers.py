"""Facts for settlement's papers: invoice, receipt (kuitansi), withholding slip. Reads rows, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from procurement.purchasing.models import Purchase
from procurement.settlement.models import TaxLine
from procurement.settlement.tax.evaluate import TaxPlan
from vendors.models import BankAccount

DUTY_STAMP_ABOVE = 5_000_000
"""Rupiah above which a receipt bears e-meterai (UU 10/2020 Art. 3 and 5); exactly this sum bears none."""

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


def header(purchase: Purchase, day: date) -> dict[str, Any]:
    """What every paper about the order carries. Expects region, organisation, package, budget line, vendor loaded."""
    vendor, line = purchase.vendor, purchase.budget_line
    return {
        "place": purchase.region.name,
        "date": day.isoformat(),
        "fiscal_year": purchase.package.year,
        "fund_source": line.sumber_dana,
        "sub_activity": line.mak,
        "account_code": line.rekening or line.mak,
        "rup": purchase.package.kd_rup,
        "package": purchase.package.name,
        "order": purchase.number,
        "order_paper": purchase.sp_number,
        "agency": {
            "government": purchase.region.name,
            "name": purchase.organisation.name,
            "code": purchase.organisation.code or f"U{purchase.organisation_id}",
            "address": purchase.delivery_address,
        },
        "vendor": {
            "name": vendor.name,
            "address": f"{vendor.street}, {vendor.place_name}".strip(", "),
            "npwp": vendor.npwp,
            "nib": vendor.nib,
            "signatory": vendor.owner_name or vendor.name,
            "position": "Pemilik usaha",
        },
    }


def invoice_facts(
    purchase: Purchase, plan: TaxPlan, bank: BankAccount, day: date, due: date
) -> dict[str, Any]:
    """The vendor's bill: accepted lines, delivery, taxes on top."""
    lines = [
        {
            "name": line.title,
            "unit": line.unit,
            "quantity": line.accepted,
            "unit_price": line.agreed_price,
            "total": line.accepted * line.agreed_price,
        }
        for line in purchase.lines.all()
        if line.accepted
    ]
    return {
        **header(purchase, day),
        "due_on": due.isoformat(),
        "lines": lines,
        "subtotal": sum(line["total"] for line in lines),
        "shipping": purchase.shipping,
        "ppn": plan.gross - plan.price,
        "ppn_label": _on_top_label(plan),
        "total": plan.gross,
        "bank": _bank(bank),
        "bast": purchase.bast_number,
    }


def receipt_facts(purchase: Purchase, gross: int, bank: BankAccount, day: date) -> dict[str, Any]:
    """The receipt for the whole sum; words and the duty stamp follow from the figure."""
    return {
        **header(purchase, day),
        "received_from": f"Bendahara Pengeluaran {purchase.organisation.name}",
        "total": gross,
        "purpose": f"Pembayaran pesanan {purchase.number}: {purchase.package.name}",
        "bank": _bank(bank),
        "duty_stamp": gross > DUTY_STAMP_ABOVE,
    }


def slip_facts(purchase: Purchase, taxes: Sequence[TaxLine], day: date) -> dict[str, Any]:
    """The withholding slip over all taxes of the order, with their NTPN."""
    return {
        **header(purchase, day),
        "period": f"{day:%m-%Y}",
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


def signature(actor: Actor, caption: str) -> dict[str, str]:
    """The electronic signature of the person who acts now."""
    return {
        "caption": caption,
        "name": actor.name,
        "position": actor.role_label,
        "organisation": actor.organisation_name,
        "signed_at": clock.now().astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
    }


def rate_in_words(rate: str) -> str:
    """`15/1000` → `1,5%`."""
    percent = Fraction(rate) * 100
    return f"{float(percent):g}".replace(".", ",") + "%"


def _on_top_label(plan: TaxPlan) -> str:
    labels = [f"{TAX_LABELS[tax.code]} {rate_in_words(tax.rate)}" for tax in plan.lines if tax.on_top]
    return " + ".join(labels) or "Tanpa PPN"


def _bank(account: BankAccount) -> dict[str, str]:
    return {"bank": account.bank_code, "account": account.number, "holder": account.holder_name}
