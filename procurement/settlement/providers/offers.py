"""Which providers can carry an amount, and why the others cannot: decided by their capabilities and dated caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.money import SEN_PER_RUPIAH, rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from procurement.settlement.providers import switched_on
from procurement.settlement.providers.base import Provider

ANOTHER_WAY = "Pilih cara bayar lain, atau minta PA/KPA menyetujui ulang melalui LS."


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to pay, as the treasurer sees it; `why_not` is empty when it can be taken."""

    name: str
    label: str
    instrument: str
    why_not: str = ""


def offers(sen: int, *, region_id: int) -> list[Offer]:
    """Every collecting provider that is switched on, those that can carry `sen` first. At most one query."""
    found = [_offer(plugin, sen, region_id) for plugin in _collecting(region_id)]
    return sorted(found, key=lambda offer: bool(offer.why_not))


def why_not(plugin: Provider, sen: int, *, region_id: int) -> Refused | None:
    """Why a provider cannot carry `sen`; None when it can."""
    can = plugin.capabilities
    if not can.collect:
        return Refused(
            "payment.not_collecting", f"{plugin.label} tidak menerima pembayaran.", fix=ANOTHER_WAY
        )
    if sen < can.min_amount:
        lowest = rupiah(-(-can.min_amount // SEN_PER_RUPIAH))
        return _outside(f"{plugin.label} hanya untuk pembayaran mulai {lowest}.")
    if sen > can.max_amount:
        return _outside(f"{plugin.label} hanya sampai {rupiah(can.max_amount // SEN_PER_RUPIAH)}.")
    if can.cap:
        rule = parameter(can.cap, region_id=region_id)
        if sen > int(rule.value) * SEN_PER_RUPIAH:
            sentence = f"{plugin.label} dibatasi {rupiah(int(rule.value))} per pembayaran."
            return _outside(sentence, rule=rule.legal_basis)
    return None


def _collecting(region_id: int) -> Sequence[Provider]:
    return [plugin for plugin in switched_on(region_id=region_id) if plugin.capabilities.collect]


def _offer(plugin: Provider, sen: int, region_id: int) -> Offer:
    refusal = why_not(plugin, sen, region_id=region_id)
    return Offer(
        plugin.name, plugin.label, plugin.capabilities.instrument, refusal.sentence if refusal else ""
    )


def _outside(sentence: str, *, rule: str | None = None) -> Refused:
    return Refused("payment.outside_limits", sentence, rule=rule, fix=ANOTHER_WAY)
