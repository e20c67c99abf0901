"""Which account a booking goes to. Accounts are named here and opened, when first needed, by `opened`.

Escrow and debts to vendors are kept per order, taxes per tax code, all else per region: one order can never spend
what another one holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.settlement.models import Account, AccountKind, Balance
from procurement.settlement.models.ledger import FLOORED, SIDES

PER_ORDER = frozenset(
    {AccountKind.ESCROW, AccountKind.VENDOR_PAYABLE, AccountKind.PAYOUT_CLEARING, AccountKind.REFUND_PAYABLE}
    | {AccountKind.DISPUTES_RECEIVABLE, AccountKind.VENDOR_RECEIVABLE}
)
_PER_REGION = sorted(set(AccountKind) - PER_ORDER - {AccountKind.TAX_PAYABLE})


@dataclass(frozen=True, slots=True, order=True)
class AccountName:
    """The name of an account; `code` is what the books call it."""

    kind: AccountKind
    region_id: int
    purchase: str = ""
    tax_code: str = ""

    def __post_init__(self) -> None:
        if bool(self.purchase) != (self.kind in PER_ORDER):
            raise ValueError(f"{self.kind} is kept per {'order' if self.kind in PER_ORDER else 'region'}")
        if bool(self.tax_code) != (self.kind == AccountKind.TAX_PAYABLE):
            raise ValueError("a tax account, and no other, names its tax code")

    @classmethod
    def of(cls, account: Account) -> AccountName:
        """The name of an account that is open."""
        return cls(AccountKind(account.kind), account.region_id, account.purchase_number, account.tax_code)

    @property
    def code(self) -> str:
        """Such as `ESCROW:1:027/SP/EO/0000001/DC/X/2026`."""
        return ":".join([self.kind.value, str(self.region_id), *filter(None, [self.purchase, self.tax_code])])


def opened(names: Iterable[AccountName]) -> dict[str, Account]:
    """The accounts of `names` by code; missing ones are opened, safe when two transactions need them at once.

    A region's common accounts are opened together and everything in the order of codes, so that two transactions
    opening accounts wait for each other in one direction only.
    """
    wanted = {name.code: name for name in names}
    found = {account.code: account for account in Account.objects.filter(code__in=wanted)}
    missing = {code: name for code, name in wanted.items() if code not in found}
    if not missing:
        return found
    for region_id in {name.region_id for name in missing.values() if name.kind not in PER_ORDER}:
        common = (AccountName(kind, region_id) for kind in _PER_REGION)
        missing |= {name.code: name for name in common}
    rows = [_row(missing[code]) for code in sorted(missing)]
    Account.objects.bulk_create(rows, ignore_conflicts=True)
    accounts = {account.code: account for account in Account.objects.filter(code__in=[*wanted, *missing])}
    balances = [Balance(account=accounts[code], side=SIDES[missing[code].kind]) for code in sorted(missing)]
    Balance.objects.bulk_create(balances, ignore_conflicts=True)
    return {code: accounts[code] for code in wanted}


def _row(name: AccountName) -> Account:
    return Account(
        code=name.code,
        kind=name.kind,
        region_id=name.region_id,
        purchase_number=name.purchase,
        tax_code=name.tax_code,
        side=SIDES[name.kind],
        floor=0 if name.kind in FLOORED else None,
    )
