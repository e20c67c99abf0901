"""The facts that NPD, SPP and SPM print. Reads rows, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import clock
from procurement.settlement.queries import TAX_LABELS
from procurement.treasury.models import PaymentRequest, RequestItem


def deductions_of(items: Iterable[RequestItem]) -> list[dict[str, Any]]:
    """The taxes and penalties kept back from the orders of an LS request, added by kind: label and whole rupiah."""
    sums: dict[str, int] = {}
    for item in items:
        owed = item.obligation
        for tax in owed.tax_lines.all():
            label = TAX_LABELS.get(tax.code, tax.code)
            sums[label] = sums.get(label, 0) + tax.amount
        if owed.penalty:
            label = _("Denda keterlambatan")
            sums[label] = sums.get(label, 0) + owed.penalty
    return [{"label": label, "amount": amount} for label, amount in sums.items()]


def facts_of(request: PaymentRequest, *, at: datetime, **more: Any) -> dict[str, Any]:
    """What NPD, SPP and SPM say alike; `more` names earlier papers. Four queries at most."""
    items = list(_items(request))
    is_ls = request.kind == PaymentRequest.Kind.LS
    unit = request.organisation
    return {
        "place": request.region.name,
        "date": clock.day_of(at).isoformat(),
        "fiscal_year": request.year,
        "agency": {
            "government": request.region.name,
            "name": unit.name,
            "code": unit.code or f"U{unit.pk}",
            "address": unit.name,
        },
        "mechanism": request.kind,
        "mechanism_name": request.get_kind_display(),
        "purpose": request.purpose,
        "requested": [_line(item) for item in items]
        or [{"description": request.purpose, "account_code": "", "amount": request.gross}],
        "deductions": deductions_of(items) if is_ls else [],
        "total": request.gross,
        "deducted": request.deductions,
        "net": request.net,
        "payee": _payee(request),
        **{name: value for name, value in more.items() if value},
    }


def _items(request: PaymentRequest) -> Iterable[RequestItem]:
    found = request.items.select_related("obligation__purchase__budget_line")
    return found.prefetch_related("obligation__tax_lines")


def _line(item: RequestItem) -> dict[str, Any]:
    purchase = item.obligation.purchase
    line = purchase.budget_line
    return {
        "description": f"{purchase.number}, BAST {purchase.bast_number}",
        "account_code": line.rekening or line.mak,
        "amount": item.gross,
    }


def _payee(request: PaymentRequest) -> dict[str, Any]:
    vendor, account = request.vendor, request.bank_account
    if vendor is None or account is None:
        return {"name": f"Bendahara Pengeluaran {request.organisation.name}"}
    bank = {"bank": account.bank_code, "account": account.number, "holder": account.holder_name}
    return {"name": vendor.name, "npwp": vendor.npwp, "bank": bank}
