"""Several small payments approved in one press: each by itself, none beyond the limit, nothing twice."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.settlement.actions import issue_invoice, verify_invoice
from procurement.settlement.models import PaymentObligation
from tests import people
from tests.settlement.orders import Case, accepted

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/bayar/setujui/"
SMALL = [("BARANG", 10, 52_000)]


def verified(**told) -> Case:
    case = accepted(**told)
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    return case


def ticked(*cases: Case) -> list[str]:
    return [f"{each.fresh().number}:{each.fresh().revision}" for each in cases]


def test_small_payments_are_approved_together_and_only_once():
    case = verified(lines=SMALL, shipping=0)
    client = people.signed_in(case.appointments[Role.PA])
    page = client.get(ADDRESS)
    assert [each.number for each in page.context["found"]] == [case.purchase.number]
    assert "/bayar/setujui/" in client.get("/meja/").content.decode()

    sent = {"pesanan": ticked(case)}
    answer = client.post(ADDRESS, sent)
    assert (answer.status_code, answer.context["succeeded"]) == (200, 1)
    assert case.fresh().state == "PAYMENT_APPROVED"
    (entry,) = Entry.objects.filter(act="purchase.approve_payment")
    assert entry.facts["via"] == "bersama"

    before = Entry.objects.count()
    again = client.post(ADDRESS, sent)
    assert [each.refused.code for each in again.context["outcomes"]] == ["stale"]
    assert PaymentObligation.objects.count() == 1
    assert Entry.objects.count() == before


def test_a_large_payment_is_refused_even_when_posted_by_hand():
    case = verified()
    assert (case.purchase.accepted_total or 0) > 10_000_000
    client = people.signed_in(case.appointments[Role.PA])
    before = Entry.objects.count()
    assert client.get(ADDRESS).context["found"] == []
    answer = client.post(ADDRESS, {"pesanan": ticked(case)})
    assert [each.refused.code for each in answer.context["outcomes"]] == ["too_large_together"]
    assert case.fresh().state == "VERIFIED"
    assert not PaymentObligation.objects.exists()
    assert Entry.objects.count() == before


def test_only_those_who_approve_payments_enter():
    case = verified(lines=SMALL, shipping=0)
    for role in (Role.PPK, Role.TREASURER, Role.VENDOR):
        assert people.signed_in(case.appointments[role]).get(ADDRESS).status_code == 403
