"""People, a region and a deed for the tests of settlement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from django.conf import LazySettings

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.settlement.actions.secrets import rotate_secret
from procurement.settlement.models import Evidence
from procurement.settlement.providers.snap.client import TOKENS
from tests.fakes.snap import FakeBank
from tests.fakes.stripe import FakeStripe

SECRET = "whsec_uji"
_numbers = count(1)


@pytest.fixture
def region(db: None) -> Region:
    return Region.objects.create(klpd_code=f"T{next(_numbers):03}", name="Provinsi Contoh", kind="PROVINSI")


def evidence_for(region: Region, purchase: str, amount: int) -> Evidence:
    """A verified bank transfer of `amount` rupiah."""
    number = next(_numbers)
    maker, checker = (
        User.objects.create_user(f"{who}{number}@contoh.go.id", name=who) for who in ("pencatat", "pemeriksa")
    )
    return Evidence.objects.create(
        region=region,
        kind=Evidence.Kind.BANK_TRANSFER,
        number=f"TRF-{number}",
        dated=date(2026, 10, 22),
        amount=amount,
        purchase_number=purchase,
        file_sha256=f"{number:064x}",
        recorded_by=maker,
        recorded_at=clock.now(),
        verified_by=checker,
        verified_at=clock.now(),
    )


@pytest.fixture
def stripe(settings: LazySettings) -> Iterator[FakeStripe]:
    with FakeStripe(secret_keys=["sk_test_uji"]) as running:
        settings.STRIPE_API_KEY = "sk_test_uji"
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        yield running


def agree_with(bank: FakeBank, settings: LazySettings) -> None:
    """Settings and sealed keys for a fake bank. Call it with a database."""
    partner = bank.partner
    settings.SNAP = {
        "base_url": bank.url,
        "client_id": partner.client_id,
        "partner_id": "",
        "channel_id": partner.channel_id,
        "service_id": partner.service_id,
        "merchant_id": partner.merchant_id,
        "terminal_id": "A01",
        "source_account": partner.account,
        "bank_code": partner.bank_code,
        "dialect": bank.dialect,
    }
    sealed = {
        "client_secret": partner.secret,
        "private_key": partner.private_key,
        "bank_public_key": bank.public_key,
    }
    for name, value in sealed.items():
        rotate_secret(actor=Actor.system("uji"), provider_name="snap", name=name, value=value)


@pytest.fixture
def bank(transactional_db: None, settings: LazySettings) -> Iterator[FakeBank]:
    """A bank that speaks SNAP BI and has us as its partner."""
    with FakeBank(now=clock.now) as running:
        agree_with(running, settings)
        yield running
        TOKENS.forget((running.url, running.partner.client_id))


@pytest.fixture(autouse=True)
def _own_store(settings: LazySettings, tmp_path: Path) -> None:
    """Scans of this test lie in a folder of its own."""
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {"BACKEND": backend, "OPTIONS": {"location": tmp_path}},
    }
