"""Stripe's own command line as a client of our fake: its triggers pass, and our receiver vouches for the webhooks.

Install it by `npm install @stripe/cli` anywhere and name the program in STRIPE_CLI, or put `stripe` on the PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from procurement.settlement.models import ProviderEvent
from tests.fakes.stripe import FakeStripe
from tests.peers.programs import missing

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
KEY, SECRET = "sk_test_1234567890abcdef", "whsec_perintah"
TRIGGERS = [
    *("payment_intent.created", "payment_intent.succeeded", "payment_intent.payment_failed"),
    *("payment_intent.canceled", "payment_intent.requires_action", "payment_intent.processing"),
    *("payment_intent.amount_capturable_updated", "charge.succeeded", "charge.captured", "charge.failed"),
    *("charge.refunded", "charge.refund.updated", "charge.dispute.created", "charge.dispute.updated"),
    *("charge.dispute.closed", "customer.created", "customer.updated", "payment_method.attached"),
    *("payment_method.detached", "payment_method.updated", "payout.created", "payout.updated"),
    *("checkout.session.completed", "balance.available"),
]
ENOUGH = 22


def program() -> str:
    found = os.environ.get("STRIPE_CLI") or shutil.which("stripe")
    if not found or not Path(found).exists():
        missing("Stripe's command line is not here: npm install @stripe/cli, then name it in STRIPE_CLI")
    assert found
    return found


def triggered(cli: str, kind: str, stripe: FakeStripe, home: Path) -> bool:
    """Whether the program said that the trigger succeeded and the fake told of that very kind."""
    told = subprocess.run(
        [cli, "trigger", kind, "--api-base", stripe.url, "--api-key", KEY],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return told.returncode == 0 and any(each["type"] == kind for each in stripe.state.events.values())


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_official_program_is_content_with_the_fake_and_we_with_its_webhooks(
    settings: LazySettings, live_server: Any, tmp_path: Path, record_property: Callable[[str, str], None]
) -> None:
    cli = program()
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    passed = {}
    for kind in TRIGGERS:
        with FakeStripe(secret_keys=[KEY]) as stripe:
            stripe.add_webhook(f"{live_server.url}/webhook/stripe/", SECRET)
            passed[kind] = triggered(cli, kind, stripe, tmp_path)
            stripe.sender.drain(30)
            assert {status for _id, _url, status in stripe.sender.delivered} <= {202}
            told = set(stripe.state.events)
        vouched = ProviderEvent.objects.filter(verdict="VERIFIED", event_id__in=told).count()
        assert vouched == len(told), f"{kind}: {vouched} of {len(told)} webhooks verify"
    record_property("told", f"Stripe CLI: {sum(passed.values())} of {len(TRIGGERS)} triggers pass")
    assert len(TRIGGERS) == 24
    assert sum(passed.values()) >= ENOUGH, [kind for kind, well in passed.items() if not well]
