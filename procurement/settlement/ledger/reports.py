"""Reads of the books: trial balance and what one order holds. Amounts are sen on the account's own side."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from procurement.settlement.models import Account, AccountKind, Balance


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One kind of account in the trial balance, in sen: exactly one of debit and credit is above zero."""

    kind: AccountKind
    accounts: int
    debit: int
    credit: int


def trial_balance(region_id: int | None = None) -> list[TrialRow]:
    """Balances added per kind of account, of one region or (None) of all. Debits and credits are equal when true."""
    balances = (
        Balance.objects.all() if region_id is None else Balance.objects.filter(account__region_id=region_id)
    )
    sums = (
        balances.values(kind=F("account__kind"))
        .annotate(total=Sum("amount"), accounts=Count("pk"))
        .order_by("kind")
    )
    return [
        TrialRow(AccountKind(row["kind"]), row["accounts"], max(row["total"], 0), max(-row["total"], 0))
        for row in sums
    ]


def held(kind: AccountKind, purchase: str) -> int:
    """Sen that the accounts of `kind` hold for one order (0 when there are none)."""
    found = Balance.objects.filter(account__kind=kind, account__purchase_number=purchase)
    return sum(balance.natural for balance in found)


def disagreements(region_id: int | None = None) -> list[Account]:
    """Accounts whose running balance is not the sum of their entries. Always empty; the auditor's counter-check."""
    accounts = Account.objects.all() if region_id is None else Account.objects.filter(region_id=region_id)
    summed = accounts.annotate(total=Coalesce(Sum("entries__amount"), 0))
    return list(summed.exclude(total=F("balance__amount")))
