"""A small stateful Stripe on loopback: intents, charges, refunds, events, signed webhooks, idempotency.

    with FakeStripe(secret_keys=["sk_test_fake"]) as stripe:
        stripe.url, stripe.add_webhook("http://127.0.0.1:8000/webhook/stripe/", "whsec_…")

It speaks HTTP like the real one, so the official SDK talks to it unchanged; `python -m tests.fakes.stripe --help`
runs it by itself. What it answers is checked against Stripe's published specification in `tests/peers`.
"""

from tests.fakes.stripe.server import FakeStripe

__all__ = ["FakeStripe"]
