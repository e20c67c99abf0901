"""The vendor's money page: who holds it, until when, what is kept back and why; one tap to remind, once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.transitions import Refused
from marketplace.events.models import Notice
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import issue_invoice, remind_payer
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_pages import browser, page, submit
from tests.settlement.test_payment_clock import long_weekend, ls_case, sp2d

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
