"""Properties of matching over small worlds full of look-alikes, each with a mutant that breaks it and is caught.

A world is a handful of orders with neighbouring numbers and shared prices, and what three bank files make of their
money: own lines, mistyped numbers, double lines, wrong amounts, lines that name nothing, reversals.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.reconciliation.codes import Code, squeezed
from procurement.reconciliation.matching import Key, Leg, Line, Search, Verdict

DAY = date(2026, 10, 5)
SEEDS = st.integers(min_value=0, max_value=10**9)
PRICES = (100_000_000, 150_000_000)
TRIED = 400


@dataclass
class World:
    """Legs, lines in three files, and which leg each line truly is (None: none at all)."""

    legs: list[Leg]
    files: list[list[Line]]
    truth: dict[int, Key | None]

    @property
    def lines(self) -> list[Line]:
        return [line for file in self.files for line in file]


def world(seed: int) -> World:
    chance = random.Random(seed)
    base = chance.choice([120, 119, 210, 998])
    numbers = [f"EO-2026-{base + step:06d}" for step in range(chance.randrange(2, 6))]
    numbers += [number for number in {_swapped(each) for each in numbers} if number not in numbers][:2]
    legs = [leg for pk, number in enumerate(numbers) for leg in _legs(chance, pk, number)]
    files: list[list[Line]] = [[], [], []]
    truth: dict[int, Key | None] = {}
    mistyped = chance.choice(legs)
    for leg in legs:
        for line, true in _told(chance, leg, is_mistyped=leg is mistyped):
            numbered = replace(line, pk=len(truth) + 1)
            truth[numbered.pk] = true
            files[chance.randrange(3)].append(numbered)
    return World(legs, files, truth)


def _legs(chance: random.Random, pk: int, number: str) -> Iterator[Leg]:
    counted = Code(squeezed(number), sequential=True, told=number)
    reference = f"BYR-{pk}-{chance.getrandbits(48):012x}"
    own = Code(squeezed(reference), ours=True, told=reference)
    price = chance.choice(PRICES)
    yield Leg("CAPTURE", pk, "BANK", price, DAY, (own, counted), number)
    yield Leg("PAYOUT", pk, "BANK", -chance.choice([price, 90_000_000]), DAY, (counted,), number)
    yield Leg("SP2D", pk, chance.choice(["TREASURY", "BANK"]), -price, DAY, (counted,), number)


def _told(chance: random.Random, leg: Leg, *, is_mistyped: bool) -> Iterator[tuple[Line, Key | None]]:
    said = chance.choice(leg.codes).told
    line = Line(0, leg.account_kind, None, leg.amount, f"TRF {said}")
    if is_mistyped:
        yield replace(line, text=f"TRF {_swapped(leg.purchase)}"), leg.key
        return
    fate = chance.random()
    if fate < 0.55:
        yield (
            replace(line, text=chance.choice([said, said.lower(), f"x {said} WS_OB;", " ".join(said)])),
            leg.key,
        )
    elif fate < 0.65:
        yield replace(line, text="TANPA BERITA"), None
    elif fate < 0.72:
        yield line, leg.key
        yield line, None
    elif fate < 0.79:
        yield replace(line, amount=leg.amount + chance.choice([-1, 1])), None
    elif fate < 0.86:
        yield replace(line, text="TANPA BERITA"), leg.key
    elif fate < 0.93:
        # What is taken back bears the reference of what it takes back.
        back = replace(line, amount=-leg.amount, text=f"BATAL {leg.codes[0].told}")
        yield replace(back, is_reversal=chance.random() < 0.5), None
    elif leg.kind == "CAPTURE":
        yield replace(line, account_kind="TREASURY"), None


def _swapped(number: str) -> str:
    return f"{number[:-2]}{number[-1]}{number[-2]}"


# ── the checks: each answers with what is wrong, "" when nothing is ──────────────────────────────────────────────
def run(legs: list[Leg], lines: list[Line]) -> list[Verdict]:
    return Search(legs, fee_limit=0).run(lines)


def one_line_one_leg(made: World) -> str:
    """Every leg has at most one line, every line at most one leg, and they agree to the sen."""
    matches = [(each.line, each.leg) for each in run(made.legs, made.lines) if each.leg]
    by_pk = {line.pk: line for line in made.lines}
    legs = Counter(leg.key for _line, leg in matches)
    if any(number > 1 for number in legs.values()):
        return f"a leg matched twice: {legs}"
    lines = Counter(line for line, _leg in matches)
    if any(number > 1 for number in lines.values()):
        return f"a line matched twice: {lines}"
    for pk, leg in matches:
        line = by_pk[pk]
        if (line.amount, line.account_kind) != (leg.amount, leg.account_kind) or line.is_reversal:
            return f"{line} is not {leg}"
    return ""


def no_false_match(made: World) -> str:
    """A line is matched with the leg it truly is, or with none. (Of a double line, either copy may be the one.)"""
    texts = {line.pk: (line.text, line.amount) for line in made.lines}
    for verdict in run(made.legs, made.lines):
        if verdict.leg is None or made.truth[verdict.line] == verdict.leg.key:
            continue
        twins = [pk for pk, told in texts.items() if told == texts[verdict.line]]
        if verdict.leg.key not in [made.truth[pk] for pk in twins]:
            return f"line {verdict.line} {texts[verdict.line]} matched with {verdict.leg.key}"
    return ""


def nothing_is_lost(made: World) -> str:
    """Every line of an account that holds only our money is matched or an exception, and never both."""
    verdicts = run(made.legs, made.lines)
    told = Counter(each.line for each in verdicts)
    ours = {line.pk for line in made.lines if line.account_kind == "BANK"}
    if missing := ours - told.keys():
        return f"lines without a word: {missing}"
    if any(number > 1 for number in told.values()):
        return "a line with two verdicts"
    odd = [each for each in verdicts if bool(each.leg) == bool(each.exception)]
    return f"both or neither: {odd}" if odd else ""


def outcome(made: World, order: tuple[int, ...]) -> tuple[frozenset[Key], Counter[Any]]:
    """What files imported one after the other end in: legs reconciled, exceptions by line's text, amount and kind."""
    legs, still_open, done = made.legs, list[Line](), set[Key]()
    verdicts: list[Verdict] = []
    for place in order:
        still_open = sorted([*still_open, *made.files[place]], key=lambda line: line.pk)
        verdicts = run(legs, still_open)
        done |= {each.leg.key for each in verdicts if each.leg}
        matched = {each.line for each in verdicts if each.leg}
        still_open = [line for line in still_open if line.pk not in matched]
        legs = [replace(leg, is_matched=leg.key in done) for leg in legs]
    by_pk = {line.pk: line for line in made.lines}
    odd = Counter((by_pk[each.line].amount, each.exception) for each in verdicts if each.exception)
    return frozenset(done), odd


