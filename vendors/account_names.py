"""Does a bank account stand in the vendor's own name? Asked of whatever `settings.ACCOUNT_NAMES` names.

`StatedNames`, the default, compares what the vendor wrote with its owner's and its business's name; a bank's own
answer comes by an adapter of the same shape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from vendors.models.bank import BankAccount

Match = BankAccount.NameMatch
_FORMS: Final = frozenset("cv pt ud pd fa firma koperasi kop yayasan tbk perorangan toko".split())
_TITLES: Final = frozenset(
    "h hj ir dr drs dra prof s sh se st skom spd mm msi mpd bpk ibu bapak bu pak tn ny".split()
)
CLOSE_ENOUGH: Final = 0.82
"""Share of letters in common, from which two names count as alike: a bank cuts names at thirty letters or so."""


class AccountNames(Protocol):
    """Who can say whose an account is."""

    def check(self, *, bank_code: str, number: str, holder: str, names: Sequence[str]) -> Match:
        """How the account's holder fits one of `names` (owner, business). Never called inside a transaction."""
        ...


class StatedNames:
    """Compares names alone and asks no bank: what it says is a hint for the operator who verifies."""

    def check(self, *, bank_code: str, number: str, holder: str, names: Sequence[str]) -> Match:
        """The best fit of the stated holder with any of the names."""
        best = max((likeness(holder, name) for name in names if name), default=0.0)
        return Match.MATCH if best == 1 else Match.CLOSE if best >= CLOSE_ENOUGH else Match.MISMATCH


def likeness(one: str, other: str) -> float:
    """From 0 to 1: 1 for the same words in any order, titles and legal forms aside; initials stand for their word."""
    left, right = _words(one), _words(other)
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0
    if _initials_fit(left, right) or _initials_fit(right, left):
        return 0.9
    return SequenceMatcher(None, " ".join(sorted(left)), " ".join(sorted(right))).ratio()


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    # Titles behind a comma go with what follows them.
    words = re.findall(r"[a-z0-9]+", plain.partition(",")[0])
    return [word for word in words if word not in _FORMS | _TITLES] or words


def _initials_fit(short: list[str], long: list[str]) -> bool:
    """Whether each word of `short` begins one of `long`, in order, and one of them is whole."""
    if len(short) > len(long) or not set(short) & set(long):
        return False
    rest = iter(long)
    return all(any(candidate.startswith(word) for candidate in rest) for word in short)


def account_names() -> AccountNames:
    """The checker that the settings name."""
    made: AccountNames = import_string(settings.ACCOUNT_NAMES)()
    return made
