"""How likely a count is by chance alone: what our own parameters ask beyond Cardinal's fences. Pure.

A fence says that a share is unlike others'. Of few bids any share is easily that, so a flag also wants a count that
chance would hardly bring. Counts of rare things follow Poisson's law about closely enough, and err on the careful side.
"""

from __future__ import annotations

from math import exp, fsum, lgamma, log


def at_most(count: int, expected: float) -> float:
    """The probability (0 to 1) of `count` or fewer where `expected` (above zero) are usual."""
    return min(1.0, fsum(_exactly(each, expected) for each in range(count + 1)))


def at_least(count: int, expected: float) -> float:
    """The probability (0 to 1) of `count` or more where `expected` (above zero) are usual."""
    return max(0.0, 1.0 - at_most(count - 1, expected))


def _exactly(count: int, expected: float) -> float:
    return exp(count * log(expected) - expected - lgamma(count + 1))
