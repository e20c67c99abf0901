"""The cashless proof of a day: what three sides say, without what names a payment, and where the log stood."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.audit.sequencer import integrate
from marketplace.core import clock
from marketplace.core.money import rupiah
from procurement.reconciliation import actions
from procurement.reconciliation.models import OwnAccount
from procurement.statistics.actions import prove_days
from procurement.statistics.models import CashlessDay
from tests.reconciliation.banks import Move, account, mt940
from tests.reconciliation.conftest import bank, case, operator
from tests.reconciliation.money import moved
from tests.reconciliation.test_matching import reference
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_payment_clock import sp2d

__all__ = ["bank", "case", "operator"]

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.fromisoformat("2026-10-05T10:00:00+07:00")
DAY = NOW.date()


def page(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.getvalue().decode()


def test_a_closed_day_is_proved_with_its_checkpoint(case: Case, bank: OwnAccount, operator: Actor) -> None:
    with clock.frozen(NOW):
        found = moved(case, [1_000_000, 2_000_000], paid_out=False)
        lines = [Move(each.obligation.gross * 100, reference(each)) for each in found]
        actions.import_statement(actor=operator, content=mt940([*lines, Move(-650_000, "BIAYA ADM")]))
        head = integrate()
        (day,) = prove_days(DAY)
        assert head is not None
        assert (day.day, day.closed, day.balanced, day.checkpoint) == (DAY, True, True, head)
        assert day.debit == day.credit > 0
        assert (day.told["orders"]["came_sen"], day.told["bank"]["went_sen"]) == (300_000_000, 650_000)
        text = page("/bukti-nontunai/")
    assert "Rp3.000.000" in text and "Rp6.500" in text and "Seimbang" in text
    assert head.note.splitlines()[2] in text and "Selesai" in text
    assert found[0].purchase.number not in text and bank.name not in text


def test_an_open_day_tells_kinds_and_sums_but_no_reference(
    case: Case, bank: OwnAccount, operator: Actor
) -> None:
    with clock.frozen(NOW):
        right, wrong = moved(case, [1_000_000, 2_000_000], paid_out=False)
        content = mt940(
            [
                Move(100_000_000, reference(right)),
                Move(199_999_900, reference(wrong)),
                Move(7_700, "DARI PAK RAHASIA"),
            ]
        )
        actions.import_statement(actor=operator, content=content)
        (day,) = prove_days(DAY)
        assert not day.closed and day.told["open_exceptions"] == 2
        assert {kind: (each["count"], each["sen"]) for kind, each in day.told["differences"].items()} == {
            "AMOUNT": (1, 199_999_900),
            "UNKNOWN": (1, 7_700),
        }
        assert "RAHASIA" not in json.dumps(day.told) and wrong.purchase.number not in json.dumps(day.told)
        text = page(f"/bukti-nontunai/?daerah={bank.region.klpd_code}&hari={DAY.isoformat()}")
        assert "Ada yang belum dijelaskan" in text and "Tidak ada pesanan yang cocok" in text
        assert "2 selisih belum diselesaikan" in text and "2 pengecualian belum diputus" in text
        (row,) = json.loads(page("/bukti-nontunai/?berkas=json"))["rows"]
        assert (row["selesai"], row["pengecualian_terbuka"], row["bank_masuk_sen"]) == (False, 2, 300_007_600)


def test_a_day_without_a_statement_says_what_has_not_come_in(case: Case, operator: Actor) -> None:
    with clock.frozen(NOW):
        moved(case, [1_000_000], paid_out=False)
        (day,) = prove_days(DAY)
        assert not day.closed and day.told["accounts"] == 0
        text = page("/bukti-nontunai/")
        assert "Belum ada rekening bank daerah yang didaftarkan" in text
        account(case.purchase.region)
        prove_days(DAY)
        text = page("/bukti-nontunai/")
        assert "Rekening koran hari ini belum masuk untuk 1 dari 1 rekening" in text
        assert "Belum ada rekening bank" not in text
        (row,) = json.loads(page("/bukti-nontunai/?berkas=json"))["rows"]
        assert row["yang_kurang"].startswith("Rekening koran hari ini belum masuk")
        assert ";tidak;" in page("/bukti-nontunai/?berkas=csv")


def test_a_day_that_did_not_close_is_looked_at_again(case: Case, bank: OwnAccount, operator: Actor) -> None:
    with clock.frozen(NOW):
        (first,) = prove_days(DAY)
        assert not first.closed
    with clock.frozen(NOW + timedelta(days=1)):
        actions.import_statement(actor=operator, content=mt940([], day=DAY))
        again, later = prove_days(DAY + timedelta(days=1))
    assert (again.pk, again.day, again.closed) == (first.pk, DAY, True)
    assert (later.day, later.closed) == (DAY + timedelta(days=1), False)
    assert CashlessDay.objects.count() == 2


def test_before_a_day_is_proved_the_page_says_when_and_what_left_the_budgets_today() -> None:
    before = page("/bukti-nontunai/")
    assert "Belum ada hari yang dapat dibuktikan" in before and "belum ada uang yang dibayar" in before
    found = accepted(mechanism="LS")
    approved(found)
    sp2d(found)
    after = page("/bukti-nontunai/")
    assert f"Hari ini sudah {rupiah(found.fresh().accepted_total or 0)} dibayar dari anggaran" in after
    assert "buktinya tampak di sini besok" in after
