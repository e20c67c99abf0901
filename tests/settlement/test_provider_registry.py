"""Which providers there are, what each can carry, and where their keys are kept."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from procurement.settlement import providers
from procurement.settlement.actions import start_payment
from procurement.settlement.actions.secrets import rotate_secret
from procurement.settlement.models import Instrument, PaymentAttempt, ProviderSecret
from procurement.settlement.models.events import PROVIDER_TITLES
from procurement.settlement.providers import paying_out, provider, stripe, switched_on
from procurement.settlement.providers.base import Beneficiary, Outcome, PayoutOutcome, Vault
from procurement.settlement.providers.offers import offers
from procurement.settlement.providers.snap.agreement import agreement
from procurement.settlement.providers.vault import opened_vault
from tests import people
from tests.fakes.snap import FakeBank
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("uji")
OPEN_VAULT: Vault = lambda _holder, _name: ("kunci",)  # noqa: E731


def rotate(value: str, *, region: Region | None = None, at_once: bool = False) -> ProviderSecret:
    return rotate_secret(
        actor=SYSTEM,
        provider_name="stripe",
        name="webhook_secret",
        value=value,
        region_id=region.pk if region else None,
        at_once=at_once,
    )


def in_force(region_id: int | None = None) -> tuple[str, ...]:
    return opened_vault(region_id)("stripe", "webhook_secret")


# ── the registry ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_providers_with_keys_are_switched_on(bank: FakeBank, settings: LazySettings) -> None:
    assert [each.name for each in switched_on()] == ["snap_va", "snap_qris"]
    settings.STRIPE_API_KEY = "sk_test_uji"
    assert [each.name for each in switched_on()] == ["stripe", "snap_va", "snap_qris"]
    settings.SNAP = {**settings.SNAP, "merchant_id": ""}
    assert [each.name for each in switched_on()] == ["stripe", "snap_va"]
    for unknown in ("snap_qris", "tunai"):
        with pytest.raises(Refused) as refusal:
            provider(unknown)
        assert refusal.value.code == "provider.off"


def test_every_provider_of_the_registry_has_a_name_in_the_inbox() -> None:
    assert set(PROVIDER_TITLES) == set(providers.REGISTRY)


def test_a_new_provider_is_a_file_and_a_line(monkeypatch: pytest.MonkeyPatch, bank: FakeBank) -> None:
    class Other(stripe.StripeProvider):
        name, label = "lain", "Cara lain"

    made = Other(api_key="k", webhook_secrets=[], payment_method="p")
    monkeypatch.setattr(providers, "REGISTRY", {**providers.REGISTRY, "lain": lambda _vault: made})
    region = Region.objects.create(klpd_code="T9", name="Contoh", kind="PROVINSI")
    assert provider("lain") is made
    assert "Cara lain" in [offer.label for offer in offers(1_000_000_00, region_id=region.pk)]


def test_every_provider_says_what_it_can_in_the_books_own_words(
    bank: FakeBank, settings: LazySettings
) -> None:
    settings.STRIPE_API_KEY = "sk_test_uji"
    for plugin in switched_on():
        can = plugin.capabilities
        assert can.instrument in Instrument.values and 0 < can.min_amount < can.max_amount
        assert can.expiry[0] <= can.expiry[1] and can.shows_code == (can.expiry[1] > 0)
        assert plugin.label
    assert [plugin.name for plugin in switched_on() if plugin.capabilities.payout] == ["snap_va"]
    settings.SNAP, agreed = {**settings.SNAP, "source_account": ""}, settings.SNAP
    assert paying_out() is None, "without an account of ours nothing can be sent"
    settings.SNAP = agreed
    sender = paying_out()
    assert sender is not None and sender.name == "snap_va"
    to = Beneficiary("111", "1", "A")
    card = provider("stripe")
    sent = card.payout(reference="T-1", amount=1, to=to, description="", idempotency_key="T-1")
    assert (sent.outcome, card.payout_status("T-1").outcome) == (
        PayoutOutcome.FAILED,
        PayoutOutcome.NOT_FOUND,
    )
    for name in ("snap_va", "snap_qris"):
        assert provider(name).capture("x", amount=1, idempotency_key="x").outcome == Outcome.FAILED
        assert provider(name).refund("x", amount=1, idempotency_key="x").outcome == Outcome.FAILED


# ── what is offered ──────────────────────────────────────────────────────────────────────────────────────────────
def test_the_treasurer_is_offered_what_can_carry_the_amount_and_told_why_not(
    bank: FakeBank, settings: LazySettings
) -> None:
    settings.STRIPE_API_KEY = "sk_test_uji"
    region = people.region()

    def said(rupiah: int) -> dict[str, str]:
        return {offer.name: offer.why_not for offer in offers(rupiah * 100, region_id=region.pk)}

    assert set(said(9_000_000).values()) == {""}
    above = said(20_868_000)
    assert above["snap_va"] == above["stripe"] == "" and "Rp10.000.000" in above["snap_qris"].replace(" ", "")
    assert [offer.name for offer in offers(20_868_000_00, region_id=region.pk)][-1] == "snap_qris"
    small = said(5_000)
    assert "Rp10.000" in small["stripe"].replace("\u00a0", "").replace(" ", "") and small["snap_qris"] == ""


def test_a_provider_that_cannot_carry_the_amount_is_refused_and_nothing_begins(bank: FakeBank) -> None:
    case = accepted()
    approved(case)
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        start_payment(actor=case.treasurer, purchase_id=case.purchase.pk, provider_name="snap_qris")
    assert refusal.value.code == "payment.outside_limits" and refusal.value.rule
    assert (PaymentAttempt.objects.count(), LogEntry.objects.count()) == (0, log)
    assert case.fresh().treasurer_id is None


def test_an_attempt_knows_its_instrument_and_how_long_it_waits(bank: FakeBank) -> None:
    case = accepted()
    approved(case)
    with clock.frozen(clock.now()):
        attempt = start_payment(actor=case.treasurer, purchase_id=case.purchase.pk, provider_name="snap_va")
        assert attempt.expires_at == clock.now() + timedelta(days=1)
    assert attempt.instrument == "VIRTUAL_ACCOUNT"
    assert attempt.capabilities["instrument"] == "VIRTUAL_ACCOUNT"


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_rotation_keeps_two_in_force_newest_first() -> None:
    for number in range(1, 5):
        rotate(f"whsec_{number}")
        assert in_force()[0] == f"whsec_{number}"
        assert len(in_force()) == min(number, 2)
    assert in_force() == ("whsec_4", "whsec_3")
    assert ProviderSecret.objects.filter(rotated_at__isnull=False).count() == 2
    rotate("whsec_5", at_once=True)
    assert in_force() == ("whsec_5",), "a leaked key ends at once"


def test_a_regions_own_key_stands_instead_of_the_national_one() -> None:
    mine, other = people.region(), people.region("D009", "Provinsi Lain")
    rotate("nasional")
    rotate("sendiri", region=mine)
    assert in_force(mine.pk) == ("sendiri",)
    assert in_force(other.pk) == in_force() == ("nasional",)


def test_values_stand_sealed_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    made = rotate("whsec_rahasia")
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM settlement_providersecret")
        (stored,) = cursor.fetchone()
    assert "rahasia" not in stored and stored.startswith("v2.")
    entry = LogEntry.objects.get(act="provider_secret.rotate")
    assert "rahasia" not in json.dumps(entry.facts) + str(made) + repr(made) + caplog.text
    assert ProviderSecret not in admin.site._registry


def test_only_the_operator_lays_keys_in() -> None:
    for role in (Role.TREASURER, Role.AUDITOR, Role.PA):
        with pytest.raises(Refused):
            rotate_secret(actor=people.actor(role), provider_name="stripe", name="webhook_secret", value="x")
    with pytest.raises(Refused, match="kosong"):
        rotate(" \n")
    assert (ProviderSecret.objects.count(), LogEntry.objects.count()) == (0, 0)


def test_the_command_reads_the_key_from_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("whsec_dari_masukan\n"))
    said = io.StringIO()
    call_command("set_provider_secret", "stripe", "webhook_secret", stdout=said)
    assert in_force() == ("whsec_dari_masukan",) and "dari_masukan" not in said.getvalue()
    with pytest.raises(CommandError, match="tidak dikenal"):
        call_command("set_provider_secret", "stripe", "webhook_secret", region="T404")


def test_stripe_works_with_sealed_keys_alone(settings: LazySettings, region: Region) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []
    with FakeStripe(secret_keys=["sk_tersegel"]) as running:
        settings.STRIPE_API_BASE = running.url
        rotate_secret(actor=SYSTEM, provider_name="stripe", name="api_key", value="sk_tersegel")
        plugin = provider("stripe")
        made = plugin.create(
            reference="BYR-1-00000001", amount=100_000_000, description="", idempotency_key="1"
        )
        assert made.outcome == Outcome.CAPTURED


def test_a_bank_without_all_its_keys_is_off(bank: FakeBank, settings: LazySettings) -> None:
    assert agreement(OPEN_VAULT) is not None
    for missing in ("client_secret", "private_key", "bank_public_key"):

        def lacking(_holder: str, name: str, gone: str = missing) -> tuple[str, ...]:
            return () if name == gone else ("kunci",)

        assert agreement(lacking) is None


def test_all_providers_cost_one_query(bank: FakeBank, assert_max_queries) -> None:
    region = people.region()
    offers(100, region_id=region.pk)  # the dated caps are read once and kept
    with assert_max_queries(1):
        assert len(offers(100_000_000, region_id=region.pk)) == 2
