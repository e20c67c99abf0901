"""Drawing samples that anybody can draw again. Pure Python, standard library alone; `ALGORITHM` names this version.

Every draw follows from the seed and the keys through SHA-256, so a spreadsheet or `sha256sum` can repeat it:

- *rank* of a unit: the number SHA-256(seed, line feed, key). The lowest ranks are a simple random sample, and a unit
  that joins the population moves at most one other out of it.
- *start* of monetary-unit sampling: SHA-256(seed, line feed, "start", line feed, n) for n = 0, 1, … until it falls
  below the largest multiple of the interval, modulo the interval: each rupiah of the interval is equally likely.

Source of the methods: SPKN/ISA 530 (random, systematic by monetary unit, stratified).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Final

ALGORITHM: Final = "e-order-sampling/1"
_SPACE: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that can be drawn: its key, its amount in whole rupiah, and a group such as the agency's unit."""

    key: str
    amount: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """A unit that was drawn: from which stratum, and whether surely (its amount reaches the interval)."""

    unit: Unit
    stratum: str = ""
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population: how many units, their sum, how many were drawn."""

    name: str
    count: int
    amount: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample in the order of drawing, its strata, and for monetary units the interval and the start, in rupiah."""

    picks: tuple[Pick, ...]
    strata: tuple[Stratum, ...] = ()
    interval: int | None = None
    start: int | None = None

    @property
    def keys(self) -> list[str]:
        """The keys drawn, in order."""
        return [pick.unit.key for pick in self.picks]


class CannotDraw(ValueError):
    """A size, interval or population that no sample follows from; the message says which."""


def population_hash(units: Iterable[Unit]) -> str:
    """SHA-256 over the population as lines `key TAB amount TAB group LF`, ordered by key."""
    digest = sha256()
    for unit in sorted(units, key=lambda each: each.key):
        digest.update(f"{unit.key}\t{unit.amount}\t{unit.group}\n".encode())
    return digest.hexdigest()


def rank(seed: str, key: str) -> int:
    """The number a key has under a seed; equally likely anywhere below 2²⁵⁶."""
    return int.from_bytes(sha256(f"{seed}\n{key}".encode()).digest(), "big")


def start_of(seed: str, interval: int) -> int:
    """The first rupiah drawn, uniform in `0 … interval - 1`."""
    fair, turn = _SPACE - _SPACE % interval, 0
    while (value := rank(seed, f"start\n{turn}")) >= fair:
        turn += 1
    return value % interval


def simple_random(units: Sequence[Unit], *, seed: str, size: int) -> Drawn:
    """`size` units (all, when there are fewer), each as likely as any other. Raises CannotDraw."""
    _check(units, size)
    return Drawn(tuple(Pick(unit) for unit in _ranked(units, seed)[:size]))


