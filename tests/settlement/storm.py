"""A storm of notifications over real HTTP: copies, shuffled, among them forged, stale and future-dated ones."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.stripe.webhooks import sign


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to the receiver: what it carries, how it is signed, what it is to answer."""

    payload: bytes
    secret: str
    shift: int
    expected: int


def deliveries(
    events: Sequence[dict[str, Any]], *, total: int, secret: str, chance: random.Random
) -> list[Delivery]:
    """`total` deliveries of the events: each event at least once, 1 to 5 copies, 5 % forged, stale or future-dated."""
    bad = total // 20
    true: list[Delivery] = [_true(event, secret) for event in events]
    copies = Counter(event["id"] for event in events)
    while len(true) < total - bad:
        event = chance.choice(events)
        if copies[event["id"]] < 5 or min(copies.values()) >= 5:
            copies[event["id"]] += 1
            true.append(_true(event, secret))
    wrong = [_false(chance.choice(events), secret, number) for number in range(bad)]
    found = [*true, *wrong]
    chance.shuffle(found)
    return found


def _true(event: dict[str, Any], secret: str) -> Delivery:
    return Delivery(json.dumps(event).encode(), secret, 0, 202)


def _false(event: dict[str, Any], secret: str, number: int) -> Delivery:
    """Forged, stale or from the future, each with an amount nobody paid."""
    changed = json.loads(json.dumps(event))
    changed["id"] = f"evt_palsu_{number}"
    changed["data"]["object"]["amount_received"] = 99_999_999
    key, shift = [("whsec_palsu", 0), (secret, -400), (secret, 400)][number % 3]
    return Delivery(json.dumps(changed).encode(), key, shift, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many milliseconds."""

    status: int
    expected: int
    milliseconds: float


def strike(url: str, storm: Sequence[Delivery], *, hands: int = 4) -> list[Answer]:
    """Send them all with several hands, each over one connection that it keeps."""
    parts = [storm[each::hands] for each in range(hands)]
    with ThreadPoolExecutor(hands) as pool:
        return [
            answer for answers in pool.map(lambda part: _one_hand(url, part), parts) for answer in answers
        ]


def _one_hand(url: str, storm: Sequence[Delivery]) -> list[Answer]:
    place = urlsplit(url)
    answers = []
    link = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=60)
    for each in storm:
        header = sign(each.payload, each.secret, at=int(time.time()) + each.shift)
        headers = {"Content-Type": "application/json", "Stripe-Signature": header}
        began = time.perf_counter()
        link.request("POST", place.path, each.payload, headers)
        response = link.getresponse()
        response.read()
        answers.append(Answer(response.status, each.expected, (time.perf_counter() - began) * 1_000))
    link.close()
    return answers


def percentile(answers: Sequence[Answer], share: float) -> float:
    """Milliseconds within which that share of the answers came."""
    spent = sorted(answer.milliseconds for answer in answers)
    return spent[min(len(spent) - 1, int(len(spent) * share))]
