"""The trial balance: debits and credits of every kind of account, of the reader's own region."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.money import SEN_PER_RUPIAH
from procurement.settlement.ledger.reports import disagreements, trial_balance
from procurement.settlement.models import UnmatchedMoney

SHOWN = 20


@require_GET
@roles(Role.AUDITOR, Role.TREASURER, Role.OPERATOR)
def books(request: HttpRequest) -> HttpResponse:
    """Balances per kind of account, the counter-check, and money that did not fit."""
    region_id = actor_of(request).region_id or 0
    rows = trial_balance(region_id)
    unmatched = UnmatchedMoney.objects.filter(attempt__region_id=region_id).select_related("attempt")
    return render(
        request,
        "settlement/books.html",
        {
            "rows": [
                (row, row.debit // SEN_PER_RUPIAH, row.credit // SEN_PER_RUPIAH)
                for row in rows
                if row.debit or row.credit
            ],
            "debit": sum(row.debit for row in rows) // SEN_PER_RUPIAH,
            "credit": sum(row.credit for row in rows) // SEN_PER_RUPIAH,
            "balanced": sum(row.debit - row.credit for row in rows) == 0,
            "disagreements": len(disagreements(region_id)),
            "unmatched": [
                (each, each.amount // SEN_PER_RUPIAH) for each in unmatched.order_by("-pk")[:SHOWN]
            ],
        },
    )
