"""What is written down of an answer: everything that decides its order, and every offer as it was shown.

The record holds whole numbers, texts and lists only, so that its canonical bytes are the same in every program
(see `marketplace.audit.canonical`). Fields of the record are described in docs/search-choices.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from marketplace.audit import canonical
from marketplace.audit.entries import moment
from marketplace.core import clock
from marketplace.regulation.places import around
from marketplace.regulation.queries import parameter
from search.finder import Answer, Asked
from search.models import ListingCard
from search.question import PAGE_SIZE, Question
from search.ranking import STANDING_PARTS, WINDOW

FORM: Final = 1
"""The form of the record itself."""
_SECOND: Final = 1_000_000


def record_of(question: Question, answer: Answer, *, at: datetime) -> dict[str, Any] | None:
    """The record of an answer at the moment it is shown; None when it shows nothing."""
    asked = answer.asked
    if asked is None or not answer.hits:
        return None
    return {
        "form": FORM,
        "at": moment(at),
        "question": question.query_string(page=question.page),
        "understood": asked.question.query_string(page=question.page),
        "corrected": answer.corrected,
        "loosened": answer.loosened,
        "deliver_to": asked.question.deliver_to,
        "regions": None if asked.regions is None else sorted(asked.regions),
        "engine": answer.engine,
        "degraded": answer.degraded,
        "total": answer.total,
        "ranking": _ranking(asked, answer),
        "offers": [
            _offer(card, asked, (question.page - 1) * PAGE_SIZE + place)
            for place, card in enumerate(answer.hits, start=1)
        ],
    }


def sealed(content: Mapping[str, Any]) -> tuple[str, str]:
    """The canonical text of a record, and its SHA-256 in hexadecimal."""
    data = canonical.encode(dict(content))
    return data.decode(), sha256(data).hexdigest()


def opened(text: str) -> dict[str, Any]:
    """A record from its text. Raises `canonical.NotCanonical`."""
    content: dict[str, Any] = canonical.decode(text.encode())
    return content


def _ranking(asked: Asked, answer: Answer) -> dict[str, Any]:
    weights = parameter("exposure.weights", on=asked.day)
    offset = (asked.question.page - 1) * PAGE_SIZE
    return {
        "version": answer.ranking,
        "weights": weights.value,
        "weights_version": parameter("exposure.version", on=asked.day).value,
        "weights_from": weights.valid_from.isoformat(),
        "synonyms": answer.synonyms,
        "order": "relevan" if asked.by_fit else asked.question.sort or "terbaru",
        "turned": asked.by_fit and offset < WINDOW,
        "day": asked.day.isoformat(),
        "key": asked.terms.key,
    }


def _offer(card: ListingCard, asked: Asked, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "listing": card.pk,
        "product": card.product_id,
        "title": card.title,
        "vendor": card.vendor_id,
        "vendor_name": card.vendor_name,
        "price": card.price,
        "unit": card.unit,
        "free": card.free,
        "available": card.available,
        "since": _microseconds(card.live_since),
        "points": card.points or 0,
        "parts": _parts(card, asked) if asked.by_fit else {},
    }


def _parts(card: ListingCard, asked: Asked) -> dict[str, int]:
    """The points by part: nearness and standing as published, and what is left is how well it fits the words."""
    near = _near(card.place_code, asked.question.deliver_to, asked.near)
    standing = dict(zip(STANDING_PARTS, card.standing_parts, strict=False))
    points = card.points or 0
    earned = points if card.earned is None else card.earned
    fit = earned - near - sum(standing.values())
    return {"fit": fit, "near": near, **standing, "repeated": points - earned}


def _near(place: str, wanted: str, points: tuple[int, int, int]) -> int:
    given = dict(zip(around(wanted), points, strict=False))
    return max((given.get(area, 0) for area in around(place)), default=0)


def _microseconds(at: datetime) -> int:
    told = at - datetime.fromtimestamp(0, tz=clock.JAKARTA)
    return (told.days * 86_400 + told.seconds) * _SECOND + told.microseconds
