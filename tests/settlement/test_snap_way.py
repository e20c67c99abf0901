"""The whole way over HTTP, every party a program of its own: the treasurer's click, the bank, our SNAP server, escrow,
PAID. And the page that offers the ways to pay."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.events.runner import drain
from procurement.settlement.actions import approve_payout, prepare_payout
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Journal, PaymentAttempt, UnmatchedMoney
from tests import people
from tests.fakes.snap import FakeBank
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_payouts import only, owed

pytestmark = pytest.mark.django_db(transaction=True)


def session(case: Case, role: Role) -> Client:
    return people.signed_in(case.appointments[role])


def page(client: Client, case: Case) -> str:
    return client.get(f"/bayar/{case.purchase.number}/").content.decode()


def started(client: Client, case: Case, name: str) -> PaymentAttempt:
    answer = client.post(f"/bayar/{case.purchase.number}/mulai/", {"provider": name})
    assert answer.status_code == 302
    drain()
    return PaymentAttempt.objects.get(obligation__purchase=case.purchase)


def due(lines: list[tuple[str, int, int]] | None = None) -> Case:
    case = accepted(lines, shipping=0) if lines else accepted()
    approved(case)
    return case


def test_a_virtual_account_from_the_click_to_paid(live_server, bank: FakeBank) -> None:
    bank.partner.url = f"{live_server.url}/snap"
    case = due()
    treasurer = session(case, Role.TREASURER)
    attempt = started(treasurer, case, "snap_va")
    shown = page(treasurer, case)
    assert attempt.pay_code in shown and "virtual account" in shown and "Pilih cara bayar" not in shown
    assert "Bayar dengan nomor atau kode QRIS" in treasurer.get("/bayar/").content.decode()
    assert attempt.pay_code not in page(session(case, Role.PPK_SKPD), case), "only who pays sees where to"
    assert [said.code for said in bank.pay_account(attempt.pay_code)] == ["2002400", "2002500"]
    drain()
    attempt.refresh_from_db()
    assert (attempt.state, case.fresh().state) == ("CAPTURED", "PAID")
    assert held(AccountKind.ESCROW, case.purchase.number) == 0
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 1_851_800_000
    journal = Journal.objects.get(kind="CAPTURE")
    assert journal.provider_event is not None and journal.provider_event.kind == "snap.25"
    assert journal.instrument == "VIRTUAL_ACCOUNT"
    assert bank.books.lines[-1]["remark"].endswith(attempt.reference)
    assert disagreements() == [] and UnmatchedMoney.objects.count() == 0
    assert attempt.pay_code not in page(treasurer, case)


def test_qris_from_the_click_to_paid(live_server, bank: FakeBank) -> None:
    bank.partner.url = f"{live_server.url}/snap"
    case = due([("BARANG", 10, 52_000)])
    treasurer = session(case, Role.TREASURER)
    attempt = started(treasurer, case, "snap_qris")
    shown = page(treasurer, case)
    assert 'src="data:image/svg+xml' in shown and attempt.pay_code in shown
    assert [said.code for said in bank.scan(attempt.pay_code)] == ["2005200"]
    drain()
    attempt.refresh_from_db()
    assert (attempt.state, case.fresh().state) == ("CAPTURED", "PAID")
    assert Journal.objects.get(kind="CAPTURE").instrument == "QRIS"
    assert disagreements() == [] and UnmatchedMoney.objects.count() == 0


def test_a_bank_that_never_calls_is_asked(live_server, bank: FakeBank) -> None:
    case = due([("BARANG", 10, 52_000)])
    bank.silent = True
    attempt = started(session(case, Role.TREASURER), case, "snap_qris")
    bank.scan(attempt.pay_code)
    begin = clock.now()
    with clock.frozen(begin) as move_to:
        for minutes in (3, 66, 130):
            move_to(begin.fromtimestamp(begin.timestamp() + minutes * 60, tz=begin.tzinfo))
            drain()
    assert case.fresh().state == "PAID"


def test_the_page_offers_every_way_and_says_why_one_cannot(bank: FakeBank, settings: LazySettings) -> None:
    settings.STRIPE_API_KEY = "sk_test_uji"
    case = due()
    shown = page(session(case, Role.TREASURER), case)
    offered = re.findall(r'name="provider" value="(\w+)"', shown)
    assert offered == ["stripe", "snap_va"]
    assert "QRIS dibatasi" in shown
    for role in (Role.PPK_SKPD, Role.PA, Role.VENDOR):
        assert 'name="provider"' not in page(session(case, role), case)


def test_one_way_is_one_button_and_none_is_said(settings: LazySettings) -> None:
    case = due()
    treasurer = session(case, Role.TREASURER)
    assert "Belum ada penyedia pembayaran yang aktif" in page(treasurer, case)
    settings.STRIPE_API_KEY = "sk_test_uji"
    shown = page(treasurer, case)
    assert "Pilih cara bayar" not in shown and 'value="stripe"' in shown


def test_another_units_treasurer_starts_nothing(bank: FakeBank) -> None:
    case, other = due(), due()
    stranger = session(other, Role.TREASURER)
    assert stranger.get(f"/bayar/{case.purchase.number}/").status_code == 404
    assert stranger.post(f"/bayar/{case.purchase.number}/mulai/", {"provider": "snap_va"}).status_code == 404
    treasurer = session(case, Role.TREASURER)
    answer = treasurer.post(f"/bayar/{case.purchase.number}/mulai/", {"provider": "tunai"})
    assert answer.status_code in {409, 422, 400, 302}
    assert PaymentAttempt.objects.count() == 0


def test_the_page_costs_as_many_queries_as_before(bank: FakeBank, assert_max_queries) -> None:
    case = due()
    treasurer = session(case, Role.TREASURER)
    page(treasurer, case)
    with assert_max_queries(25):
        page(treasurer, case)


def test_a_treasurer_who_changes_their_mind(bank: FakeBank) -> None:
    case, other = due([("BARANG", 10, 52_000)]), due()
    treasurer = session(case, Role.TREASURER)
    address = f"/bayar/{case.purchase.number}/batal/"
    log = LogEntry.objects.count()
    assert treasurer.post(address).status_code == 409 and LogEntry.objects.count() == log
    attempt = started(treasurer, case, "snap_qris")
    assert session(other, Role.TREASURER).post(address).status_code == 404
    assert session(case, Role.PA).post(address).status_code == 403
    bank.fail_before = 2
    assert treasurer.post(address).status_code == 409
    attempt.refresh_from_db()
    assert attempt.state == "PENDING", "the bank did not say that it takes no money any more"
    bank.fail_before = 0
    assert treasurer.post(address).status_code == 302
    attempt.refresh_from_db()
    assert (attempt.state, bank.books.codes[attempt.reference]["status"]) == ("CANCELLED", "05")
    assert LogEntry.objects.filter(act="payment.withdraw").count() == 1
    treasurer.post(f"/bayar/{case.purchase.number}/mulai/", {"provider": "snap_va"})
    drain()
    again = PaymentAttempt.objects.get(obligation__purchase=case.purchase, state="PENDING")
    assert again.provider == "snap_va" and again.pay_code in bank.books.accounts


def test_what_was_paid_meanwhile_is_not_withdrawn(bank: FakeBank) -> None:
    case = due([("BARANG", 10, 52_000)])
    treasurer = session(case, Role.TREASURER)
    attempt = started(treasurer, case, "snap_qris")
    bank.silent = True
    bank.scan(attempt.pay_code)
    assert treasurer.post(f"/bayar/{case.purchase.number}/batal/").status_code == 409
    drain()
    attempt.refresh_from_db()
    assert (attempt.state, case.fresh().state) == ("CAPTURED", "PAID")


def test_a_transfer_leaves_through_the_bank_by_a_button(
    live_server, bank: FakeBank, stripe: FakeStripe
) -> None:
    case = owed(stripe)
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    treasurer, address = session(case, Role.TREASURER), f"/bayar/transfer/{payout.pk}/serahkan/"
    button = "Kirim langsung melalui bank"
    assert button not in treasurer.get(f"/bayar/transfer/{payout.pk}/").content.decode(), "not approved yet"
    approve_payout(actor=case.verifier, payout_id=payout.pk)
    assert button in treasurer.get(f"/bayar/transfer/{payout.pk}/").content.decode()
    assert session(case, Role.PPK_SKPD).post(address, {"provider": "snap_va"}).status_code == 403
    assert treasurer.post(address, {"provider": "snap_va"}).status_code == 302
    assert treasurer.post(address, {"provider": "snap_va"}).status_code == 302, "pressed twice, sent once"
    drain()
    payout.refresh_from_db()
    assert payout.state == "ACCEPTED" and payout.provider_ref
    assert [each["amount"]["value"] for each in bank.books.lines] == [f"{payout.amount}.00"]
    shown = treasurer.get(f"/bayar/transfer/{payout.pk}/").content.decode()
    assert payout.provider_ref in shown and button not in shown


def test_without_such_a_bank_there_is_no_button(stripe: FakeStripe) -> None:
    case = owed(stripe)
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    approve_payout(actor=case.verifier, payout_id=payout.pk)
    treasurer = session(case, Role.TREASURER)
    entries = LogEntry.objects.count()
    assert "Kirim langsung" not in treasurer.get(f"/bayar/transfer/{payout.pk}/").content.decode()
    told = treasurer.post(f"/bayar/transfer/{payout.pk}/serahkan/", {"provider": "snap_va"})
    assert told.status_code == 409 and "belum diaktifkan" in told.content.decode()
    payout.refresh_from_db()
    assert (payout.state, payout.provider, LogEntry.objects.count()) == ("APPROVED", "", entries)
