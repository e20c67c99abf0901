"""Which line stands for which leg. Pure: lines and legs in, verdicts out; never a guess.

A line is matched only when a code in it names one leg and account, direction and amount agree to the sen. Everything
else is an exception that people decide; amount and day alone only make a suggestion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from procurement.reconciliation.codes import Code, CodeIndex, Text, is_bank_fee, is_slip
from procurement.reconciliation.models import Discrepancy, LegKind, Match

Kind = Discrepancy.Kind
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Leg:
    """Money the books know of, which a bank must show. `amount` in sen, above zero when it comes to us."""

    kind: str
    pk: int
    account_kind: str
    amount: int
    day: date
    codes: tuple[Code, ...]
    purchase: str = ""
    organisation_id: int | None = None
    is_matched: bool = False
    fee: int = 0

    @property
    def key(self) -> Key:
        """(kind, id) under which a match names it."""
        return self.kind, self.pk


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement, with what matters of its account. `amount` in sen."""

    pk: int
    account_kind: str
    organisation_id: int | None
    amount: int
    text: str
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line was found to be: a leg by a rule, or an exception of a kind."""

    line: int
    rule: str = ""
    leg: Leg | None = None
    found: str = ""
    exception: str = ""
    expected: int | None = None


@dataclass(slots=True)
class Search:
    """One run over all open lines of a region."""

    legs: Sequence[Leg]
    fee_limit: int
    taken: set[Key] = field(default_factory=set)
    by_code: dict[str, list[Leg]] = field(default_factory=lambda: defaultdict(list))
    by_amount: dict[tuple[str, int], list[Leg]] = field(default_factory=lambda: defaultdict(list))
    claimed: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for leg in self.legs:
            if leg.is_matched:
                self.taken.add(leg.key)
            self.by_amount[leg.account_kind, leg.amount].append(leg)
            for code in leg.codes:
                self.by_code[code.text].append(leg)

    def run(self, lines: Sequence[Line]) -> list[Verdict]:
        """A verdict for every line that is ours; lines of the treasury that name nothing of ours get none."""
        index = CodeIndex(code for leg in self.legs for code in leg.codes)
        named = [(line, *_codes(index, line)) for line in lines]
        for line, codes, _is_cut in named:
            leg = None if line.is_reversal else self._meant(line, self._named_by(codes))
            if leg is not None:
                self.claimed[leg.key].add(line.pk)
        found: dict[int, Verdict] = {}
        while True:  # a match may leave one leg alone that was one of two before
            before = len(self.taken)
            for line, codes, is_cut in named:
                if line.pk not in found or found[line.pk].exception:
                    verdict = self._verdict(line, codes, is_cut)
                    found |= {line.pk: verdict} if verdict is not None else {}
            if len(self.taken) == before:
                return list(found.values())

    # ── one line ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _verdict(self, line: Line, codes: Sequence[Code], is_cut: bool) -> Verdict | None:
        if not codes:
            return self._nameless(line)
        found = codes[0].told or codes[0].text
        legs = self._named_by(codes)
        if len({leg.purchase or str(leg.key) for leg in legs}) > 1:
            return _exception(line, Kind.AMBIGUOUS, found)
        fitting = [leg for leg in legs if self._fits(line, leg)]
        if line.is_reversal or not fitting:
            return self._misfit(line, legs, found)
        free = [leg for leg in fitting if leg.key not in self.taken]
        if not free:
            return _exception(line, Kind.DOUBLE, found, fitting[0].amount)
        if len(free) > 1 or self._is_unsure(line, free[0], legs, codes):
            return _exception(line, Kind.AMBIGUOUS, found, free[0].amount)
        self.taken.add(free[0].key)
        rule = Match.Rule.CUT if is_cut else _rule(codes)
        return Verdict(line.pk, rule=rule, leg=free[0], found=found)

    def _nameless(self, line: Line) -> Verdict | None:
        if line.amount < 0 and not line.is_reversal and is_bank_fee(line.text):
            if line.account_kind != "BANK":
                return None
            if -line.amount <= self.fee_limit:
                return Verdict(line.pk, rule=Match.Rule.BANK_FEE)
            return _exception(line, Kind.BANK_FEE)
        return _exception(line, Kind.UNKNOWN) if line.account_kind == "BANK" else None

    def _misfit(self, line: Line, legs: Sequence[Leg], found: str) -> Verdict:
        """Why a line that names a leg is not that leg."""
        returned = [leg for leg in legs if leg.amount == -line.amount]
        if returned:
            taken_back = line.is_reversal or any(leg.key in self.taken for leg in returned)
            kind = Kind.RETURNED if taken_back else Kind.DIRECTION
            return _exception(line, kind, found, returned[0].amount)
        if line.is_reversal:
            return _exception(line, Kind.RETURNED, found)
        if any(leg.amount == line.amount for leg in legs):
            return _exception(line, Kind.FOREIGN, found)
        same_way = [leg for leg in legs if (leg.amount > 0) == (line.amount > 0)]
        expected = same_way[0].amount if len(same_way) == 1 else None
        return _exception(line, Kind.AMOUNT if same_way else Kind.DIRECTION, found, expected)

    def _named_by(self, codes: Sequence[Code]) -> list[Leg]:
        """The legs of all codes; where a code that is nobody's neighbour names one of an order, that one alone."""
        surest = [leg for code in codes if not code.sequential for leg in self.by_code[code.text]]
        every = [leg for code in codes for leg in self.by_code[code.text]]
        orders = {leg.purchase for leg in surest}
        rest = [leg for leg in every if not surest or leg.purchase not in orders]
        return list({leg.key: leg for leg in [*surest, *rest]}.values())

    def _meant(self, line: Line, named: Sequence[Leg]) -> Leg | None:
        """The one leg a line is about, though perhaps not to the sen; None when there may be several."""
        same_way = [
            leg
            for leg in named
            if leg.account_kind == line.account_kind and (leg.amount > 0) == (line.amount > 0)
        ]
        about = [leg for leg in same_way if leg.amount == line.amount] or same_way
        return about[0] if len(about) == 1 else None

    def _fits(self, line: Line, leg: Leg) -> bool:
        own = line.organisation_id is None or leg.organisation_id in {None, line.organisation_id}
        return own and leg.account_kind == line.account_kind and leg.amount == line.amount

    def _is_unsure(self, line: Line, leg: Leg, named: Sequence[Leg], codes: Sequence[Code]) -> bool:
        """Whether a number given one after the other says too little: a slip, or a transfer that came back."""
        own = {code.text for code in leg.codes}
        if any(code.text in own and not code.sequential for code in codes):
            return False
        back = line.amount > 0 and any(other.amount == -line.amount for other in named)
        return back or self._may_be_a_slip(line, leg, codes)

    def _may_be_a_slip(self, line: Line, leg: Leg, codes: Sequence[Code]) -> bool:
        """Whether the number may be a neighbour's, mistyped: same amount, number alike, and no line of its own."""
        own = {code.text for code in leg.codes}
        said = [code.text for code in codes if code.text in own]
        return any(
            other.key not in self.taken
            and other.key != leg.key
            and not self.claimed[other.key] - {line.pk}
            and any(is_slip(text, code.text) for text in said for code in other.codes if code.sequential)
            for other in self.by_amount[line.account_kind, line.amount]
        )


