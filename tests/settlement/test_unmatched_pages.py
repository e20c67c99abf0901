"""The queue of money that did not fit, by clicks: two persons, own and foreign, query budgets, the derived status."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from procurement.settlement.actions import expire_attempt, send_attempt
from procurement.settlement.actions.refunding import send_refund
from procurement.settlement.figures import figures_of
from procurement.settlement.models import PaymentAttempt, PaymentObligation, Refund, UnmatchedMoney
from procurement.settlement.status import Figures, ObligationStatus, derived_status
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import GROSS, paid, started
from tests.settlement.test_refunds import REASON, dispute, hear, late, tell, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    made = accepted()
    approved(made)
    return made


def overseer(case: Case, role: Role) -> Appointment:
    return people.appointment(
        role, people.organisation(people.KIND_OF_ROLE[role], in_region=case.purchase.region)
    )


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == status
    return response.content.decode()


def submit(client: Client, name: str, pk: int, status: int = 302, **form: Any) -> str:
    found = UnmatchedMoney.objects.get(pk=pk)
    response = client.post(reverse(name, args=[pk]), {"revision": found.revision, **form})
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_two_persons_give_late_money_back_by_clicks(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    treasurer = people.signed_in(case.appointments[Role.TREASURER])
    second = people.signed_in(overseer(case, Role.OPERATOR))
    assert "Terlambat" in page(treasurer, "unmatched") and "Belum ada" in page(treasurer, "unmatched")
    submit(treasurer, "unmatched-take", money.pk)
    assert case.treasurer.name in page(treasurer, "unmatched")
    assert "paling sedikit 10 huruf" in submit(
        treasurer, "unmatched-propose", money.pk, status=409, resolution="REFUND", reason="x"
    )
    submit(treasurer, "unmatched-propose", money.pk, resolution="REFUND", reason=REASON)
    assert "Setujui usulan" not in page(treasurer, "unmatched-one", money.pk)
    assert "orang lain" in submit(treasurer, "unmatched-agree", money.pk, status=409)
    shown = page(second, "unmatched-agree", money.pk)
    assert REASON in shown and case.treasurer.name in shown
    submit(second, "unmatched-agree", money.pk)
    send_refund(Refund.objects.get().pk)
    hear(stripe, "refund.created")
    assert "Dikembalikan" in page(second, "unmatched-one", money.pk)
    assert "Tidak ada" in page(treasurer, "unmatched")
    assert "Dana dikembalikan" in page(treasurer, "payment", case.purchase.number)


def test_an_auditor_reads_and_decides_nothing(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    auditor = people.signed_in(overseer(case, Role.AUDITOR))
    shown = page(auditor, "unmatched-one", money.pk)
    assert "Usulkan" not in shown and "kabar penyedia pembayaran" in shown
    for name in ("unmatched-propose", "unmatched-agree", "unmatched-take", "unmatched-turn_down"):
        submit(auditor, name, money.pk, status=403)


def test_another_units_money_is_closed(case: Case, stripe: FakeStripe) -> None:
    money = late(case, stripe)
    other = people.organisation(in_region=case.purchase.region)
    stranger = people.signed_in(people.appointment(Role.TREASURER, other))
    page(stranger, "unmatched-one", money.pk, status=404)
    assert "Terlambat</a>" not in page(stranger, "unmatched")
    submit(stranger, "unmatched-propose", money.pk, status=404, resolution="REFUND", reason=REASON)


def test_the_queue_asks_few_questions_however_long(
    case: Case,
    stripe: FakeStripe,
    assert_flat_in_rows: Callable[[Callable[[], Any], Callable[[], Any]], None],
    assert_max_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    late(case, stripe)
    operator = people.signed_in(overseer(case, Role.OPERATOR))

    def add() -> None:
        for _number in range(3):
            stripe.state.events.clear()
            attempt = started(case)
            send_attempt(attempt.pk)
            expire_attempt(attempt.pk)
            tell(case, stripe)

    assert_flat_in_rows(lambda: page(operator, "unmatched"), add)
    with assert_max_queries(8):
        assert page(operator, "unmatched").count("Terlambat</a>") == 4


# ── the status is derived ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("figures", "status"),
    [
        (Figures(100), "UNPAID"),
        (Figures(100, paid_in=40, escrow=40), "PARTLY_PAID"),
        (Figures(100, paid_in=100, escrow=100), "FUNDED"),
        (Figures(100, paid_in=100, released=100, owed=80, net=80), "RELEASED"),
        (Figures(100, paid_in=100, released=100, owed=30, net=80), "PARTLY_PAID_OUT"),
        (Figures(100, paid_in=100, released=100, net=80), "PAID_OUT"),
        (Figures(100, paid_in=100, suspense=100), "UNPAID"),
        (Figures(100, paid_in=40, refund_due=40), "CANCELLING"),
        (Figures(100, paid_in=40, refunded=40), "REFUNDED"),
        (Figures(100, paid_in=100, released=100, net=80, disputed=100), "DISPUTED"),
    ],
)
def test_figures_say_the_status(figures: Figures, status: str) -> None:
    assert derived_status(figures) == status
    assert derived_status(Figures(1, released=1), reconciled=True) == ObligationStatus.RECONCILED


def derived(case: Case) -> str:
    figures = figures_of(PaymentObligation.objects.get(purchase=case.purchase), case.purchase.number)
    assert figures.accounted, figures
    return derived_status(figures)


def test_the_payment_page_shows_what_the_books_say(case: Case, stripe: FakeStripe) -> None:
    client = people.signed_in(case.appointments[Role.TREASURER])
    assert derived(case) == "UNPAID"
    assert "Belum ada dana" in page(client, "payment", case.purchase.number)
    attempt = paid(case, stripe)
    assert derived(case) == "RELEASED"
    told(dispute(attempt, "needs_response"))
    assert derived(case) == "DISPUTED"
    assert "Dana disengketakan" in page(client, "payment", case.purchase.number)
    told(dispute(attempt, "lost"))
    assert derived(case) == "RELEASED"


def test_too_little_is_partly_paid(case: Case, stripe: FakeStripe) -> None:
    send_attempt(started(case).pk)
    tell(case, stripe, amount_received=GROSS - 500)
    assert derived(case) == "PARTLY_PAID"
    assert PaymentAttempt.objects.get().state == "CAPTURED"
