"""Indonesian text: from what people write to the words that are compared, the same for every engine.

Engines stem Indonesian differently and wrongly (Snowball makes *pengiriman* into *irim* and *menteri* into *teri*), so
none of them is asked to: they are given these words.

>>> list(words("Buku-buku tulis utk kantor, HVS 80 gram"))
['buku', 'tulis', 'untuk', 'kantor', 'hvs', '80g']
>>> stem("pengiriman"), stem("makanan"), stem("menteri"), stem("memori")
('kirim', 'makan', 'menteri', 'memori')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from search.measures import bare, measured
from search.stemming import DATA, EXCEPTIONS, ROOTS, lines_of, stem

__all__ = ["DATA", "EXCEPTIONS", "ROOTS", "STOP_WORDS", "indexed_words", "plain", "stem", "stems", "words"]

_NO_WORD = re.compile(r"[^a-z0-9-]+")
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGIT = re.compile(r"[0-9]")
_DOUBLED = re.compile(r"([a-z]{3,})2(?:nya|an)?")
_RUPIAH = re.compile(r"\brp\.?\s?(?=[0-9])")
_MIXED_FRACTION = re.compile(r"([0-9])([¼-¾⅐-⅞])")

STOP_WORDS: frozenset[str] = frozenset(word for line in lines_of("stop_words.txt") for word in line.split())
_SPELLINGS: dict[str, list[str]] = {
    written: meant.split()
    for line in lines_of("informal.txt")
    for forms, _mark, meant in [line.partition("=")]
    for written in map(str.strip, forms.split(","))
}
INFORMAL = {written: meant for written, meant in _SPELLINGS.items() if " " not in written}
PAIRS: dict[str, dict[str, str]] = {}
"""First word → second word → the one word that both are: `foto copy` is `fotokopi`."""
for _written, _meant in _SPELLINGS.items():
    if " " in _written:  # pairs are looked for among words that are already written out
        _one, _other = (INFORMAL.get(word, [word])[-1] for word in _written.split())
        PAIRS.setdefault(_one, {})[_other] = _meant[0]
ECHOES: dict[str, str] = dict(
    pair for line in lines_of("echoes.txt") for each in line.split() for pair in [each.split("-")]
)
"""Word → its echo, which says no more than the word: sayur-mayur, lauk-pauk."""
_SPECIAL = frozenset([*INFORMAL, *ECHOES.values(), *(word for seconds in PAIRS.values() for word in seconds)])


def plain(text: str) -> str:
    """Lower case without accents; anything that is not a letter, digit or hyphen becomes a space."""
    return _NO_WORD.sub(" ", _folded(text))


def _folded(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", _MIXED_FRACTION.sub(r"\1 \2", folded)).replace("⁄", "/")
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return folded


def words(text: str) -> Iterator[str]:
    """The words of a text as compared: informal forms written out, doubled words halved, amounts made one word.

    >>> list(words("fotocopy kue-kue 1/2 kg, isi 12 pcs, 1.000 lembar"))
    ['fotokopi', 'kue', '500g', 'isi', '12', 'pcs', '1000', 'lembar']
    """
    folded = _folded(text)
    if _DIGIT.search(folded):
        folded = measured(_RUPIAH.sub("rupiah ", folded))
    before, start = "", ""
    for raw in _WORD.findall(_NO_WORD.sub(" ", folded)):
        begins = raw[:3]
        if begins != start and raw not in _SPECIAL and raw.isalpha():  # nearly every word
            if before:
                yield before
            before, start = raw, begins
            continue
        for word in _spelled(raw):
            together = _together(before, word)
            if before and not together:
                yield before
            before = together or word
            start = before[:3]
    if before:
        yield before


def indexed_words(text: str) -> Iterator[str]:
    """The words of a document: behind an amount also its bare number, for those who ask for `hvs 80`.

    >>> list(indexed_words("HVS A4 80 gsm"))
    ['hvs', 'a4', '80g', '80']
    """
    for word in words(text):
        yield word
        if word[0].isdigit() and (number := bare(word)):
            yield number


def stems(text: str) -> list[str]:
    """The stems of a text, in order, stop words included (a document keeps its positions)."""
    return [stem(word) for word in words(text)]


def _spelled(raw: str) -> Iterable[str]:
    """A word in its full form, which may be several words."""
    if "-" in raw:
        return [word for part in _parts(raw) for word in INFORMAL.get(part, (part,))]
    twice = _DOUBLED.fullmatch(raw)
    return INFORMAL.get(raw, (twice[1] if twice and stem(twice[1]) in ROOTS else raw,))


def _parts(raw: str) -> list[str]:
    """Split at hyphens; a doubled word (tolong-menolong) or a word with its echo (lauk-pauk) counts once."""
    parts = raw.split("-")
    if len(parts) != 2 or not all(map(str.isalpha, parts)):
        return parts
    one, other = parts
    root = stem(other)
    if ECHOES.get(one) == other or stem(one) == root:
        return [one]
    return [other] if one.endswith(root) else parts


def _together(before: str, word: str) -> str:
    """The one word that two neighbours are: written apart (`foto copy`), or said twice (`kue kue`, `obat obatan`)."""
    pair = PAIRS.get(before, {}).get(word, "")
    if pair or not before.isalpha():
        return pair
    if ECHOES.get(before) == word:
        return before
    same = before[:3] == word[:3] and len(word) > 2 and (before == word or stem(before) == stem(word))
    return before if same else ""