def order_does_not_matter(made: World) -> str:
    """The files end in the same, in whichever order they come."""
    first, *others = [outcome(made, order) for order in permutations(range(3))]
    different = next((each for each in others if each != first), None)
    return f"{first} and {different}" if different is not None else ""


def again_changes_nothing(made: World) -> str:
    """Searching again after a search finds nothing new."""
    once = run(made.legs, made.lines)
    done = {each.leg.key for each in once if each.leg}
    matched = {each.line for each in once if each.leg}
    rest = [line for line in made.lines if line.pk not in matched]
    legs = [replace(leg, is_matched=leg.key in done) for leg in made.legs]
    return "matched on the second run" if any(each.leg for each in run(legs, rest)) else ""


CHECKS = [one_line_one_leg, no_false_match, nothing_is_lost, order_does_not_matter, again_changes_nothing]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@given(seed=SEEDS)
@settings(max_examples=300, deadline=None)
def test_property(check: Callable[[World], str], seed: int) -> None:
    assert check(world(seed)) == ""


def test_the_worlds_hold_what_they_are_for() -> None:
    """Enough of everything, or the properties would say little."""
    seen: Counter[str] = Counter()
    for seed in range(TRIED):
        made = world(seed)
        seen.update(each.exception or "MATCHED" for each in run(made.legs, made.lines))
    assert all(
        seen[kind] > 20 for kind in ("MATCHED", "UNKNOWN", "AMOUNT", "DOUBLE", "AMBIGUOUS", "RETURNED")
    ), seen


# ── mutants ──────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def patched(target: Any, name: str, made: Any) -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(target, name, made)
    try:
        yield
    finally:
        patch.undo()


class Forgetful(set[Key]):
    """Legs that are forgotten as soon as they are matched."""

    def add(self, key: Key) -> None:
        del key


def _forget(self: Search) -> None:
    _real_post_init(self)
    self.taken = Forgetful()


def _blind_to_the_past(self: Search, line: Line, leg: Leg, codes: Any) -> bool:
    kept, self.taken = self.taken, set()
    try:
        return _real_slip(self, line, leg, codes)
    finally:
        self.taken = kept


_real_slip = Search._may_be_a_slip
_real_post_init = Search.__post_init__
_real_verdict = Search._verdict

MUTANTS: dict[str, tuple[Callable[[World], str], Any, str, Any]] = {
    "the amount is not compared": (
        one_line_one_leg,
        Search,
        "_fits",
        lambda self, line, leg: leg.account_kind == line.account_kind,
    ),
    "the account is not compared": (
        one_line_one_leg,
        Search,
        "_fits",
        lambda self, line, leg: leg.amount == line.amount,
    ),
    "a leg is forgotten when matched": (one_line_one_leg, Search, "__post_init__", _forget),
    "a mistyped number is believed": (
        no_false_match,
        Search,
        "_may_be_a_slip",
        lambda self, line, leg, codes: False,
    ),
    "a line that names nothing takes the amount's leg": (
        no_false_match,
        Search,
        "_nameless",
        lambda self, line: next(
            (
                Verdict(line.pk, rule="CODE", leg=leg)
                for leg in self.by_amount[line.account_kind, line.amount]
            ),
            None,
        ),
    ),
    "a misfit is dropped": (
        nothing_is_lost,
        Search,
        "_verdict",
        lambda self, line, codes, is_cut: (
            None
            if (found := _real_verdict(self, line, codes, is_cut)) and found.exception == "AMOUNT"
            else found
        ),
    ),
    "a neighbour's line counts only while it is open": (
        order_does_not_matter,
        Search,
        "_may_be_a_slip",
        _blind_to_the_past,
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_mutant_is_caught(name: str) -> None:
    check, target, attribute, made = MUTANTS[name]
    with patched(target, attribute, made):
        assert any(check(world(seed)) for seed in range(TRIED)), f"nothing notices that {name}"
    assert not any(check(world(seed)) for seed in range(TRIED))
