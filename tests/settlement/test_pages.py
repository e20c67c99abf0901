"""The pages of settlement over HTTP: what each role sees, the treasurer's clicks, query budgets, the webhook."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.events.models import Job
from procurement.settlement.actions import send_attempt
from procurement.settlement.models import Evidence, PaymentAttempt, Payout, ProviderEvent, TaxLine
from procurement.settlement.queries import waiting_for
from tests import people
from tests.fakes.stripe.webhooks import sign
from tests.settlement.conftest import SECRET
from tests.settlement.orders import SCAN, Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import deliver, work

pytestmark = pytest.mark.django_db(transaction=True)
Budget = Callable[[int], AbstractContextManager[Any]]


def browser(case: Case, role: Role) -> Client:
    return people.signed_in(case.appointments[role])


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def submit(client: Client, name: str, *args: object, status: int = 302, **form: Any) -> str:
    response = client.post(reverse(name, args=args), form)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_from_bill_to_paid_by_clicks_alone(stripe: Any) -> None:
    case = accepted()
    number = case.purchase.number
    for role, move in (
        (Role.VENDOR, "purchase-invoice"),
        (Role.PPK_SKPD, "purchase-verify"),
        (Role.PA, "purchase-approve_payment"),
    ):
        client = browser(case, role)
        assert "20.868.000" in page(client, move, number)
        submit(client, move, number, revision=case.fresh().revision)
    treasurer = browser(case, Role.TREASURER)
    assert number in page(treasurer, "payments")
    assert "Bayar Rp20.868.000" in page(treasurer, "payment", number)
    submit(treasurer, "payment-start", number)
    send_attempt(PaymentAttempt.objects.get().pk)
    for event in stripe.state.events.values():
        deliver(event)
    work()
    for tax, ntpn in zip(TaxLine.objects.all(), ("A" * 16, "B" * 16), strict=True):
        submit(
            treasurer,
            "payment-deposit",
            number,
            tax.pk,
            billing_code="8" * 15,
            ntpn=ntpn,
            deposited_on="2026-11-01",
        )
    verifier = browser(case, Role.PPK_SKPD)
    assert "Siapkan transfer Rp18.518.000" in page(treasurer, "payment", number)
    transfer = Payout.objects.get().pk
    submit(treasurer, "payout-prepare", transfer)
    assert "Setujui transfer Rp18.518.000" in page(verifier, "payment", number)
    submit(verifier, "payout-approve", transfer)
    submit(treasurer, "payout-send", transfer)
    assert "dikirim ke bank" in page(browser(case, Role.VENDOR), "vendor-money")
    scan = SimpleUploadedFile("bukti.pdf", SCAN, "application/pdf")
    form: dict[str, Any] = {"number": "TRF-7", "dated": "2026-11-01", "amount": "Rp18.518.000", "file": scan}
    submit(treasurer, "payment-evidence", number, **form)
    assert "TRF-7" in page(verifier, "payment", number)
    submit(verifier, "payment-verify", number, Evidence.objects.get().pk)
    assert case.fresh().state == "TAX_SETTLED"
    assert "sudah dibayarkan" in page(browser(case, Role.VENDOR), "payment", number)
    assert "Buku seimbang" in page(treasurer, "books")


def test_the_rest_after_too_little_is_paid_with_one_click(stripe: Any) -> None:
    case = accepted()
    approved(case)
    number, rest = case.purchase.number, 868_000
    treasurer = browser(case, Role.TREASURER)
    submit(treasurer, "payment-start", number)
    send_attempt(PaymentAttempt.objects.get().pk)
    [short] = [each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded"]
    short["data"]["object"]["amount_received"] -= rest * 100
    deliver(short)
    work()
    assert case.fresh().state == "PAYMENT_APPROVED"
    shown = page(treasurer, "payment", number)
    assert "Bayar Rp868.000" in shown and "Bayar Rp20.868.000" not in shown
    submit(treasurer, "payment-start", number)
    again = PaymentAttempt.objects.latest("pk")
    assert again.amount == rest
    send_attempt(again.pk)
    for event in stripe.state.events.values():
        if event is not short:
            deliver(event)
    work()
    assert case.fresh().state == "PAID"
    assert "Bayar Rp" not in page(treasurer, "payment", number)


def test_an_outdated_page_decides_nothing(stripe: Any) -> None:
    case = accepted()
    said = submit(
        browser(case, Role.VENDOR), "purchase-invoice", case.purchase.number, status=409, revision=99
    )
    assert "sudah diubah" in said and case.fresh().state == "ACCEPTED"


def test_a_wrong_figure_is_said_at_the_form(stripe: Any) -> None:
    case = accepted(mechanism="LS")
    approved(case)
    client = browser(case, Role.TREASURER)
    scan = SimpleUploadedFile("sp2d.pdf", SCAN, "application/pdf")
    form: dict[str, Any] = {"number": "S-1", "dated": "2026-11-01", "amount": "18.518.001", "file": scan}
    said = submit(client, "payment-evidence", case.purchase.number, status=409, **form)
    assert "Rp18.518.001" in said and "Rp18.518.000" in said
    said = submit(client, "payment-evidence", case.purchase.number, status=422, number="S-1", amount="12,5")
    assert "error-summary" in said and Evidence.objects.count() == 0


def test_foreign_units_and_vendors_find_nothing(stripe: Any) -> None:
    case = accepted()
    approved(case)
    for role in (Role.TREASURER, Role.PPK_SKPD, Role.VENDOR, Role.PA):
        stranger = people.signed_in(people.appointment(role))
        page(stranger, "payment", case.purchase.number, status=404)
    stranger = people.signed_in(people.appointment(Role.TREASURER))
    submit(stranger, "payment-start", case.purchase.number, status=404)
    assert PaymentAttempt.objects.count() == 0


@pytest.mark.parametrize("role", [Role.VENDOR, Role.PP, Role.RECEIVER, Role.CURATOR])
def test_the_books_are_for_those_who_keep_or_check_them(role: Role) -> None:
    page(people.signed_in(people.appointment(role)), "books", status=403)


def test_the_queue_costs_the_same_for_one_and_for_many(
    stripe: Any,
    assert_max_queries: Budget,
    assert_flat_in_rows: Callable[..., None],
) -> None:
    case = accepted()
    approved(case)
    client = browser(case, Role.TREASURER)
    page(client, "payments")
    with assert_max_queries(9):
        page(client, "payments")
    with assert_max_queries(13):
        page(client, "payment", case.purchase.number)
    with assert_max_queries(12):
        page(client, "books")

    def more() -> None:
        for _n in range(2):
            other = accepted(at=case.purchase.organisation)
            approved(other)

    assert_flat_in_rows(lambda: page(client, "payments"), more)


def test_the_desk_tells_the_treasurer_and_the_second_person(stripe: Any) -> None:
    case = accepted(mechanism="LS")
    assert waiting_for(case.treasurer) == []
    approved(case)
    (item,) = waiting_for(case.treasurer)
    assert (item.state_label, item.amount, item.mine) == ("Catat SP2D", 18_518_000, True)
    assert item.due_at is not None and waiting_for(case.verifier) == []
    assert waiting_for(case.vendor) == []


def test_the_desk_leads_the_treasurer_to_the_queue_and_the_books() -> None:
    desk = page(people.signed_in(people.appointment(Role.TREASURER)), "desk")
    assert reverse("payments") in desk and reverse("books") in desk
    assert reverse("payments") not in page(people.signed_in(people.appointment(Role.VENDOR)), "desk")


# ── the webhook ──────────────────────────────────────────────────────────────────────────────────────────────────
def post(raw: bytes, secret: str = SECRET) -> int:
    header = sign(raw, secret, at=int(clock.now().timestamp()))
    response = Client(enforce_csrf_checks=True).post(
        "/webhook/stripe/", raw, content_type="application/json", headers={"Stripe-Signature": header}
    )
    return int(response.status_code)


def test_the_webhook_stores_answers_and_leaves_the_rest_to_a_job(
    stripe: Any, assert_max_queries: Budget
) -> None:
    case = accepted()
    approved(case)
    raw = json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": "payment_intent.succeeded",
            "data": {"object": {"id": "pi_1", "metadata": {"reference": "x"}, "amount_received": 1}},
        }
    ).encode()
    with assert_max_queries(8):
        assert post(raw) == 202
    assert post(raw) == 202
    assert (ProviderEvent.objects.count(), Job.objects.filter(kind="settlement.provider_event").count()) == (
        1,
        1,
    )
    assert bytes(ProviderEvent.objects.get().raw) == raw


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b"x" * 300_000])
def test_rubbish_at_the_webhook_is_a_clear_400(stripe: Any, raw: bytes) -> None:
    log = LogEntry.objects.count()
    assert post(raw, secret="whsec_lain") == 400
    assert (LogEntry.objects.count(), Job.objects.count()) == (log, 0)
    assert Client().get("/webhook/stripe/").status_code == 405


def test_without_keys_the_webhook_refuses(settings: LazySettings) -> None:
    settings.STRIPE_API_KEY = ""
    assert post(b"{}") == 400 and ProviderEvent.objects.count() == 0
