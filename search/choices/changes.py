"""How today's answer differs from a frozen one, in words people read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marketplace.core.money import rupiah
from search.ranking import STANDING_PARTS

PART_NAMES: Final = {
    "fit": "kecocokan kata",
    "near": "kedekatan",
    **STANDING_PARTS,
    "repeated": "produk lain dari penyedia yang sama",
}
Offer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one offer.

    Attributes:
        before, now: its place then and today; None where it was not shown.
        told: each difference as a sentence; empty when nothing changed.
    """

    listing: int
    title: str
    vendor_name: str
    before: int | None
    now: int | None
    told: tuple[str, ...]

    @property
    def kind(self) -> str:
        """`came`, `left`, `moved`, `changed` or `same`."""
        if self.before is None:
            return "came"
        if self.now is None:
            return "left"
        if self.before != self.now:
            return "moved"
        return "changed" if self.told else "same"


def changes(then: Mapping[str, Any], now: Mapping[str, Any] | None, *, on_show: set[int]) -> list[Change]:
    """Every offer of either answer: those of then in their order, then those that came.

    Args:
        then, now: records of the same question (see `search.choices.record`); `now` is None when nothing is found.
        on_show: the listings of `then` that buyers may still see.
    """
    before = {offer["listing"]: offer for offer in then["offers"]}
    today = {offer["listing"]: offer for offer in (now["offers"] if now else ())}
    kept = [_kept(offer, today.get(listing), listing in on_show) for listing, offer in before.items()]
    came = [_came(offer) for listing, offer in today.items() if listing not in before]
    return [*kept, *came]


def rules_changed(then: Mapping[str, Any], now: Mapping[str, Any] | None) -> list[str]:
    """What of the rules themselves is different today, as sentences."""
    if now is None:
        return []
    names = {
        "version": "Versi urutan",
        "weights_version": "Versi bobot",
        "synonyms": "Versi padanan kata",
        "day": "Hari giliran",
    }
    old, new = then["ranking"], now["ranking"]
    return [f"{name}: {old[key]} → {new[key]}." for key, name in names.items() if old[key] != new[key]]


def _kept(offer: Offer, today: Offer | None, on_show: bool) -> Change:
    if today is None:
        why = (
            "Masih tayang, tetapi tidak lagi di halaman ini."
            if on_show
            else "Tidak lagi tayang: diturunkan, atau penyedianya tidak aktif."
        )
        return _change(offer, offer["position"], None, (why,))
    told = [*_facts(offer, today), *_moved(offer, today)]
    return _change(offer, offer["position"], today["position"], tuple(told))


def _came(offer: Offer) -> Change:
    why = f"Harga {rupiah(offer['price'])} / {offer['unit']}; waktu itu belum ada di halaman ini."
    return _change(offer, None, offer["position"], (why,))


def _change(offer: Offer, before: int | None, now: int | None, told: tuple[str, ...]) -> Change:
    return Change(offer["listing"], offer["title"], offer["vendor_name"], before, now, told)


def _facts(offer: Offer, today: Offer) -> Sequence[str]:
    told = []
    if offer["price"] != today["price"]:
        told.append(f"Harga {rupiah(offer['price'])} → {rupiah(today['price'])}.")
    if offer["available"] != today["available"]:
        told.append("Sekarang tersedia." if today["available"] else "Sekarang stoknya tidak cukup.")
    if offer["title"] != today["title"]:
        told.append(f"Nama: “{offer['title']}” → “{today['title']}”.")
    return told


def _moved(offer: Offer, today: Offer) -> Sequence[str]:
    parts = sorted({*offer["parts"], *today["parts"]}, key=list(PART_NAMES).index)
    differing = [
        f"{PART_NAMES[part]} {offer['parts'].get(part, 0)} → {today['parts'].get(part, 0)}"
        for part in parts
        if offer["parts"].get(part, 0) != today["parts"].get(part, 0)
    ]
    if differing:
        return [f"Poin {offer['points']} → {today['points']}: {', '.join(differing)}."]
    if offer["position"] != today["position"]:
        return ["Poinnya sama; berpindah karena giliran hari ini atau karena penawaran lain."]
    return []
