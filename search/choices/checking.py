"""Working a frozen answer out again from what it says of itself: the same list, or what does not agree. Pure.

The order of every version of the ranking stays here, so that an old choice is checked by the rules of its own day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from search.choices.record import opened
from search.ranking import REPEATED, spot_of, start_of, taking_turns

Offers = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, in words, and whether it holds."""

    says: str
    holds: bool


def order_of_version_2(content: Mapping[str, Any]) -> list[int]:
    """Listing ids in the order of version 2, from the points, prices and dates of the record."""
    ranking, offers = content["ranking"], content["offers"]
    if ranking["order"] != "relevan":
        return [offer["listing"] for offer in sorted(offers, key=_COLUMNS[ranking["order"]])]
    day = date.fromisoformat(ranking["day"])
    start = start_of(ranking["key"], day)

    def place(offer: Mapping[str, Any]) -> tuple[int, bool, int, int]:
        spot = spot_of(offer["listing"])
        return -offer["points"], spot < start, spot, offer["listing"]

    hits = [(offer["listing"], offer["points"]) for offer in sorted(offers, key=place)]
    if ranking["turned"]:
        hits = taking_turns(hits, key=ranking["key"], day=day)
    return [listing for listing, _points in hits]


_COLUMNS: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[int, int]]]] = {
    "terbaru": lambda offer: (-offer["since"], -offer["listing"]),
    "termurah": lambda offer: (offer["price"], offer["listing"]),
    "termahal": lambda offer: (-offer["price"], -offer["listing"]),
}
ORDERS: Final[Mapping[str, Callable[[Mapping[str, Any]], list[int]]]] = {"2": order_of_version_2}
"""By version of the ranking: how it put a record's offers into their order."""


def checks_of(text: str, hash_kept: str, in_log: bool) -> list[Check]:
    """What anybody can check of a frozen answer with nothing but its text and the log.

    Args:
        text: the record's canonical text.
        hash_kept: its SHA-256 as kept beside it.
        in_log: whether the order's entry in the log holds that hash.
    """
    found = sha256(text.encode()).hexdigest()
    content = opened(text)
    offers: Offers = content["offers"]
    shown = [offer["listing"] for offer in offers]
    ranking = content["ranking"]
    reorder = ORDERS.get(ranking["version"])
    return [
        Check("Isi yang dibekukan cocok dengan sidiknya (SHA-256).", found == hash_kept),
        Check(
            "Sidik itu tercatat dalam catatan pengajuan pesanan di log audit.", in_log and found == hash_kept
        ),
        Check(
            "Poin tiap penawaran adalah jumlah bagian-bagiannya.",
            all(not offer["parts"] or sum(offer["parts"].values()) == offer["points"] for offer in offers),
        ),
        Check(
            "Tidak ada bagian yang melebihi bobot yang diumumkan waktu itu.",
            all(_within(offer["parts"], ranking["weights"]) for offer in offers) and _spread(ranking, offers),
        ),
        Check(
            f"Urutan dihitung ulang dengan aturan versi {ranking['version']}: daftarnya sama.",
            reorder is not None and reorder(content) == shown,
        ),
    ]


def _within(parts: Mapping[str, int], weights: Mapping[str, int]) -> bool:
    rest = 100 - sum(weights.values())
    most = {**weights, "near": weights.get("proximity", 0), "fit": rest}
    return all(0 <= points <= most.get(part, 0) for part, points in parts.items() if part != "repeated")


def _spread(ranking: Mapping[str, Any], offers: Offers) -> bool:
    """Whether every further offer of a vendor lost what the rules say; only a first page tells all before it."""
    if not ranking["turned"] or offers[0]["position"] != 1:
        return True
    before: Counter[int] = Counter()
    for offer in offers:
        if offer["parts"].get("repeated", 0) != -REPEATED * before[offer["vendor"]]:
            return False
        before[offer["vendor"]] += 1
    return True
