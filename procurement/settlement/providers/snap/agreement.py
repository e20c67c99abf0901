"""What is agreed with one bank: addresses and identifiers from the settings, keys from the vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from procurement.settlement.providers.base import Vault
from procurement.settlement.providers.snap.dialects import DIALECTS, Dialect

HOLDER = "snap"
"""Under which name the bank's keys are sealed: `client_secret`, `private_key`, `bank_public_key`, `callback_secret`."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One bank. Of each secret the newest signs; all in force verify."""

    base_url: str
    client_id: str
    partner_id: str
    channel_id: str
    service_id: str
    """The company code before virtual account numbers (partnerServiceId), without its padding."""
    merchant_id: str
    terminal_id: str
    source_account: str
    bank_code: str
    dialect: Dialect
    client_secrets: tuple[str, ...] = field(repr=False)
    private_keys: tuple[str, ...] = field(repr=False)
    bank_public_keys: tuple[str, ...] = field(repr=False)
    callback_secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def prefix(self) -> str:
        """What stands before `/v1.0/` in the bank's paths."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def padded_service_id(self) -> str:
        """partnerServiceId as the standard writes it: eight characters, padded with spaces on the left."""
        return self.service_id.rjust(8)


def agreement(vault: Vault) -> Agreement | None:
    """The bank that is configured; None when its address or a key that everything needs is missing."""
    said = settings.SNAP
    if not said["base_url"]:
        return None
    made = Agreement(
        base_url=said["base_url"].rstrip("/"),
        client_id=said["client_id"],
        partner_id=said["partner_id"] or said["client_id"],
        channel_id=said["channel_id"],
        service_id=said["service_id"].strip(),
        merchant_id=said["merchant_id"],
        terminal_id=said["terminal_id"],
        source_account=said["source_account"],
        bank_code=said["bank_code"],
        dialect=DIALECTS[said["dialect"] or "standard"],
        client_secrets=vault(HOLDER, "client_secret"),
        private_keys=vault(HOLDER, "private_key"),
        bank_public_keys=vault(HOLDER, "bank_public_key"),
        callback_secrets=vault(HOLDER, "callback_secret"),
    )
    return made if made.client_secrets and made.private_keys and made.bank_public_keys else None
