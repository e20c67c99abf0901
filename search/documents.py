"""The searched text of one document: its words with their places and the weight of the field they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search.languages import INDONESIAN, Language
from search.models import Word

MOST_WORDS: Final = 600
"""A description says much that is not the thing; what comes after this many words is not searched."""
FIELDS: Final = ("title", "attributes", "description", "vendor")
WEIGHTS: Final = dict(zip(FIELDS, "ABCD", strict=True))
GAP: Final = 10
"""Places between two fields: no phrase reaches from one into the next."""
MOST_PLACES: Final = 50
_LONGEST_WORD: Final = 60


@dataclass(frozen=True, slots=True)
class Text:
    """What is kept of a document: title with attributes, and everything, as texts of tsvectors.

    Attributes:
        title_words: how many words its title has.
        roots: every stem that stands in it.
    """

    head: str
    whole: str
    title_words: int
    roots: frozenset[str]


def document(vocabulary: dict[str, str], language: Language = INDONESIAN, **texts: str) -> Text:
    """The text of a document from its fields (see FIELDS). New words are added to `vocabulary` (word → stem)."""
    indexed = language.indexed or language.words
    places: dict[str, list[str]] = {}
    head: dict[str, list[str]] = {}
    place = title_words = 0
    for name in FIELDS:
        weight = WEIGHTS[name]
        for count, word in enumerate(indexed(texts.get(name, ""))):
            if count >= MOST_WORDS:
                break
            word = word[:_LONGEST_WORD]
            root = language.stem(word)
            place += 1
            places.setdefault(root, []).append(f"{place}{weight}")
            if weight in "AB":
                head.setdefault(root, []).append(f"{place}{weight}")
            vocabulary[word] = root
        if name == "title":
            title_words = place
        place += GAP
    return Text(_told(head), _told(places), title_words, frozenset(places))


def _told(places: dict[str, list[str]]) -> str:
    return " ".join(f"'{root}':{','.join(found[:MOST_PLACES])}" for root, found in places.items())


def add_words(vocabulary: dict[str, str]) -> None:
    """Add words (word → stem) that are not known yet, in order, so that parallel acts cannot deadlock."""
    Word.objects.bulk_create(
        [Word(word=word, stem=vocabulary[word]) for word in sorted(vocabulary)],
        ignore_conflicts=True,
        batch_size=5_000,
    )
