"""Reads of the books: trial balance and what one order holds. Amounts are sen on the account's own side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from marketplace.core import clock
from procurement.settlement.models import Account, AccountKind, Balance, Entry


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


def trial_balance_on(region_id: int, day: date) -> list[TrialRow]:
    """The trial balance of a region at the end of a Jakarta day, computed from entries."""
    sums = (
        Entry.objects.filter(account__region_id=region_id, journal__posted_at__lt=end_of(day))
        .values(kind=F("account__kind"))
        .annotate(total=Sum("amount"), accounts=Count("account", distinct=True))
        .order_by("kind")
    )
    return [
        TrialRow(AccountKind(row["kind"]), row["accounts"], max(row["total"], 0), max(-row["total"], 0))
        for row in sums
    ]


def accounts_of(region_id: int, *, kind: str = "", number: str = "") -> QuerySet[Account]:
    """The accounts of a region with their running balances, by code; of one kind or one order if asked."""
    found = Account.objects.filter(region_id=region_id).select_related("balance").order_by("code")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(purchase_number__icontains=number) if number else found


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry of an account and what the account held after it, on its own side, in sen."""

    entry: Entry
    debit: int
    credit: int
    held: int


def statement_entries(
    account: Account, *, since: date | None = None, until: date | None = None
) -> QuerySet[Entry]:
    """The entries of an account in the order in which they were made, of Jakarta days `since` to `until`."""
    found = account.entries.select_related("journal__evidence", "journal__provider_event").order_by("pk")
    if since is not None:
        found = found.filter(journal__posted_at__gte=end_of(since - timedelta(days=1)))
    return found if until is None else found.filter(journal__posted_at__lt=end_of(until))


def running(account: Account, entries: Sequence[Entry]) -> list[StatementRow]:
    """The rows of consecutive `entries` with running balances: one query for what was there before the first."""
    if not entries:
        return []
    before = account.entries.filter(pk__lt=entries[0].pk).aggregate(total=Sum("amount"))["total"] or 0
    rows = []
    for entry in entries:
        before += entry.amount
        rows.append(StatementRow(entry, max(entry.amount, 0), max(-entry.amount, 0), before * account.side))
    return rows


def end_of(day: date) -> datetime:
    """The midnight that ends a Jakarta day."""
    return clock.midnight(day + timedelta(days=1))