def monetary_unit(
    units: Sequence[Unit], *, seed: str, size: int | None = None, interval: int | None = None
) -> Drawn:
    """Units drawn by their rupiah: every `interval`-th rupiah names the unit it lies in.

    A unit whose amount reaches the interval is drawn surely; any other with probability amount / interval, exactly.
    Give `interval`, or `size`: then it is the population's sum over it, rounded up, and at most `size` are drawn.
    Units without an amount are never drawn. Raises CannotDraw.
    """
    worth = [unit for unit in units if unit.amount > 0]
    if interval is None:
        _check(worth, size or 0)
        interval = -(-sum(unit.amount for unit in worth) // (size or 1))
    if interval < 1 or not worth:
        raise CannotDraw("the interval must be at least one rupiah, and something must be worth one")
    certain = sorted((unit for unit in worth if unit.amount >= interval), key=lambda unit: unit.key)
    start = start_of(seed, interval)
    picks = [Pick(unit, certain=True) for unit in certain]
    picks += [Pick(unit) for unit in hit_by(_ranked(worth, seed), start, interval)]
    return Drawn(tuple(picks), interval=interval, start=start)


def hit_by(ordered: Iterable[Unit], start: int, interval: int) -> Iterable[Unit]:
    """The units below the interval in which the rupiah `start`, `start + interval`, … lie, in that order."""
    point, end = start, 0
    for unit in ordered:
        if unit.amount >= interval:
            continue
        end += unit.amount
        if point < end:
            yield unit
            point += interval


def stratified(units: Sequence[Unit], *, seed: str, size: int, stratum_of: Callable[[Unit], str]) -> Drawn:
    """`size` units, shared out over the strata by their number of units, at least one from each while `size` allows.

    Within a stratum each is as likely as any other. Raises CannotDraw.
    """
    _check(units, size)
    parts: dict[str, list[Unit]] = {}
    for unit in units:
        parts.setdefault(stratum_of(unit), []).append(unit)
    names = sorted(parts)
    shares = dict(zip(names, allocate(size, [len(parts[name]) for name in names]), strict=True))
    picks = tuple(
        Pick(unit, stratum=name) for name in names for unit in _ranked(parts[name], seed)[: shares[name]]
    )
    strata = tuple(
        Stratum(name, len(parts[name]), sum(unit.amount for unit in parts[name]), shares[name])
        for name in names
    )
    return Drawn(picks, strata)


def allocate(size: int, counts: Sequence[int]) -> list[int]:
    """Share `size` over strata of so many units: one each first, the rest by number, never more than there are.

    Adds up to `size`, or to all units when there are fewer.
    """
    shares = [0] * len(counts)
    largest_first = sorted(range(len(counts)), key=lambda place: (-counts[place], place))
    for place in largest_first[:size]:
        shares[place] = min(1, counts[place])
    left = min(size, sum(counts)) - sum(shares)
    for _turn in range(left):
        # the stratum that has least of what is its due takes the next one
        hungry = min(
            (place for place in largest_first if shares[place] < counts[place]),
            key=lambda place: Fraction(shares[place] + 1, counts[place]),
        )
        shares[hungry] += 1
    return shares


def band_names(bounds: Sequence[int]) -> list[str]:
    """Names of the bands that ascending `bounds` (rupiah) cut: `1: < 10000000`, `2: …`, in order."""
    ends = [f"< {bound}" for bound in bounds] + [f"≥ {bounds[-1]}" if bounds else "≥ 0"]
    return [f"{number}: {end}" for number, end in enumerate(ends, 1)]


def by_band(bounds: Sequence[int]) -> Callable[[Unit], str]:
    """The stratum of a unit by its amount: a bound belongs to the band above it."""
    names = band_names(bounds)
    return lambda unit: names[sum(unit.amount >= bound for bound in bounds)]


def by_group(unit: Unit) -> str:
    """The stratum of a unit by its group."""
    return unit.group


def draw(units: Sequence[Unit], *, method: str, seed: str, params: Mapping[str, object]) -> Drawn:
    """Draw by a method's name (`RANDOM`, `MUS`, `STRATIFIED`) and its stored parameters. Raises CannotDraw."""
    size, interval, bands = params.get("size"), params.get("interval"), params.get("bands")
    if method == "RANDOM":
        return simple_random(units, seed=seed, size=_whole(size))
    if method == "MUS":
        given = None if interval is None else _whole(interval)
        return monetary_unit(units, seed=seed, size=_whole(size) if given is None else None, interval=given)
    if method == "STRATIFIED":
        bounds = [_whole(each) for each in bands] if isinstance(bands, (list, tuple)) else []
        chosen = by_band(bounds) if bounds else by_group
        return stratified(units, seed=seed, size=_whole(size), stratum_of=chosen)
    raise CannotDraw(f"no method is called {method}")


def _whole(number: object) -> int:
    if not isinstance(number, int):
        raise CannotDraw("a size or bound is missing")
    return number


def _ranked(units: Iterable[Unit], seed: str) -> list[Unit]:
    return sorted(units, key=lambda unit: (rank(seed, unit.key), unit.key))


def _check(units: Sequence[Unit], size: int) -> None:
    if size < 1:
        raise CannotDraw("a sample has at least one unit")
    if not units:
        raise CannotDraw("the population is empty")
