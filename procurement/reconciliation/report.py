"""The three-way report of a day: what orders say, what providers say, what the bank says, and every difference.

Amounts are sen. A day is closed when nothing is left to explain: no open exception, no payment overdue at the bank, a
statement that covers the day, and books and bank apart only by money on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter, working_days_after
from procurement.reconciliation.legs import legs_of, standing
from procurement.reconciliation.matching import Leg
from procurement.reconciliation.models import (
    BankStatement,
    Discrepancy,
    LegKind,
    OwnAccount,
    StatementLine,
)
from procurement.settlement.models import AccountKind, Entry, Payout, Posting, UnmatchedMoney
from procurement.settlement.queries import AWAY

SHOWN = 500
"""Differences of one kind that a report lists; the count is always whole."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side knows of a day: how many movements, what came and what went."""

    count: int = 0
    came: int = 0
    went: int = 0

    @classmethod
    def of(cls, amounts: Iterable[int]) -> Side:
        listed = list(amounts)
        return cls(len(listed), sum(a for a in listed if a > 0), -sum(a for a in listed if a < 0))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree: its kind, order or reference, and the amount."""

    kind: str
    label: str
    reference: str
    amount: int
    expected: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account on the day: its last statement's balance, and whether a statement covers the day."""

    name: str
    kind: str
    covered: bool
    closing: int | None


@dataclass(slots=True)
class DayReport:
    """The report of one region and day."""

    region: str
    day: date
    orders: Side
    provider: Side
    bank: Side
    matched: int
    accounts: list[AccountState]
    ledger: int
    statements: int
    on_its_way: int
    unexplained: int
    differences: list[Difference] = field(default_factory=list)
    open_exceptions: int = 0
    overdue: int = 0

    @property
    def closed(self) -> bool:
        """Whether nothing is left to explain; a region without an account has no bank that could agree."""
        covered = bool(self.accounts) and all(account.covered for account in self.accounts)
        return covered and not (self.unexplained or self.differences or self.open_exceptions or self.overdue)

    def told(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "region": self.region,
            "date": self.day.isoformat(),
            "closed": self.closed,
            "orders": _side(self.orders),
            "provider": _side(self.provider),
            "bank": _side(self.bank),
            "matched_lines": self.matched,
            "ledger_bank_sen": self.ledger,
            "statements_sen": self.statements,
            "on_its_way_sen": self.on_its_way,
            "unexplained_sen": self.unexplained,
            "open_exceptions": self.open_exceptions,
            "overdue": self.overdue,
            "accounts": [
                {"name": each.name, "kind": each.kind, "covered": each.covered, "closing_sen": each.closing}
                for each in self.accounts
            ],
            "differences": [
                {
                    "kind": each.kind,
                    "label": each.label,
                    "reference": each.reference,
                    "sen": each.amount,
                    "expected_sen": each.expected,
                    "line": each.line,
                }
                for each in self.differences
            ],
        }


def _side(side: Side) -> dict[str, int]:
    return {"count": side.count, "came_sen": side.came, "went_sen": side.went}


def report(region: Region, day: date) -> DayReport:
    """The three sides of one region on a Jakarta day, and what is not explained up to its end."""
    legs = legs_of(region.pk)
    lines = StatementLine.objects.filter(account__region=region, booked_on=day)
    accounts = list(OwnAccount.objects.filter(region=region).order_by("pk"))
    differences, open_exceptions = _exceptions(region.pk, day)
    late = [leg for leg in legs if not leg.is_matched and _is_late(leg, region.pk, day)]
    differences += [_missing(leg) for leg in late[:SHOWN]]
    differences += _provider_differences(region.pk, day)
    differences += _not_booked(region.pk, day)
    ledger, by_proof_of_orders = _ledger(region.pk, day)
    statements, odd, at_bank = _at_bank(day, accounts, legs)
    on_its_way = at_bank - by_proof_of_orders + odd
    going = [leg.amount for leg in legs if leg.day == day and leg.amount < 0]
    captured = _captured(region.pk, day)
    return DayReport(
        region=region.name,
        day=day,
        orders=Side.of([*(-amount for amount in captured[AccountKind.ESCROW]), *going]),
        provider=Side.of(captured[AccountKind.PROVIDER_CLEARING]),
        bank=Side.of(_ours(lines).values_list("amount", flat=True)),
        matched=standing().filter(line__in=lines).count(),
        accounts=_states(accounts, day),
        ledger=ledger,
        statements=statements,
        on_its_way=on_its_way,
        unexplained=statements - ledger - on_its_way,
        differences=differences,
        open_exceptions=open_exceptions,
        overdue=len(late),
    )


