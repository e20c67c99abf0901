"""The payment providers that are switched on, by name. A new one is a file and a line in `REGISTRY`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from marketplace.core.transitions import Refused
from procurement.settlement.models.events import PROVIDER_TITLES
from procurement.settlement.providers import stripe
from procurement.settlement.providers.base import Provider, Vault
from procurement.settlement.providers.snap import collecting as snap
from procurement.settlement.providers.vault import opened_vault

REGISTRY: Final[Mapping[str, Callable[[Vault], Provider | None]]] = {
    "stripe": stripe.configured,
    "snap_va": snap.virtual_account,
    "snap_qris": snap.qris,
}
"""By name: what makes the plug-in from settings and sealed secrets, None when it is switched off."""


def proof_in_words(proof: str) -> str | None:
    """What proved a payment, when it was a provider's event (`stripe evt_1`); None for the paper of a treasury."""
    name, _space, event = proof.partition(" ")
    return f"kabar {label} ({event})" if (label := PROVIDER_TITLES.get(name)) else None


def provider(name: str, *, region_id: int | None = None) -> Provider:
    """The plug-in called `name`. Raises Refused `provider.off` when it is unknown or has no keys."""
    made = REGISTRY[name](opened_vault(region_id)) if name in REGISTRY else None
    if made is None:
        raise Refused(
            "provider.off",
            f"Penyedia pembayaran “{name}” belum diaktifkan.",
            fix="Isi kunci penyedia pembayaran di pengaturan, atau bayar melalui LS.",
        )
    return made


def paying_out(*, region_id: int | None = None) -> Provider | None:
    """The first plug-in that is switched on and can transfer to vendors; None when there is none."""
    return next((each for each in switched_on(region_id=region_id) if each.capabilities.payout), None)


def switched_on(*, region_id: int | None = None) -> list[Provider]:
    """Every plug-in that has its keys, in the order of the registry: at most one query."""
    vault = opened_vault(region_id)
    return [made for make in REGISTRY.values() if (made := make(vault)) is not None]
