"""From the words of a question to what every engine is asked for: groups of alternatives, each worth points.

Analysis, synonyms and the repair of typing errors happen here, once, so that engines cannot differ in them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from search.languages import INDONESIAN, Language
from search.ranking import MARKET, Scale
from search.synonyms import Phrase
from search.vocabulary import Vocabulary

MOST_TERMS = 12
MOST_WAYS = 32
SHORTEST_PART = 3
"""Letters of the shorter part of a word that may also be written as two."""


@dataclass(frozen=True, slots=True)
class Group:
    """One word or phrase of the question.

    Attributes:
        said: its stems as asked.
        alternatives: phrases that mean the same, itself included.
        points: what it gives when it stands in the title.
        listings: in how many documents it may stand; 0: nowhere.
        needed: when loosened, one of the groups that are needed must stand somewhere.
        apart: the rarer half of the words of a phrase, for when some words are enough.
    """

    said: Phrase
    alternatives: tuple[Phrase, ...]
    points: int = 0
    listings: int = 0
    needed: bool = True
    apart: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a question as an index knows them.

    Attributes:
        groups: all must stand (strict), or one of the needed ones (loose).
        corrected: the text with typing errors repaired; empty when there were none.
        missing: words that stand nowhere.
    """

    groups: tuple[Group, ...] = ()
    loose: bool = False
    corrected: str = ""
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def hopeless(self) -> bool:
        """Some word stands nowhere, so no document can have them all."""
        return not self.loose and any(not group.listings for group in self.groups)

    @property
    def key(self) -> str:
        """The stems in order: equal questions turn their equals alike."""
        return " ".join(root for group in self.groups for root in group.said)

    @property
    def length(self) -> int:
        """How many words were asked."""
        return sum(len(group.said) for group in self.groups)

    def loosened(self, scale: Scale = MARKET) -> Terms | None:
        """The same with some words enough: one of the rarer half (of two, either) is needed. None when
        nothing is left."""
        known = [each for group in self.groups for each in (group, *group.apart) if each.listings]
        if self.loose or not known or (len(self.groups) == 1 and known == list(self.groups)):
            return None
        enough = max(math.ceil(len(known) / 2), 2)
        rarest = sorted(known, key=lambda group: group.listings)[:enough]
        shares = _shared(scale.words, [group.points for group in known])
        return replace(
            self,
            loose=True,
            groups=tuple(
                replace(group, points=points, needed=group in rarest)
                for group, points in zip(known, shares, strict=True)
            ),
        )


def following(groups: Sequence[Group]) -> list[tuple[tuple[Phrase, ...], ...]]:
    """The ways in which the words may follow each other: for every group its alternatives of one length.

    Engines place phrases of mixed lengths differently, and not always rightly; of one length they cannot but agree.
    Where that makes too many ways only the words as asked count.
    """
    lengths = [sorted({len(phrase) for phrase in group.alternatives}) for group in groups]
    if math.prod(map(len, lengths)) > MOST_WAYS:
        return [tuple((group.said,) for group in groups)]
    return [
        tuple(
            tuple(phrase for phrase in group.alternatives if len(phrase) == length)
            for group, length in zip(groups, way, strict=True)
        )
        for way in product(*lengths)
    ]


def read_terms(
    text: str,
    *,
    vocabulary: Vocabulary,
    language: Language = INDONESIAN,
    scale: Scale = MARKET,
    repair: bool = True,
) -> Terms:
    """The terms of a text: one query for what is known, one more when some word needs repair."""
    said = list(language.words(text))[: MOST_TERMS * 2]
    meant = [word for word in said if word not in language.stop_words][:MOST_TERMS] or said[:MOST_TERMS]
    if not meant:
        return Terms()
    roots = [language.stem(word) for word in meant]
    cut = _ways_to_say(roots, language, otherwise=repair)
    total, known = vocabulary.frequencies(_roots(cut))
    unknown = _unknown(meant, roots, cut, known) if repair else []
    mended = vocabulary.nearest(unknown) if unknown else {}
    if mended:
        roots = [mended[word][1] if word in mended else root for word, root in zip(meant, roots, strict=True)]
        cut = _ways_to_say(roots, language, otherwise=repair)
        total, known = vocabulary.frequencies(_roots(cut))
    cut = [_standing(alternatives, known) for alternatives in cut]
    groups = [_group(alternatives, known, total) for alternatives in cut]
    shares = _shared(scale.words, [group.points for group in groups])
    return Terms(
        groups=tuple(_worth(group, points) for group, points in zip(groups, shares, strict=True)),
        corrected=" ".join(mended[word][0] if word in mended else word for word in said) if mended else "",
        missing=tuple(word for word in unknown if word not in mended),
    )


