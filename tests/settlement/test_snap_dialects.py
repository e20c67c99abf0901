"""Banks that differ within the standard: each is paid through, in both directions, and knows no other's signature."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from marketplace.core import clock
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Beneficiary, Outcome, PayoutOutcome
from procurement.settlement.providers.snap.client import TOKENS
from procurement.settlement.providers.snap.dialects import DIALECTS
from tests.fakes.snap import FakeBank
from tests.fakes.snap.bank import HABITS
from tests.settlement.conftest import agree_with
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_snap_server import attempted, by_client, codes, work

pytestmark = pytest.mark.django_db(transaction=True)


def small_case() -> Case:
    made = accepted([("BARANG", 10, 52_000)], shipping=0)
    approved(made)
    return made


def test_every_dialect_has_a_bank_that_speaks_it() -> None:
    assert set(HABITS) == set(DIALECTS)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_both_directions_in_every_dialect(
    dialect: str, settings: LazySettings, transactional_db: None
) -> None:
    with FakeBank(now=clock.now, prefix="/openapi", dialect=dialect) as bank:
        agree_with(bank, settings)
        by_account, by_code = small_case(), small_case()
        by_client(bank)
        assert codes(bank.pay_account(attempted(by_account).pay_code)) == ["2002400", "2002500"]
        assert codes(bank.scan(attempted(by_code, "snap_qris").pay_code)) == ["2005200"]
        work()
        assert (by_account.fresh().state, by_code.fresh().state) == ("PAID", "PAID")
        sent = provider("snap_va").payout(
            reference="TRF-1",
            amount=100,
            to=Beneficiary("002", "1", 'CV Ñandu "Maju"'),
            description="Pesanan é 1",
            idempotency_key="TRF-1",
        )
        assert sent.outcome == PayoutOutcome.ACCEPTED
        TOKENS.forget((bank.url, bank.partner.client_id))


@pytest.mark.parametrize("dialect", sorted(set(DIALECTS) - {"symmetric"}))
def test_a_wrong_dialect_is_refused_by_either_side(
    dialect: str, settings: LazySettings, transactional_db: None
) -> None:
    """Each of these differs from the next in what is signed, or in how it is written."""
    other = {
        "standard": "asymmetric",
        "asymmetric": "standard",
        "gateway": "standard",
        "milliseconds": "asymmetric",
        "raw_body": "gateway",
    }[dialect]
    with FakeBank(now=clock.now, prefix="/openapi", dialect=dialect) as bank:
        agree_with(bank, settings)
        settings.SNAP = {**settings.SNAP, "dialect": other}
        plugin = provider("snap_va")
        made = plugin.create(
            reference="BYR-1-00000001", amount=1_000_000, description="x", idempotency_key="x"
        )
        assert made.outcome == Outcome.FAILED and "4012700" in made.reason
        assert bank.books.accounts == {}
        TOKENS.forget((bank.url, bank.partner.client_id))
