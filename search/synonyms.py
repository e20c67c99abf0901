"""Groups of words that mean the same thing to a buyer, as stems. Read once from data/synonyms.txt."""

from __future__ import annotations

from functools import lru_cache

from search.indonesian import DATA, stems

Phrase = tuple[str, ...]


@lru_cache(maxsize=1)
def groups() -> dict[Phrase, tuple[Phrase, ...]]:
    """Every phrase (as stems) with all phrases of its group, itself included."""
    found: dict[Phrase, list[Phrase]] = {}
    for line in (DATA / "synonyms.txt").read_text("utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        members = list(dict.fromkeys(tuple(stems(member)) for member in line.split("=")))
        for member in members:
            known = found.setdefault(member, [])
            known += [each for each in members if each not in known]
    return {phrase: tuple(others) for phrase, others in found.items()}


@lru_cache(maxsize=1)
def longest() -> int:
    """Words in the longest phrase."""
    return max(len(phrase) for phrase in groups())


def phrases(words: list[str]) -> list[tuple[Phrase, ...]]:
    """Cut stems into the longest known phrases from the left; each comes with its alternatives."""
    cut: list[tuple[Phrase, ...]] = []
    at = 0
    while at < len(words):
        for length in range(min(longest(), len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            known = groups().get(phrase)
            if known is not None or length == 1:
                cut.append(known or (phrase,))
                at += length
                break
    return cut
