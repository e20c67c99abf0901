"""Indonesian words: from what people write to what is compared.

Our own stemmer serves every engine, because engines stem differently and wrongly (Snowball makes *pengiriman* into
*irim* and *menteri* into *teri*). It takes affixes off by the rules of Indonesian morphology and trusts a result when
it is a known root; without a known root only such pairs of affixes come off as hardly ever belong to a root.

>>> stem("pengiriman"), stem("makanan"), stem("menteri"), stem("memori"), stem("buku-bukunya")
('kirim', 'makan', 'menteri', 'memori', 'buku')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"

_NO_WORD = re.compile(r"[^a-z0-9-]+")
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER_AND_UNIT = re.compile(r"([0-9]+)([a-z]+)")
_VOWELS = "aeiou"
_PARTICLES = ("lah", "kah", "pun")
_POSSESSIVES = ("nya", "ku", "mu")
_SUFFIXES = ("kan", "an", "i")

# Words whose look deceives the rules.
EXCEPTIONS: dict[str, str] = {
    "alasan": "alasan",
    "atasan": "atasan",
    "bagian": "bagian",
    "beberapa": "beberapa",
    "belajar": "ajar",
    "berapa": "berapa",
    "bulanan": "bulan",
    "halaman": "halaman",
    "harian": "hari",
    "hiburan": "hiburan",
    "ikatan": "ikat",
    "jajanan": "jajan",
    "kasihan": "kasihan",
    "kemasan": "kemas",
    "kenangan": "kenang",
    "kepulauan": "pulau",
    "kesehatan": "sehat",
    "ketapang": "ketapang",
    "kuningan": "kuningan",
    "lapangan": "lapangan",
    "minuman": "minum",
    "pelajar": "ajar",
    "pelajaran": "ajar",
    "pembelajaran": "ajar",
    "pengemudi": "kemudi",
    "perangkat": "perangkat",
    "mengelas": "las",
    "pengawasan": "awas",
    "pengelasan": "las",
    "pengawas": "awas",
    "perbankan": "bank",
    "peralatan": "alat",
    "peranti": "peranti",
    "perusahaan": "usaha",
    "pramuka": "pramuka",
    "rupiah": "rupiah",
    "sambilan": "sambil",
    "sembilan": "sembilan",
    "setelan": "setelan",
    "tahunan": "tahun",
    "tangan": "tangan",
    "teman": "teman",
    "terjemahan": "terjemah",
    "tulisan": "tulis",
    "ukuran": "ukur",
    "wawasan": "wawasan",
}


def _words_of(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


ROOTS: frozenset[str] = frozenset(word for line in _words_of("roots.txt") for word in line)
STOP_WORDS: frozenset[str] = frozenset(word for line in _words_of("stop_words.txt") for word in line)
INFORMAL: dict[str, list[str]] = {line[0]: line[1:] for line in _words_of("informal.txt")}
UNITS: dict[str, str] = {
    form: unit
    for unit, forms in {
        "g": "g gr gram grm gsm",
        "kg": "kg kilo kilogram",
        "l": "l lt ltr liter litre",
        "ml": "ml mili mililiter cc",
        "m": "m mtr meter",
        "cm": "cm senti sentimeter",
        "mm": "mm milimeter",
        "gb": "gb giga gigabyte",
        "tb": "tb tera terabyte",
        "w": "w watt",
        "v": "v volt",
        "inci": "in inci inch inchi",
    }.items()
    for form in forms.split()
}


def plain(text: str) -> str:
    """Lower case without accents; anything that is not a letter, digit or hyphen becomes a space."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", folded)


def words(text: str) -> Iterator[str]:
    """The words of a text as compared: informal forms written out, doubled words halved, numbers joined to units.

    >>> list(words("Buku-buku tulis utk kantor, HVS 80 gram"))
    ['buku', 'tulis', 'untuk', 'kantor', 'hvs', '80g']
    """
    pending = ""
    for raw in _WORD.findall(plain(text)):
        if not pending and raw.isalpha():  # nearly every word: nothing to split or join
            yield from INFORMAL.get(raw, (raw,))
            continue
        for word in _parts(raw):
            if pending:
                unit = UNITS.get(word)
                yield pending + unit if unit else pending
                pending = ""
                if unit:
                    continue
            if word.isdigit():
                pending = word
                continue
            yield from INFORMAL.get(word, [word])
    if pending:
        yield pending


def _parts(raw: str) -> list[str]:
    """Split at hyphens; a doubled word counts once; `500ml` comes as number and unit when the unit is known."""
    parts: list[str] = []
    for part in raw.split("-"):
        number = _NUMBER_AND_UNIT.fullmatch(part)
        parts += [number[1], number[2]] if number and number[2] in UNITS else [part]
    if len(parts) == 2 and (parts[0] == parts[1] or stem(parts[0]) == stem(parts[1])):
        return [parts[0]]
    return [part for part in parts if part]


def stems(text: str) -> list[str]:
    """The stems of a text, in order, stop words included (a document keeps its positions)."""
    return [stem(word) for word in words(text)]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The root of one word, or the word itself when no affix can be taken off with confidence."""
    if "-" in word:
        return stem(next(words(word), word))
    known = EXCEPTIONS.get(word)
    if known is not None:
        return known
    if len(word) < 4 or word in ROOTS or not word.isalpha():
        return word
    candidates = sorted(_candidates(word), key=lambda found: (-len(found), found))
    for candidate in candidates:
        if candidate in EXCEPTIONS:
            return EXCEPTIONS[candidate]
        if candidate in ROOTS:
            return candidate
    return _without_a_root(word)


def _candidates(word: str) -> set[str]:
    """Every form reachable by taking off clitics, then a suffix, then up to two prefixes."""
    found: set[str] = set()
    for base in _without_clitics(word):
        for trunk in (base, *(base.removesuffix(each) for each in _SUFFIXES if base.endswith(each))):
            found.add(trunk)
            for once in _without_prefix(trunk):
                found.add(once)
                found.update(_without_prefix(once))
    return {each for each in found if len(each) >= 2}


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


def _without_prefix(word: str) -> Iterator[str]:
    """What may stand behind the first prefix of `word`, the melted first letter put back where one melts."""
    for prefix in ("di", "ke", "se", "ber", "be", "ter", "te", "per", "pe", "bel", "pel"):
        if word.startswith(prefix) and len(word) > len(prefix) + 1:
            yield word.removeprefix(prefix)
    for start in ("me", "pe"):
        if word.startswith(start):
            yield from _without_nasal(word.removeprefix(start))


def _without_nasal(rest: str) -> Iterator[str]:
    """Undo the nasal of meN- and peN-: meng-irim → kirim, mem-ilih → pilih, men-ulis → tulis, meny-apu → sapu."""
    if len(rest) < 3:
        return
    if rest[0] in "lrwymn":
        yield rest
    if rest.startswith("ng"):
        yield rest[2:]
        yield "k" + rest[2:]
        if rest.startswith("nge"):
            yield rest[3:]
    elif rest.startswith("ny"):
        yield "s" + rest[2:]
    elif rest.startswith("n"):
        yield rest[1:]
        yield "t" + rest[1:]
    elif rest.startswith("m"):
        yield rest[1:]
        yield "p" + rest[1:]


def _without_a_root(word: str) -> str:
    """For words of unknown root: take off only what hardly ever belongs to one.

    A possessive *-nya*; and a nasal prefix together with a suffix (*me…kan*, *pe…an*), where the rest still has two
    syllables. A prefix or suffix alone stays: *mentega*, *pensil*, *tikungan* are no derivations for us.
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
