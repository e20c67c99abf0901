"""A settled order is closed by its PPK with a rating, or by the clock when nobody does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.purchasing import clockwork
from procurement.purchasing.actions import close
from procurement.settlement.actions import verify_evidence
from tests import people
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_treasury import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled() -> Case:
    """An order paid by SP2D from whose payment nothing had to be withheld."""
    case = accepted([("BARANG", 1, 1_800_000)], shipping=0, mechanism="LS")
    approved(case)
    verify_evidence(actor=case.verifier, evidence_id=record(case, amount=1_998_000).pk)
    assert case.fresh().state == "TAX_SETTLED"
    return case


def test_the_ppk_closes_with_a_rating(settled):
    client = people.signed_in(settled.appointments[Role.PPK])
    address = f"/pesanan/{settled.purchase.number}/close/"
    assert client.get(address).status_code == 200
    revision = settled.fresh().revision
    assert client.post(address, {"revision": revision, "rating": 6}).status_code == 422
    assert client.post(address, {"revision": revision - 1, "rating": 4}).status_code == 409
    assert settled.fresh().state == "TAX_SETTLED"
    assert client.post(address, {"revision": revision, "rating": 4}).status_code == 302
    assert (settled.fresh().state, settled.fresh().rating) == ("CLOSED", 4)
    assert Entry.objects.get(act="purchase.close").facts["rating"] == 4


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_out_of_range_is_refused(settled, rating):
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        close(actor=settled.ppk, purchase_id=settled.purchase.pk, rating=rating)
    assert refused.value.code == "rating"
    assert (settled.fresh().state, Entry.objects.count()) == ("TAX_SETTLED", entries)


def test_the_clock_closes_what_nobody_rated(settled):
    clockwork.tick()
    assert settled.fresh().state == "TAX_SETTLED"
    due = settled.fresh().due_at
    assert due is not None
    with clock.frozen(due + timedelta(seconds=1)):
        clockwork.tick()
        clockwork.tick()
    assert (settled.fresh().state, settled.fresh().rating) == ("CLOSED", None)
    assert Entry.objects.filter(act="purchase.close").count() == 1


def test_the_page_of_a_settled_order_stays_within_its_queries(settled, assert_max_queries):
    client = people.signed_in(settled.appointments[Role.PPK])
    address = f"/pesanan/{settled.purchase.number}/"
    client.get(address)
    with assert_max_queries(21):
        assert client.get(address).status_code == 200
