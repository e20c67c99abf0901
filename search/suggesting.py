"""Completions of what is being typed."""

from __future__ import annotations

from search.indonesian import words
from search.models import Word
from search.terms import MOST_TERMS


def suggest(text: str, *, regions: frozenset[int] | None, limit: int = 8) -> list[str]:
    """Completions of the last word being typed, commonest first, with the words before it kept."""
    typed = list(words(text))[:MOST_TERMS]
    if not typed or len(typed[-1]) < 2 or not typed[-1].isalpha():
        return []
    found = Word.objects.filter(word__startswith=typed[-1]).order_by("-listings", "word")
    before = " ".join(typed[:-1])
    return [f"{before} {word}".strip() for word in found.values_list("word", flat=True)[:limit]]
