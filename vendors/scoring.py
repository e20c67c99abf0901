"""What a score is made of: observations read out of an order's history in the log, and how they become a number. Pure.

Two sides are measured: a vendor by what it did, an agency unit by how it bought and paid. Each observation is a number
from 0 to 100; a score is their average, in which an observation weighs half as much after every half-life. Below the
smallest sample no number is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

VENDOR, UNIT = "VENDOR", "UNIT"
PER_LATE_DAY: Final = 10
PER_SLOW_DAY: Final = 25

MEASURES: Final[dict[str, tuple[str, str, str]]] = {
    "answer": (
        VENDOR,
        "Menjawab pesanan",
        "100 bila dijawab paling lambat hari kerja berikutnya; turun 25 tiap hari; 0 bila tidak dijawab.",
    ),
    "on_time": (
        VENDOR,
        "Tepat waktu mengirim",
        "100 bila tiba paling lambat pada tanggal yang diminta; turun 10 tiap hari terlambat.",
    ),
    "quantity": (
        VENDOR,
        "Jumlah diterima baik",
        "Bagian yang diterima baik dari yang dipesan, dalam persen.",
    ),
    "trouble": (
        VENDOR,
        "Tanpa masalah",
        "100 bila tanpa ketidaksesuaian; 0 bila ada, atau bila pesanan diputus.",
    ),
    "rating": (VENDOR, "Penilaian pembeli", "Nilai 1 sampai 5 dari PPK, sebagai 0 sampai 100."),
    "approval": (
        UNIT,
        "Menyetujui pesanan",
        "100 bila PPK memutuskan paling lambat hari kerja berikutnya; turun 25 tiap hari.",
    ),
    "acceptance": (
        UNIT,
        "Menerima barang",
        "100 bila BAST ditandatangani paling lambat dua hari kerja setelah tiba; turun 25 tiap hari.",
    ),
    "payment": (
        UNIT,
        "Membayar",
        "100 bila dibayar dalam batas hari kerja setelah BAST; turun 10 tiap hari lewat.",
    ),
    "word": (
        UNIT,
        "Menepati pesanan",
        "100 bila pesanan diselesaikan; 0 bila dihentikan setelah disepakati.",
    ),
}
"""Code → whose it is, its name, and how an observation is counted."""

WorkingDays = Callable[[date, date], int]


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of an order's history: its act, its moment, who acted for whom, what it says."""

    act: str
    at: datetime
    organisation_id: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observed:
    """One observation: whose, of what, how good (0 to 100), and the act it was read from."""

    side: str
    subject_id: int
    measure: str
    value: int
    at: datetime


def observed(
    history: Iterable[Happened],
    *,
    working_days: WorkingDays,
    pay_within: int,
    day_of: Callable[[datetime], date],
) -> list[Observed]:
    """All observations in one order's history, in whatever order its entries are given.

    Args:
        working_days: working days after the first day up to and with the second.
        pay_within: working days after the BAST in which the vendor must be paid.
        day_of: the local day of a moment.
    """
    story = _Story(sorted(history, key=lambda each: each.at), working_days, pay_within, day_of)
    return story.observations() if story.first("submit") else []


