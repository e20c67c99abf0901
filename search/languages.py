"""The languages that can be searched: how a text becomes words and stems, and which phrases mean the same.

The market is Indonesian. A collection of documents beside it may be English; its words are stemmed by Snowball's rules,
and numbers and letters that stand together (`wh1000xm4`, `16gb`) are parted, so that every way to write them meets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from snowballstemmer import stemmer

from search import indonesian, synonyms
from search.indonesian import DATA, plain
from search.synonyms import Phrase

_PIECE: Final = re.compile(r"[a-z]+|[0-9]+")
_SNOWBALL: Final = stemmer("english")


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code, and what it does with words.

    Attributes:
        stop_words: words of a question that say nothing about what is sought.
        phrases: cuts stems into the longest known phrases; each comes with what means the same.
        indexed: the words of a document, where they are more than those of a question.
    """

    code: str
    words: Callable[[str], Iterable[str]]
    stem: Callable[[str], str]
    stop_words: frozenset[str]
    phrases: Callable[[list[str]], list[tuple[Phrase, ...]]]
    indexed: Callable[[str], Iterable[str]] | None = None


def english_words(text: str) -> Iterator[str]:
    """Words and numbers of a text, parted where letters meet digits."""
    return (found.group() for found in _PIECE.finditer(plain(text.replace("'", ""))))


@lru_cache(maxsize=65_536)
def english_stem(word: str) -> str:
    """The stem of an English word."""
    return str(_SNOWBALL.stemWord(word)) if word.isalpha() else word


def _alone(stems: list[str]) -> list[tuple[Phrase, ...]]:
    return [((root,),) for root in stems]


INDONESIAN: Final = Language(
    "id",
    indonesian.words,
    indonesian.stem,
    indonesian.STOP_WORDS,
    synonyms.phrases,
    indonesian.indexed_words,
)
ENGLISH: Final = Language(
    "en",
    english_words,
    english_stem,
    frozenset((DATA / "english_stop_words.txt").read_text("utf-8").split()),
    _alone,
)
LANGUAGES: Final = {each.code: each for each in (INDONESIAN, ENGLISH)}


def language_of(texts: Sequence[str]) -> Language:
    """The language most of the texts are written in, told by their commonest small words; Indonesian when in doubt."""
    seen = [word for text in texts for word in plain(text).split()]
    english = sum(word in ENGLISH.stop_words for word in seen)
    ours = sum(word in INDONESIAN.stop_words for word in seen)
    return ENGLISH if english > ours else INDONESIAN