def _captured(region_id: int, day: date) -> dict[str, list[int]]:
    """What captures of the day put on orders' escrow, and on what the provider owes us."""
    start, end = _span(day)
    entries = Entry.objects.filter(
        account__region_id=region_id,
        account__kind__in=[AccountKind.ESCROW, AccountKind.PROVIDER_CLEARING],
        journal__kind__in=[Posting.CAPTURE, Posting.CAPTURE_LATE],
        journal__posted_at__gte=start,
        journal__posted_at__lt=end,
    )
    found: dict[str, list[int]] = {AccountKind.ESCROW: [], AccountKind.PROVIDER_CLEARING: []}
    for kind, amount in entries.values_list("account__kind", "amount"):
        found[kind].append(amount)
    return found


def _ours(lines: QuerySet[StatementLine]) -> QuerySet[StatementLine]:
    """Of the treasury's lines, those that were matched or look like ours."""
    named = standing().values("line_id")
    odd = Discrepancy.objects.values("line_id")
    return lines.filter(Q(account__kind=AccountKind.BANK) | Q(pk__in=named) | Q(pk__in=odd))


# ── differences ──────────────────────────────────────────────────────────────────────────────────────────────────
def _exceptions(region_id: int, day: date) -> tuple[list[Difference], int]:
    found = Discrepancy.objects.filter(region_id=region_id, state="OPEN", line__booked_on__lte=day)
    listed = [
        Difference(
            odd.kind,
            str(odd.get_kind_display()),
            odd.reference or odd.line.remark[:60],
            odd.amount,
            odd.expected,
            odd.line_id,
        )
        for odd in found.select_related("line").order_by("line__booked_on", "pk")[:SHOWN]
    ]
    return listed, len(listed) if len(listed) < SHOWN else found.count()


def _is_late(leg: Leg, region_id: int, day: date) -> bool:
    """Whether a bank should have shown the leg by the end of the day."""
    return leg.day <= day and _due(leg.day, region_id) <= day


def _due(since: date, region_id: int) -> date:
    days = int(parameter("reconciliation.settlement_days", on=since, region_id=region_id).value)
    noon = datetime.combine(since, time(12), timezone.get_current_timezone())
    return clock.day_of(working_days_after(noon, days))


def _missing(leg: Leg) -> Difference:
    label = f"{LegKind(leg.kind).label}: belum ada di rekening koran"
    return Difference("MISSING", label, leg.purchase or leg.codes[0].told, leg.amount)


def _not_booked(region_id: int, day: date) -> list[Difference]:
    """Transfers the bank shows that nobody has recorded in the books within the days a proof may take."""
    at_bank = standing().filter(
        line__account__region_id=region_id, leg_kind=LegKind.PAYOUT, line__booked_on__lte=day
    )
    waiting = Payout.objects.filter(pk__in=at_bank.values("leg_id"), state__in=AWAY)
    orders = dict(waiting.values_list("pk", "obligation__purchase__number"))
    rows = at_bank.filter(leg_id__in=orders).values_list(
        "leg_id", "line_id", "line__amount", "line__booked_on"
    )
    return [
        Difference("NOT_BOOKED", "Sudah keluar dari bank, belum dibukukan", orders[leg], sen, line=line)
        for leg, line, sen, booked_on in rows[:SHOWN]
        if _due(booked_on, region_id) <= day
    ]


def _provider_differences(region_id: int, day: date) -> list[Difference]:
    """Captures of the day whose amount is not what the order owed: too much, too little, too late."""
    start, end = _span(day)
    rows = UnmatchedMoney.objects.filter(
        attempt__region_id=region_id, created_at__gte=start, created_at__lt=end
    ).select_related("attempt")
    return [
        Difference(
            f"PROVIDER_{each.kind}",
            str(each.get_kind_display()),
            each.attempt.reference if each.attempt else "",
            each.amount,
        )
        for each in rows
    ]


