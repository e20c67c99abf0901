"""A month of payments as three banks would state them, two lines in a hundred gone wrong in ways that have names."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from marketplace.accounts.actors import Actor
from procurement.reconciliation.actions import import_statement
from procurement.reconciliation.models import Discrepancy, Match, StatementLine
from tests.reconciliation.banks import Move, account, camt, csv, mt940
from tests.reconciliation.money import Money, moved
from tests.settlement.orders import Case

FIRST = date(2026, 10, 1)
DAYS = 30
NOISE = (
    "missing reference",
    "cut remark",
    "wrong amount",
    "double line",
    "fee",
    "reversal",
    "unknown payer",
    "swapped digits",
)
MATCHED_ALL_THE_SAME = frozenset({"fee"})
"""Noise that a rule settles."""
ESCROW, ESCROW_OUT, TREASURY = "1230004567", "4560001234", "9990001111"


@dataclass
class Month:
    """Files of three banks, and the truth: which remark stands for which leg, what is noise of which kind."""

    files: list[bytes] = field(default_factory=list)
    truth: dict[str, tuple[str, int]] = field(default_factory=dict)
    noise: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    payments: int = 0


@dataclass
class Result:
    """What a run came to."""

    payments: int
    lines: int
    matched: int
    false: int
    noise: dict[str, int]
    exceptions: dict[str, int]
    seconds: float

    @property
    def rate(self) -> float:
        """Share of payments matched by rule."""
        return self.matched / self.payments


def make(case: Case, payments: int, seed: int = 6) -> Month:
    """Orders in the database and the files that tell of them; the same seed makes the same month."""
    chance = random.Random(seed)
    share = payments // 3
    month = Month(payments=share * 2 + payments - 2 * share)

    def amounts(number: int) -> list[int]:
        # A third at round prices that many orders share: equal amounts must not confuse anything.
        return [
            chance.choice([1_500_000, 2_500_000, 5_000_000, 10_000_000])
            if chance.random() < 0.3
            else chance.randrange(100_000, 50_000_000)
            for _n in range(number)
        ]

    came = moved(case, amounts(share), paid_out=False)
    went = moved(case, amounts(share), book=False, withheld=15_000)
    direct = moved(case, amounts(payments - 2 * share), profile="LS")
    month.files += [
        _file(month, chance, came, "CAPTURE", ESCROW),
        _file(month, chance, went, "PAYOUT", ESCROW_OUT),
        _file(month, chance, direct, "SP2D", TREASURY),
    ]
    return month


def _file(month: Month, chance: random.Random, found: list[Money], kind: str, number: str) -> bytes:
    noisy = set(chance.sample(range(len(found)), k=round(len(found) * 0.02)))
    by_day: dict[int, list[Move]] = {day: [] for day in range(DAYS)}
    for place, money in enumerate(found):
        day = place * DAYS // len(found)
        name = NOISE[chance.randrange(len(NOISE))] if place in noisy else ""
        if name:
            month.noise[name] += 1
        by_day[day] += _moves(month, chance, money, kind, FIRST + timedelta(days=day), name)
    month.lines += sum(len(moves) for moves in by_day.values())
    return _written(number, by_day)


def _written(number: str, by_day: dict[int, list[Move]]) -> bytes:
    """A statement a day in the formats that can; the CSV is one for the month."""
    balance = 10**13
    if number == TREASURY:
        return csv(
            [move for moves in by_day.values() for move in moves], opening=balance, account=number, day=FIRST
        )
    files = []
    for day, moves in by_day.items():
        on = FIRST + timedelta(days=day)
        write = mt940 if number == ESCROW else camt
        files.append(write(moves, number=day + 1, opening=balance, account=number, day=on))
        balance += sum(move.amount for move in moves)
    return b"".join(files) if number == ESCROW else _one_document(files)


def _one_document(files: list[bytes]) -> bytes:
    statements = [each.partition(b"<Stmt>")[2].partition(b"</Stmt>")[0] for each in files]
    head, tail = files[0].partition(b"<Stmt>")[0], b"</BkToCstmrStmt></Document>"
    return head + b"".join(b"<Stmt>" + each + b"</Stmt>" for each in statements) + tail


def _moves(
    month: Month, chance: random.Random, money: Money, kind: str, on: date, noise: str
) -> Iterator[Move]:
    rows = {"CAPTURE": money.attempt, "PAYOUT": money.payout, "SP2D": money.sp2d}
    sen = money.obligation.gross * 100 if kind == "CAPTURE" else -money.obligation.net * 100
    reference = {
        "CAPTURE": str(getattr(money.attempt, "reference", "")),
        "PAYOUT": money.purchase.number,
        "SP2D": str(getattr(money.sp2d, "number", "")),
    }[kind]
    # The mark tells the test which payment a line is; no code of ours, so the matcher cannot see it.
    mark = f"#{kind[0]}{rows[kind].pk}#"
    if noise not in {"missing reference", "cut remark", "swapped digits", "wrong amount"}:
        month.truth[mark] = (kind, rows[kind].pk)
    remark = {
        "missing reference": "SETORAN PEMINDAHAN",
        "cut remark": f"{reference[:8]}",
        "swapped digits": _swapped(reference),
    }.get(noise, _as_banks_write(chance, reference))
    if noise in {"missing reference", "cut remark", "swapped digits", "wrong amount"}:
        mark = f"#X{rows[kind].pk}#"
    if noise == "wrong amount":
        sen += 100 * chance.choice([-1, 1]) * chance.randrange(1, 9_999)
    yield Move(sen, f"{mark} {remark}", day=on)
    if noise == "double line":
        yield Move(sen, f"#D{rows[kind].pk}# {remark}", day=on)
    elif noise == "reversal":
        yield Move(-sen, f"#R{rows[kind].pk}# {reference}", day=on, reversal=True)
    elif noise == "fee":
        yield Move(-650_000, "BIAYA ADM", day=on)
    elif noise == "unknown payer":
        yield Move(abs(sen), "#U# TRANSFER DARI ORANG LAIN", day=on)


def _swapped(reference: str) -> str:
    """Two unequal neighbouring characters near the end change places."""
    for at in range(len(reference) - 2, 0, -1):
        one, two = reference[at], reference[at + 1]
        if one != two and one.isalnum() and two.isalnum():
            return f"{reference[:at]}{two}{one}{reference[at + 2 :]}"
    return reference[::-1]


def _as_banks_write(chance: random.Random, reference: str) -> str:
    return chance.choice(
        [
            reference,
            f"TRSF E-BANKING {reference}",
            f"PEMBAYARAN {reference} WS_OB;",
            reference.lower(),
            f"OVERBOOKING BENDAHARA PENGELUARAN DINAS CONTOH PROVINSI {reference}",
        ]
    )


def run(case: Case, operator: Actor, payments: int) -> Result:
    """Make a month, import and match it, and hold the matches against the truth."""
    region = case.purchase.region
    account(region, ESCROW)
    account(region, ESCROW_OUT)
    account(region, TREASURY, kind="TREASURY")
    month = make(case, payments)
    start = time.perf_counter()
    for content in month.files:
        import_statement(actor=operator, content=content)
    seconds = time.perf_counter() - start
    return _judged(month, seconds)


def _judged(month: Month, seconds: float) -> Result:
    rows = Match.objects.exclude(leg_kind="BANK_FEE").values_list("leg_kind", "leg_id", "line__remark")
    false = matched = 0
    for kind, leg_id, remark in rows:
        if month.truth.get(remark.replace("\n", "").split(" ")[0]) == (kind, leg_id):
            matched += 1
        else:
            false += 1
    kinds = Counter(Discrepancy.objects.filter(state="OPEN").values_list("kind", flat=True))
    lines = StatementLine.objects.count()
    return Result(month.payments, lines, matched, false, dict(month.noise), dict(kinds), seconds)
