"""The books as plain text for beancount and hledger: a second opinion by programs that are not ours.

Both read the same facts: accounts, journals with their key and proof, and at the end what every account must hold.
Amounts are written in rupiah with two decimals, from whole sen; never through a float.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.db.models import Min, QuerySet, Sum

from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.database.snapshots import one_snapshot
from procurement.settlement.models import Account, Balance, Entry, Journal
from procurement.settlement.models.ledger import DEBIT

FORMATS: Final = ("beancount", "hledger")
CURRENCY: Final = "IDR"
_CHUNK: Final = 2_000
_UNPLAIN: Final = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Span:
    """Which journals are told: of one region or (None) all, of Jakarta days `since` to `until`, both included."""

    region_id: int | None = None
    since: date | None = None
    until: date | None = None

    def journals(self) -> QuerySet[Entry]:
        """The entries of those journals, in the order in which the books tell them."""
        told = self._until()
        if self.since is not None:
            told = told.filter(journal__posted_at__gte=clock.midnight(self.since))
        return told.order_by("journal__posted_at", "journal_id", "pk")

    def opening(self) -> dict[int, int]:
        """Sen per account before the first day, zero ones left out."""
        if self.since is None:
            return {}
        return _sums(self._of_region().filter(journal__posted_at__lt=clock.midnight(self.since)))

    def closing(self) -> dict[int, int]:
        """Sen per account after the last day: from the running balances when no last day is named."""
        if self.until is not None:
            return _sums(self._until())
        balances = Balance.objects.all()
        if self.region_id is not None:
            balances = balances.filter(account__region_id=self.region_id)
        return dict(balances.values_list("account_id", "amount"))

    def first_day(self) -> date | None:
        """The day on which accounts open; None when there is no journal."""
        if self.since is not None:
            return self.since
        first = self._until().aggregate(first=Min("journal__posted_at"))["first"]
        return clock.day_of(first) if first else None

    def _of_region(self) -> QuerySet[Entry]:
        found = Entry.objects.all()
        return found if self.region_id is None else found.filter(account__region_id=self.region_id)

    def _until(self) -> QuerySet[Entry]:
        found = self._of_region()
        if self.until is None:
            return found
        return found.filter(journal__posted_at__lt=clock.midnight(self.until + timedelta(days=1)))


def export(form: str, span: Span) -> Iterator[str]:
    """The books of `span` as lines of `form` (one of `FORMATS`), read from one snapshot of the database.

    Raises ValueError for another format.
    """
    if form not in FORMATS:
        raise ValueError(f"unknown format {form}; known are {', '.join(FORMATS)}")
    writer: Beancount | Hledger = Beancount() if form == "beancount" else Hledger()
    with one_snapshot():  # so that journals and balances belong together
        yield from _written(writer, span)


def name_of(account: Account) -> str:
    """The account's name in words that both programs take: `Liabilities:Escrow:R1:EO-2026-000001`.

    What the programs do not allow becomes a dash, and the row's key is added so that two accounts never become one.
    """
    parts = [_root(account), _words(account.kind), f"R{account.region_id}"]
    for raw in filter(None, [account.purchase_number, account.tax_code]):
        plain = _UNPLAIN.sub("-", raw).strip("-")
        if plain != raw or not (plain[0].isdigit() or plain[0].isupper()):
            plain = f"A{account.pk}-{plain}".rstrip("-")
        parts.append(plain)
    return ":".join(parts)


def amount_of(sen: int) -> str:
    """Sen as rupiah with two decimals: `-1234.50`."""
    whole, rest = divmod(abs(sen), SEN_PER_RUPIAH)
    return f"{'-' if sen < 0 else ''}{whole}.{rest:02d}"


def proof_of(journal: Journal) -> str:
    """What proves a journal, for the reader of the text: `evidence 12 TRF-1`, or nothing."""
    if journal.evidence is not None:
        return f"evidence {journal.evidence_id} {journal.evidence.number}"
    if journal.provider_event is not None:
        return f"provider_event {journal.provider_event_id} {journal.provider_event.event_id}"
    return ""


class Beancount:
    """The text that beancount 2 and 3 read."""

    def head(self) -> Iterator[str]:
        """Title and currency."""
        yield 'option "title" "e-Order"'
        yield f'option "operating_currency" "{CURRENCY}"'
        yield ""

    def account(self, day: date, name: str, code: str) -> Iterator[str]:
        """Open one account."""
        yield f"{day} open {name} {CURRENCY}"
        yield f"  code: {_quoted(code)}"

    def booking(
        self, day: date, kind: str, memo: str, told: dict[str, str], legs: Iterable[tuple[str, int]]
    ) -> Iterator[str]:
        """One journal with what it is known by."""
        yield ""
        yield f"{day} * {_quoted(kind)} {_quoted(memo)}"
        yield from (f"  {key}: {_quoted(value)}" for key, value in told.items() if value)
        yield from (f"  {name}  {amount_of(sen)} {CURRENCY}" for name, sen in legs)

    def assertions(self, day: date, held: Iterable[tuple[str, int]]) -> Iterator[str]:
        """What every account holds after `day`; beancount looks at the morning of the next one."""
        yield ""
        morning = day + timedelta(days=1)
        yield from (f"{morning} balance {name}  {amount_of(sen)} {CURRENCY}" for name, sen in held)


class Hledger:
    """The text that hledger reads."""

    def head(self) -> Iterator[str]:
        """Title, and how amounts are written."""
        yield "; e-Order"
        yield f"commodity 1000.00 {CURRENCY}"
        yield ""

    def account(self, day: date, name: str, code: str) -> Iterator[str]:
        """Declare one account."""
        yield f"account {name}  ; code: {_line(code)}"

    def booking(
        self, day: date, kind: str, memo: str, told: dict[str, str], legs: Iterable[tuple[str, int]]
    ) -> Iterator[str]:
        """One journal with what it is known by."""
        yield ""
        yield f"{day} * {_line(kind)} | {_line(memo)}"
        yield from (f"    ; {key}: {_line(value)}" for key, value in told.items() if value)
        yield from (f"    {name}  {amount_of(sen)} {CURRENCY}" for name, sen in legs)

    def assertions(self, day: date, held: Iterable[tuple[str, int]]) -> Iterator[str]:
        """What every account holds after `day`: a transaction that moves nothing and states all."""
        yield ""
        yield f"{day} * Saldo akhir"
        yield from (f"    {name}  0.00 {CURRENCY} = {amount_of(sen)} {CURRENCY}" for name, sen in held)


def _written(writer: Beancount | Hledger, span: Span) -> Iterator[str]:
    yield from writer.head()
    first = span.first_day()
    if first is None:
        return
    opening, closing = span.opening(), span.closing()
    accounts = _accounts(span)
    names = {account.pk: name_of(account) for account in accounts}
    for account in accounts:
        yield from writer.account(first, names[account.pk], account.code)
    if opening:
        legs = [(names[pk], sen) for pk, sen in sorted(opening.items())]
        yield from writer.booking(first, "Saldo awal", "", {}, legs)
    last = span.until or first
    rows = span.journals().select_related("journal__evidence", "journal__provider_event")
    for journal, entries in groupby(rows.iterator(chunk_size=_CHUNK), key=attrgetter("journal")):
        day = clock.day_of(journal.posted_at)
        last = max(last, day)
        legs = [(names[entry.account_id], entry.amount) for entry in entries]
        yield from writer.booking(day, journal.get_kind_display(), journal.memo, _told(journal), legs)
    yield from writer.assertions(
        last, [(names[pk], sen) for pk, sen in sorted(closing.items()) if pk in names]
    )


def _told(journal: Journal) -> dict[str, str]:
    return {
        "journal": str(journal.pk),
        "idem_key": journal.idem_key,
        "instrument": journal.instrument,
        "purchase": journal.purchase_number,
        "proof": proof_of(journal),
        "reverses": str(journal.reverses_id or ""),
    }


def _accounts(span: Span) -> list[Account]:
    found = Account.objects.all() if span.region_id is None else Account.objects.filter(region=span.region_id)
    return list(found.order_by("code"))


def _sums(entries: QuerySet[Entry]) -> dict[int, int]:
    summed = entries.order_by().values_list("account_id").annotate(total=Sum("amount"))
    return {pk: total for pk, total in summed if total}


def _root(account: Account) -> str:
    if account.kind.endswith("_EXPENSE"):
        return "Expenses"
    return "Assets" if account.side == DEBIT else "Liabilities"


def _words(kind: str) -> str:
    return kind.replace("_", " ").title().replace(" ", "")


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _line(text: str) -> str:
    """One line without the marks at which hledger ends a description or a tag."""
    return " ".join(text.split()).replace(";", " ").replace(",", " ").replace("|", "/")