def _span(day: date) -> tuple[datetime, datetime]:
    start = clock.midnight(day)
    return start, start + timedelta(days=1)


# ── balances ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _ledger(region_id: int, day: date) -> tuple[int, int]:
    """(the books' bank balance at the end of the day, how much of it payouts and deposits put there by own proofs).

    What a statement proved counts on the day the bank booked it.
    """
    _start, end = _span(day)
    proved = StatementLine.objects.filter(account__region_id=region_id, booked_on__lte=day)
    own = Q(journal__statement_line__isnull=True, journal__posted_at__lt=end)
    sums = Entry.objects.filter(account__region_id=region_id, account__kind=AccountKind.BANK).aggregate(
        all=Sum("amount", filter=own | Q(journal__statement_line__in=proved.values("pk")), default=0),
        own=Sum("amount", filter=own, default=0),
    )
    return int(sums["all"]), int(sums["own"])


def _at_bank(day: date, accounts: Sequence[OwnAccount], legs: Sequence[Leg]) -> tuple[int, int, int]:
    """(movements by the statements, those of lines without a match, transfers and deposits among the matched).

    The books and the statements may differ by transfers that only one of them shows yet, and by lines that are
    exceptions; by nothing else.
    """
    ours = [account for account in accounts if account.holds_only_ours]
    lines = StatementLine.objects.filter(account__in=ours, booked_on__lte=day)
    found = standing().filter(line__in=lines)
    by_line = Payout.objects.filter(proof__startswith=f"{StatementLine.aggregate}:")
    own_proof = Q(leg_kind=LegKind.TAX) | Q(leg_kind=LegKind.PAYOUT) & ~Q(leg_id__in=by_line.values("pk"))
    gone = set(found.filter(own_proof).values_list("leg_kind", "leg_id"))
    sums = lines.aggregate(
        all=Sum("amount", default=0),
        odd=Sum("amount", filter=~Exists(found.filter(line=OuterRef("pk"))), default=0),
    )
    at_bank = sum(leg.amount for leg in legs if (str(leg.kind), leg.pk) in gone)
    return int(sums["all"]), int(sums["odd"]), at_bank


def _states(accounts: Sequence[OwnAccount], day: date) -> list[AccountState]:
    rows = BankStatement.objects.filter(account__in=accounts).order_by("account_id", "period_to", "pk")
    last: dict[int, date] = {}
    closing: dict[int, int] = {}
    for account_id, period_to, closed in rows.values_list("account_id", "period_to", "closing"):
        last[account_id] = period_to
        if period_to <= day:
            closing[account_id] = closed
    return [
        AccountState(str(each), each.kind, last.get(each.pk, date.min) >= day, closing.get(each.pk))
        for each in accounts
    ]


@dataclass(frozen=True, slots=True)
class DayState:
    """One row of the calendar on the page: how many lines a day brought, how many are matched, how many open."""

    day: date
    lines: int
    matched: int
    open: int
    came: int
    went: int


def days(accounts: QuerySet[OwnAccount], limit: int = 31) -> list[DayState]:
    """The last days with lines, the newest first: three queries."""
    lines = StatementLine.objects.filter(account__in=accounts)
    rows = list(
        lines.values("booked_on")
        .annotate(
            count=Count("pk"),
            came=Sum("amount", filter=Q(amount__gt=0), default=0),
            went=Sum("amount", filter=Q(amount__lt=0), default=0),
        )
        .order_by("-booked_on")[:limit]
    )
    since = rows[-1]["booked_on"] if rows else date.max
    matched = _per_day(standing().filter(line__account__in=accounts, line__booked_on__gte=since))
    odd = _per_day(Discrepancy.objects.filter(account__in=accounts, state="OPEN", line__booked_on__gte=since))
    return [
        DayState(
            row["booked_on"],
            row["count"],
            matched.get(row["booked_on"], 0),
            odd.get(row["booked_on"], 0),
            row["came"],
            -row["went"],
        )
        for row in rows
    ]


def _per_day(rows: QuerySet[Any]) -> dict[date, int]:
    return dict(rows.values_list("line__booked_on").annotate(number=Count("pk")).order_by())


__all__ = ["DayReport", "DayState", "days", "report"]
