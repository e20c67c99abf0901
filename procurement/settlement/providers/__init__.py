"""The payment providers that are switched on, by name."""

from __future__ import annotations

from django.conf import settings

from marketplace.core.transitions import Refused
from procurement.settlement.providers.base import Provider
from procurement.settlement.providers.stripe import StripeProvider

TEST_CARD = "pm_card_visa"
"""Stripe's own test card; a real installation names the agency's card in STRIPE_PAYMENT_METHOD."""


def provider(name: str) -> Provider:
    """The plug-in called `name`. Raises Refused `provider.off` when it is unknown or has no keys."""
    if name == StripeProvider.name and settings.STRIPE_API_KEY:
        return StripeProvider(
            api_key=settings.STRIPE_API_KEY,
            api_base=settings.STRIPE_API_BASE,
            webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS,
            payment_method=getattr(settings, "STRIPE_PAYMENT_METHOD", TEST_CARD),
        )
    raise Refused(
        "provider.off",
        f"Penyedia pembayaran “{name}” belum diaktifkan.",
        fix="Isi kunci penyedia pembayaran di pengaturan, atau bayar melalui LS.",
    )
