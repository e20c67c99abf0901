"""Laws of the books under any sequence of bookings, on a real PostgreSQL."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from procurement.settlement.ledger.accounts import PER_ORDER, AccountName
from procurement.settlement.ledger.posting import Leg, post, reverse
from procurement.settlement.ledger.reports import disagreements, held, trial_balance
from procurement.settlement.models import AccountKind, Balance, Journal, Posting
from tests.settlement.conftest import evidence_for

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = [
    AccountKind.PROVIDER_CLEARING,
    AccountKind.BANK,
    AccountKind.ESCROW,
    AccountKind.VENDOR_PAYABLE,
    AccountKind.TAX_PAYABLE,
]
_runs = count(1)

bookings = st.lists(
    st.tuples(
        st.sampled_from(range(6)),  # key: repeats are likely
        st.sampled_from(KINDS),
        st.sampled_from(KINDS),
        st.integers(1, 10**12),
        st.booleans(),  # reverse it afterwards
    ),
    max_size=12,
)


@given(bookings)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_bookings_keeps_the_books_true(
    transactional_db: None, sequence: list[tuple[int, AccountKind, AccountKind, int, bool]]
) -> None:
    run = next(_runs)
    region, _ = Region.objects.get_or_create(klpd_code="T999", defaults={"name": "Uji", "kind": "KOTA"})
    order = f"P{run}"
    proof = evidence_for(region, order, 1)
    for key, debited, credited, sen, undo in sequence:
        try:
            with doing(actor=Actor.system("uji")) as deed:
                legs = [
                    Leg(_account(debited, region, order), sen),
                    Leg(_account(credited, region, order), -sen),
                ]
                if debited == credited:
                    continue
                posted = post(
                    deed,
                    Posting.RECOGNISE,
                    f"{run}:{key}",
                    legs,
                    region_id=region.pk,
                    purchase=order,
                    evidence=proof,
                )
            if undo and posted.is_new:
                with doing(actor=Actor.system("uji")) as deed:
                    reverse(deed, posted.journal, memo="uji")
        except Refused as refusal:
            if refusal.code not in {"ledger.key-reused", "ledger.overdrawn"}:
                raise
    assert disagreements() == []
    assert sum(row.debit - row.credit for row in trial_balance()) == 0
    assert all(balance.natural >= 0 for balance in Balance.objects.filter(floor=0))
    assert held(AccountKind.ESCROW, order) >= 0
    for journal in Journal.objects.filter(purchase_number=order):
        amounts = list(journal.entries.values_list("amount", flat=True))
        assert len(amounts) >= 2 and sum(amounts) == 0


def _account(kind: AccountKind, region: Region, order: str) -> AccountName:
    tax_code = "PPN" if kind == AccountKind.TAX_PAYABLE else ""
    return AccountName(kind, region.pk, order if kind in PER_ORDER else "", tax_code)