def _codes(index: CodeIndex, line: Line) -> tuple[list[Code], bool]:
    text = Text(line.text)
    whole = index.whole(text)
    if whole:
        return whole, False
    cut = index.cut(text)
    return ([cut], True) if cut is not None else ([], False)


def _rule(codes: Sequence[Code]) -> str:
    return Match.Rule.CODE if all(code.sequential for code in codes) else Match.Rule.PARTNER


def _exception(line: Line, kind: str, found: str = "", expected: int | None = None) -> Verdict:
    return Verdict(line.pk, exception=kind, found=found, expected=expected)


def suggestions(line: Line, booked_on: date, legs: Iterable[Leg], *, days: int) -> list[Leg]:
    """Open legs of the line's amount, direction and account kind within `days`: what two persons may look at first."""
    found = [
        leg
        for leg in legs
        if not leg.is_matched
        and leg.account_kind == line.account_kind
        and leg.amount == line.amount
        and (line.organisation_id is None or leg.organisation_id in {None, line.organisation_id})
        and abs((booked_on - leg.day).days) <= days
    ]
    return sorted(found, key=lambda leg: (abs((booked_on - leg.day).days), leg.key))


__all__ = ["Kind", "Leg", "LegKind", "Line", "Search", "Verdict", "suggestions"]