def _group(alternatives: tuple[Phrase, ...], known: Mapping[str, int], total: int) -> Group:
    """A group, its points as yet only the weight of its rarity among `total` documents."""
    said, listings = alternatives[0], _listings(alternatives, known)
    words = [_group(((root,),), known, total) for root in dict.fromkeys(said) if len(said) > 1]
    standing = [word for word in words if word.listings]
    return Group(
        said,
        alternatives,
        points=round(100 * math.log2(1 + max(total, 1) / max(listings, 1))),
        listings=listings,
        apart=tuple(sorted(standing, key=lambda word: word.listings)[: math.ceil(len(standing) / 2)]),
    )


def _worth(group: Group, points: int) -> Group:
    """A group with its points; the words of a phrase share them."""
    return replace(
        group,
        points=points,
        apart=tuple(replace(each, points=points // len(group.apart)) for each in group.apart),
    )


def _ways_to_say(roots: list[str], language: Language, *, otherwise: bool) -> list[tuple[Phrase, ...]]:
    cut = [_said_first(alternatives, roots) for alternatives in language.phrases(roots)]
    return written_otherwise(cut) if otherwise else cut


def _said_first(alternatives: tuple[Phrase, ...], roots: Sequence[str]) -> tuple[Phrase, ...]:
    asked = f" {' '.join(roots)} "
    return tuple(sorted(alternatives, key=lambda phrase: f" {' '.join(phrase)} " not in asked))


def written_otherwise(cut: Sequence[tuple[Phrase, ...]]) -> list[tuple[Phrase, ...]]:
    """Each group with what it may also be written as: two words as one (*flash disk*), one as two (*powerbank*)."""
    wider = [list(alternatives) for alternatives in cut]
    for place, alternatives in enumerate(cut):
        said = alternatives[0]
        if len(said) == 1 and len(said[0]) >= 2 * SHORTEST_PART and said[0].isalpha():
            word = said[0]
            wider[place] += [
                (word[:at], word[at:]) for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
            ]
        following = cut[place + 1][0] if place + 1 < len(cut) else ()
        if len(said) == len(following) == 1 and (said[0] + following[0]).isalpha():
            wider[place].append((said[0] + following[0],))
            wider[place + 1].append((said[0] + following[0],))
    return [tuple(dict.fromkeys(alternatives)) for alternatives in wider]


def _standing(alternatives: tuple[Phrase, ...], known: Mapping[str, int]) -> tuple[Phrase, ...]:
    """The alternatives that may stand somewhere; what was asked stays."""
    return tuple(
        phrase
        for place, phrase in enumerate(alternatives)
        if not place or all(root in known for root in phrase)
    )


def _roots(cut: Sequence[tuple[Phrase, ...]]) -> list[str]:
    return sorted({root for alternatives in cut for phrase in alternatives for root in phrase})


def _unknown(
    meant: Sequence[str], roots: Sequence[str], cut: Sequence[tuple[Phrase, ...]], known: Mapping[str, int]
) -> list[str]:
    """Words that stand nowhere and for which no other word of the same meaning stands anywhere."""
    served = {
        root
        for alternatives in cut
        if _listings(alternatives, known)
        for phrase in alternatives
        for root in phrase
    }
    return [word for word, root in zip(meant, roots, strict=True) if root not in known and root not in served]


def _listings(alternatives: tuple[Phrase, ...], known: Mapping[str, int]) -> int:
    """In how many documents one of the alternatives may stand: a phrase in no more than its rarest word."""
    return sum(min(known.get(root, 0) for root in phrase) for phrase in alternatives)


def _shared(whole: int, weights: Sequence[int]) -> list[int]:
    """Cut `whole` into whole parts by weight; the parts add up to it exactly."""
    total = sum(weights) or 1
    parts = [whole * weight // total for weight in weights]
    left = sorted(range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place))
    for place in left[: whole - sum(parts)]:
        parts[place] += 1
    return parts
