"""The root of an Indonesian word, by the rules of its morphology and a list of roots.

A form that the rules can reach is taken only when it is a known root; without a known root only such pairs of affixes
come off as hardly ever belong to a root. Words whose look deceives the rules stand in data/exceptions.txt.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
_VOWELS = "aeiou"
_PARTICLES = ("lah", "kah", "pun")
_POSSESSIVES = ("nya", "ku", "mu")
_SUFFIXES = ("kan", "an", "i")
_ORDINALS = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
# Nasal, the letters it stands before, the letter that melted into it.
_MELTED = (
    ("ng", _VOWELS + "ghkq", ""),
    ("ng", _VOWELS + "rl", "k"),
    ("nge", "", ""),
    ("ny", "", "s"),
    ("n", "cdjstz", ""),
    ("n", _VOWELS + "r", "t"),
    ("m", "bfpv", ""),
    ("m", _VOWELS + "rl", "p"),
)
LONGEST = 40
"""Letters of the longest word that is taken apart; nothing longer is a word."""


def lines_of(name: str) -> Iterator[str]:
    """The lines of a data file, without empty lines and remarks."""
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


ROOTS: frozenset[str] = frozenset(word for line in lines_of("roots.txt") for word in line.split())
EXCEPTIONS: dict[str, str] = {
    derived: root
    for line in lines_of("exceptions.txt")
    for root, forms in [line.split(":")]
    for derived in [root, *forms.split()]
}
"""Word → stem, for words that the rules would take apart wrongly or not at all."""


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The root of one word, or the word itself when no affix can be taken off with confidence."""
    known = EXCEPTIONS.get(word)
    if known is not None:
        return known
    if not 4 <= len(word) <= LONGEST or word in ROOTS or not word.isalpha():
        return word
    for candidate in sorted(_candidates(word), key=_likelihood):
        if candidate in EXCEPTIONS:
            return EXCEPTIONS[candidate]
        if candidate in ROOTS:
            return _vowel_first(candidate, word)
    return _without_a_root(word)


def _likelihood(root: str) -> tuple[int, bool, str]:
    """The longest first; of equals the one whose first letter melted: penari → tari, pemetaan → peta."""
    return -len(root), root[0] in "mn", root


def _vowel_first(root: str, word: str) -> str:
    """Of two roots that differ by a first k or r the one that begins with the vowel.

    pengurus → urus and not kurus, perubahan → ubah and not rubah.
    """
    rest = root[1:]
    if rest not in ROOTS and rest not in EXCEPTIONS:
        return root
    melted = root[0] == "k" and root not in word and "ng" + rest in word
    shared = root[0] == "r" and any(start + rest in word for start in ("ber", "per", "ter"))
    return rest if melted or shared else root


def _candidates(word: str) -> set[str]:
    """Every form reachable by taking off clitics, then a suffix, then up to two prefixes."""
    found: set[str] = set()
    for base in _without_clitics(word):
        for trunk, suffix in _without_suffix(base):
            found.add(trunk)
            found.update(_without_spoken_prefix(trunk))
            for once in _without_prefix(trunk, suffix):
                found.add(once)
                found.update(_without_prefix(once, suffix))
    return {each for each in found if len(each) >= 3}


def _without_clitics(word: str) -> Iterator[str]:
    yield word
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) > len(particle) + 2:
            word = word.removesuffix(particle)
            yield word
            break
    for possessive in _POSSESSIVES:
        if word.endswith(possessive) and len(word) > len(possessive) + 2:
            yield word.removesuffix(possessive)


def _without_suffix(base: str) -> Iterator[tuple[str, str]]:
    """The base, then the base without each suffix it may carry, with that suffix."""
    yield base, ""
    for suffix in _SUFFIXES:
        if base.endswith(suffix):
            yield base.removesuffix(suffix), suffix
    if base.endswith("isasi"):
        yield base.removesuffix("isasi"), "isasi"
    if base.endswith("asi") and len(base) >= 8:
        yield base.removesuffix("asi"), "asi"
    if base.endswith("in") and (
        len(base) >= 7 or base.startswith(("di", "ng", "ny"))
    ):  # everyday for -kan and -i
        yield base.removesuffix("in"), "in"


def _without_prefix(word: str, suffix: str) -> Iterator[str]:
    """What may stand behind the first prefix of `word`, the melted first letter put back where one melts."""
    for prefix in ("di", "ber", "ter", "per", "pe"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            yield word.removeprefix(prefix)
    for prefix in ("be", "te"):  # bekerja, berasa, tepercaya: only before r, or er after one consonant
        rest = word.removeprefix(prefix)
        if rest != word and (rest.startswith("r") or rest[1:3] == "er"):
            yield rest
    if word.startswith("ke") and (suffix in ("an", "in") or word[2:] in _ORDINALS):
        yield word[2:]
    if word.startswith("se") and len(word) >= 6:
        yield word[2:]
    for start in ("me", "pe"):
        if word.startswith(start):
            yield from _without_nasal(word.removeprefix(start))


def _without_spoken_prefix(word: str) -> Iterator[str]:
    """Everyday speech leaves the me- out: ngirim, ngeprint, nyapu, and nyuci, where even a c melts."""
    if word.startswith(("ng", "ny")):
        yield from _without_nasal(word)
        if word.startswith("ny"):
            yield "c" + word[2:]


def _without_nasal(rest: str) -> Iterator[str]:
    """Undo the nasal of meN- and peN-: meng-irim → kirim, mem-ilih → pilih, men-ulis → tulis, meny-apu → sapu."""
    if len(rest) < 3:
        return
    if rest[0] in "lrwymn":
        yield rest
    for nasal, before, letter in _MELTED:
        tail = rest.removeprefix(nasal)
        if tail and tail != rest and (not before or tail[0] in before):
            yield letter + tail


def _without_a_root(word: str) -> str:
    """For words of unknown root: take off only what hardly ever belongs to one.

    A possessive *-nya*; and a nasal prefix together with a suffix (*me…kan*, *pe…an*), where the rest still has two
    syllables. A prefix or suffix alone stays: *mentega*, *pensil* are no derivations for us.
    """
    base = word.removesuffix("nya") if word.endswith("nya") and _syllables(word[:-3]) >= 2 else word
    if base.startswith(("me", "pe")):
        for suffix in _SUFFIXES:
            trunk = base.removesuffix(suffix)
            if trunk == base:
                continue
            rests = [rest for rest in _without_nasal(trunk[2:]) if _syllables(rest) >= 2 and len(rest) >= 4]
            if rests and rests[0] != trunk[2:]:
                return rests[0]
    if base.startswith("ke") and base.endswith("an") and _syllables(base[2:-2]) >= 2 and len(base) >= 9:
        return base[2:-2]
    return base


def _syllables(word: str) -> int:
    return sum(
        letter in _VOWELS and (place == 0 or word[place - 1] not in _VOWELS)
        for place, letter in enumerate(word)
    )
