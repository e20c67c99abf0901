"""Money in every stage: transfers and batches, a payment outside the system, and sums that did not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.test import override_settings

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.administration.actions import approve_parameter, propose_parameter
from marketplace.core import clock
from marketplace.events.runner import drain
from procurement.settlement import actions
from procurement.settlement.models import (
    Account,
    OutsidePayment,
    Payout,
    PayoutBatch,
    ProviderEvent,
    UnmatchedMoney,
)
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.journeys.furnishing.debts import owed, package_for
from tests.settlement.orders import Case, to_the_bank
from tests.settlement.test_gateway import deliver, paid, started, work
from tests.settlement.test_outside import proposed
from tests.settlement.test_payouts import only
from tests.settlement.test_refunds import REASON, tell

if TYPE_CHECKING:
    from tests.journeys.scene import Known, Scene

REAMS = 60


def furnish(scene: Scene) -> None:
    """Pay through the stand-in, then take transfers, batches and unfitting sums as far as each goes."""
    at = package_for(scene, pagu=100_000_000, name="Belanja kertas dan alat tulis triwulan III")
    cases = [owed(scene, at, goods=number % 2, quantity=REAMS + number) for number in range(8)]
    proposed(cases.pop())
    _name_the_source_account(scene)
    with (
        FakeStripe(secret_keys=[settings.STRIPE_API_KEY]) as stripe,
        override_settings(STRIPE_API_BASE=stripe.url),
    ):
        _leave_unfitting_sums(scene, cases.pop(), stripe)
        _pay_too_little(cases.pop(), stripe)
        for case in cases:
            stripe.state.events.clear()
            paid(case, stripe)
        drain()
    _take_transfers_further(scene, cases)


def _name_the_source_account(scene: Scene) -> None:
    """The region's own account, which transfers leave from: proposed by one operator, approved by another."""
    first = scene.staff[Role.OPERATOR][0]
    proposal = propose_parameter(
        actor=Actor.of(first),
        code="payout.source_account",
        value={"name": "Bendahara Dinas Pendidikan", "bank": "111", "account": "1020304050"},
        valid_from=clock.today(),
        legal_basis="Keputusan Kepala Daerah Nomor 15 Tahun 2026",
    )
    second = people.actor(Role.OPERATOR, first.organisation)
    approve_parameter(actor=second, parameter_id=proposal.pk)


def _leave_unfitting_sums(scene: Scene, case: Case, stripe: FakeStripe) -> None:
    """Four sums that came too late: untouched, taken up, proposed, decided; one that nobody asked for."""
    for _time in range(4):
        stripe.state.events.clear()
        attempt = started(case)
        actions.send_attempt(attempt.pk)
        actions.expire_attempt(attempt.pk)
        tell(case, stripe)
    _untouched, taken, asked, decided = UnmatchedMoney.objects.order_by("pk")
    actions.take_money(actor=case.treasurer, money_id=taken.pk)
    for money in (asked, decided):
        actions.propose_resolution(
            actor=case.treasurer, money_id=money.pk, resolution="REFUND", reason=REASON
        )
    operator = Actor.of(scene.staff[Role.OPERATOR][0])
    actions.agree_resolution(actor=operator, money_id=decided.pk)
    nobody = {"id": "pi_tanpa_pesanan", "currency": "idr", "metadata": {}, "amount_received": 70_000_000}
    deliver({"id": "evt_tanpa_pesanan", "type": "payment_intent.succeeded", "data": {"object": nobody}})
    work()


def _pay_too_little(case: Case, stripe: FakeStripe) -> None:
    """Less came than was asked for."""
    stripe.state.events.clear()
    attempt = started(case)
    actions.send_attempt(attempt.pk)
    tell(case, stripe, amount_received=attempt.amount * 100 - 500)


def _take_transfers_further(scene: Scene, cases: list[Case]) -> None:
    """One transfer is held, one came back from the bank, one is prepared; two batches, one of them approved."""
    held, returned, prepared, gathered, sent = cases
    treasurer, checker = held.treasurer, held.verifier
    auditor = Actor.of(scene.staff[Role.AUDITOR][0])
    actions.hold_payout(actor=auditor, payout_id=only(held).pk, reason="BAST diragukan, sedang diperiksa")
    back = to_the_bank(treasurer, checker, returned.purchase.pk)
    actions.return_payout(actor=treasurer, payout_id=back.pk, reason="Rekening penerima ditutup")
    actions.prepare_payout(actor=treasurer, payout_id=only(prepared).pk)
    actions.make_batch(actor=treasurer, payout_ids=[only(gathered).pk])
    approved = actions.make_batch(actor=treasurer, payout_ids=[only(sent).pk]).batch
    actions.approve_batch(actor=checker, batch_id=approved.pk)
    actions.download_batch(actor=treasurer, batch_id=approved.pk, form="csv")


def known(scene: Scene) -> Known:
    """What to put into the addresses of settlement that name neither an order nor a tax."""
    outside = OutsidePayment.objects.select_related("obligation__purchase")
    accounts = Account.objects.filter(region=scene.office.package.region).exclude(balance__amount=0)
    return {
        "bayar/<str:number>/luar-sistem/": [
            {"number": each.obligation.purchase.number, "pk": each.pk} for each in outside
        ],
        "bayar/transfer/": [{"pk": each.pk} for each in Payout.objects.order_by("pk")],
        "bayar/transfer/kelompok/": [{"pk": each.pk} for each in PayoutBatch.objects.order_by("-pk")],
        "buku/akun/": [{"pk": each.pk} for each in accounts.order_by("pk")],
        "kabar-pembayaran/": [{"pk": each.pk} for each in ProviderEvent.objects.order_by("pk")],
        "uang-belum-cocok/": [{"pk": each.pk} for each in UnmatchedMoney.objects.order_by("pk")],
    }