class _Story:
    """An order's history, asked for its moments."""

    def __init__(
        self,
        history: Sequence[Happened],
        working_days: WorkingDays,
        pay_within: int,
        day_of: Callable[[datetime], date],
    ) -> None:
        self._days, self._pay_within, self._day_of = working_days, pay_within, day_of
        self._first: dict[str, Happened] = {}
        for each in history:
            self._first.setdefault(each.act.removeprefix("purchase."), each)

    def first(self, act: str) -> Happened | None:
        return self._first.get(act)

    def between(self, start: str, *ends: str) -> tuple[int, Happened] | None:
        """Working days from an act to the first of others, and that one; None while either is missing."""
        begun = self.first(start)
        ended = [found for act in ends if (found := self.first(act))]
        if begun is None or not ended:
            return None
        end = min(ended, key=lambda each: each.at)
        return max(self._days(self._day_of(begun.at), self._day_of(end.at)), 0), end

    def observations(self) -> list[Observed]:
        submitted = self._first["submit"]
        vendor, unit = submitted.facts.get("vendor_id"), submitted.organisation_id
        found: list[tuple[str, int, datetime]] = []
        for measure in (self._answer, self._on_time, self._quantity, self._trouble, self._rating):
            found += measure()
        for measure in (self._approval, self._acceptance, self._payment, self._word):
            found += measure()
        subjects = {VENDOR: vendor, UNIT: unit}
        return [
            Observed(MEASURES[code][0], int(subject), code, value, at)
            for code, value, at in found
            if (subject := subjects[MEASURES[code][0]]) is not None
        ]

    def _answer(self) -> list[tuple[str, int, datetime]]:
        lapsed = self.first("lapse")
        if lapsed is not None and self.first("approve") is not None:
            return [("answer", 0, lapsed.at)]
        answered = self.between("approve", "confirm", "decline")
        return [("answer", _falling(answered[0] - 1, PER_SLOW_DAY), answered[1].at)] if answered else []

    def _on_time(self) -> list[tuple[str, int, datetime]]:
        arrived, wanted = self.first("receive"), self._first["submit"].facts.get("needed_by")
        if arrived is None or not wanted:
            return []
        late = (self._day_of(arrived.at) - date.fromisoformat(str(wanted))).days
        return [("on_time", _falling(late, PER_LATE_DAY), arrived.at)]

    def _quantity(self) -> list[tuple[str, int, datetime]]:
        arrived = self.first("receive")
        if arrived is None:
            return []
        good = int(arrived.facts.get("good", 0))
        ordered = good + int(arrived.facts.get("damaged", 0)) + int(arrived.facts.get("short", 0))
        return [("quantity", good * 100 // ordered, arrived.at)] if ordered else []

    def _trouble(self) -> list[tuple[str, int, datetime]]:
        bad = [
            each for act in ("report_discrepancy", "terminate", "reject_goods") if (each := self.first(act))
        ]
        if bad:
            return [("trouble", 0, bad[0].at)]
        accepted = self.first("accept")
        return [("trouble", 100, accepted.at)] if accepted else []

    def _rating(self) -> list[tuple[str, int, datetime]]:
        closed = self.first("close")
        rating = closed.facts.get("rating") if closed else None
        return [("rating", (int(rating) - 1) * 25, closed.at)] if closed and rating else []

    def _approval(self) -> list[tuple[str, int, datetime]]:
        decided = self.between("submit", "approve", "refuse")
        return [("approval", _falling(decided[0] - 1, PER_SLOW_DAY), decided[1].at)] if decided else []

    def _acceptance(self) -> list[tuple[str, int, datetime]]:
        signed = self.between("receive", "sign_bast")
        return [("acceptance", _falling(signed[0] - 2, PER_SLOW_DAY), signed[1].at)] if signed else []

    def _payment(self) -> list[tuple[str, int, datetime]]:
        paid = self.between("accept", "pay")
        return [("payment", _falling(paid[0] - self._pay_within, PER_LATE_DAY), paid[1].at)] if paid else []

    def _word(self) -> list[tuple[str, int, datetime]]:
        stopped, closed = self.first("stop"), self.first("accept")
        if stopped is not None and self.first("confirm") is not None:
            return [("word", 0, stopped.at)]
        return [("word", 100, closed.at)] if closed else []


def _falling(days_too_many: int, per_day: int) -> int:
    return max(100 - max(days_too_many, 0) * per_day, 0)


@dataclass(frozen=True, slots=True)
class Score:
    """One measure of a subject: the weighted average in whole points, None below the smallest sample."""

    measure: str
    sample: int
    points: int | None

    @property
    def label(self) -> str:
        """The measure in words."""
        return MEASURES[self.measure][1]


def weight(age_days: int, half_life_days: int) -> float:
    """How much an observation counts: 1 today, a half after one half-life."""
    return float(0.5 ** (max(age_days, 0) / half_life_days))


def averaged(rows: Iterable[tuple[int, int]], *, half_life_days: int) -> float | None:
    """The weighted average of (value, age in days); None without rows. The database works it out the same way."""
    pairs = [(value, weight(age, half_life_days)) for value, age in rows]
    total = sum(part for _value, part in pairs)
    return sum(value * part for value, part in pairs) / total if total else None
