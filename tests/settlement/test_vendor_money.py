"""The vendor's money page: who holds it, until when, what is kept back and why; one tap to remind, once a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.models import Notice
from procurement.oversight.actions.watching import watch_holds
from procurement.oversight.models import HoldWatch
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import (
    hold_payout,
    issue_invoice,
    let_go_payout,
    prepare_payout,
    remind_payer,
)
from procurement.statistics.actions import refresh
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_pages import browser, page, submit
from tests.settlement.test_payment_clock import long_weekend, ls_case, sp2d
from tests.settlement.test_payouts import auditor, only, owed

__all__ = ["long_weekend"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_who_holds_the_money_what_is_kept_back_and_when_it_comes(
    long_weekend: Callable[[datetime], None],
) -> None:
    case = ls_case()
    approved(case)
    told = page(browser(case, Role.VENDOR), "vendor-money")
    assert "Bendahara" in told and "28 Oktober 2026" in told and "Rp18.518.000" in told
    assert "PPh Pasal 22 1,5% atas Rp18.800.000, Rp282.000, dipotong karena" in told
    long_weekend(datetime(2026, 10, 30, 3, tzinfo=UTC))
    assert "Sudah lewat 2 hari kerja" in page(browser(case, Role.VENDOR), "vendor-money")
    sp2d(case)
    after = page(browser(case, Role.VENDOR), "vendor-money")
    assert "sudah masuk" in after and f"SP2D SP2D-{case.purchase.pk}, 30 Oktober 2026" in after
    assert "Sudah lewat" not in after and "Ingatkan<span" not in after


def test_one_tap_reminds_once_a_working_day_and_is_logged(long_weekend: Callable[[datetime], None]) -> None:
    case = accepted(mechanism="LS")
    approved(case)
    client = browser(case, Role.VENDOR)
    assert "Ingatkan<span" in page(client, "vendor-money")
    submit(client, "payment-remind", case.purchase.number)
    entry = LogEntry.objects.get(act="payment.remind")
    assert entry.facts["number"] == case.purchase.number
    notice = Notice.objects.get(entry=entry)
    assert notice.role == Role.TREASURER and "mengingatkan" in notice.sentence
    assert "diingatkan" in page(client, "vendor-money")
    for moment in (None, datetime(2026, 10, 24, 3, tzinfo=UTC)):  # again the same day, and on the Saturday
        if moment:
            long_weekend(moment)
        with pytest.raises(Refused) as refusal:
            remind_payer(actor=case.vendor, purchase_id=case.purchase.pk)
        assert refusal.value.code == "remind.today"
        assert LogEntry.objects.filter(act="payment.remind").count() == 1 == Notice.objects.count()
    long_weekend(datetime(2026, 10, 26, 3, tzinfo=UTC))
    remind_payer(actor=case.vendor, purchase_id=case.purchase.pk)
    assert LogEntry.objects.filter(act="payment.remind").count() == 2


def test_nobody_is_reminded_of_what_nobody_else_holds() -> None:
    case, foreign = accepted(mechanism="LS"), accepted(mechanism="LS")
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        remind_payer(actor=case.vendor, purchase_id=case.purchase.pk)
    assert refusal.value.code == "remind.nothing"
    with pytest.raises(Purchase.DoesNotExist):
        remind_payer(actor=foreign.vendor, purchase_id=case.purchase.pk)
    assert (LogEntry.objects.count(), Notice.objects.count()) == (log, 0)
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert "PPK-SKPD" in remind_payer(actor=case.vendor, purchase_id=case.purchase.pk)


def test_while_an_auditor_holds_the_transfer_all_pages_name_the_auditor_and_one_deadline(
    stripe: FakeStripe,
) -> None:
    case = owed(stripe)
    number, payout = case.purchase.number, only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    for where in PLACES:  # prepared: now the PPK-SKPD approves it
        assert holders_told(case, where) == {"PPK-SKPD"}, where
    watcher = auditor(case)
    hold_payout(actor=watcher, payout_id=payout.pk, reason="BAST diragukan")
    watch_holds()
    until = HoldWatch.objects.get().due_at
    assert until is not None and until != case.fresh().due_at
    for where in PLACES:
        assert holders_told(case, where) == {"Auditor"}, where
    mine, story = (
        page(browser(case, Role.VENDOR), "vendor-money"),
        page(browser(case, Role.VENDOR), "payment", number),
    )
    for told in (mine, story):
        assert "Transfer ditahan auditor" in told and date_format(clock.day_of(until), "j F Y") in told
    assert "Ingatkan<span" not in mine and "Bendahara" not in mine
    refused = browser(case, Role.VENDOR).post(reverse("payment-remind", args=[number]), follow=True)
    assert "sedang ditahan auditor" in refused.content.decode()
    assert not LogEntry.objects.filter(act="payment.remind").exists()
    let_go_payout(actor=watcher, payout_id=payout.pk, reason="sudah jelas")
    for where in PLACES:
        assert holders_told(case, where) == {"PPK-SKPD"}, where
    assert "Ingatkan<span" in page(browser(case, Role.VENDOR), "vendor-money")
    assert "PPK-SKPD" in remind_payer(actor=case.vendor, purchase_id=case.purchase.pk)


def test_what_is_on_its_way_is_told_net_once_the_taxes_are_fixed() -> None:
    case = ls_case()
    before = page(browser(case, Role.VENDOR), "vendor-money")
    assert "Rp20.868.000 <span" in before and "sebelum pajak dipotong" in before
    approved(case)
    for name in ("vendor-money", "desk"):
        told = page(browser(case, Role.VENDOR), name)
        assert (
            "Rp18.518.000" in told
            and "Rp20.868.000" not in told.split("uang-di-jalan")[-1].split("</section>")[0]
        )
        assert "sebelum pajak dipotong" not in told
    sp2d(case)
    after = page(browser(case, Role.VENDOR), "vendor-money")
    assert "Rp0 <span" in after and "Sudah masuk, pajaknya sedang disetor" in after


PLACES = ("vendor-money", "payment", "purchase", "purchases", "dashboard")


def holders_told(case: Case, where: str) -> set[str]:
    """Which of those who can hold a payment a page names as the holder of the order's money."""
    if where == "dashboard":
        edition = refresh()
        assert edition is not None
        words = " ".join(edition.waitings.filter(step="PAID").values_list("holder", flat=True))
    else:
        args = [case.purchase.number] if where in {"payment", "purchase"} else []
        told = browser(case, Role.VENDOR).get(reverse(where, args=args)).content.decode()
        (words,) = HOLDER[where].findall(told)
    return {name for name in ("PPK-SKPD", "Bendahara", "Auditor") if name in words}


HOLDER = {
    "vendor-money": re.compile(r'data-label="Di tangan"><div>([^<]*)'),
    "payment": re.compile(r"Kini pada ([^:<]*)"),
    "purchase": re.compile(r'class="lead">Menunggu: <strong>([^<]*)'),
    "purchases": re.compile(r'data-label="Menunggu">([^<]*)'),
}
