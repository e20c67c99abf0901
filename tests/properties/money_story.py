"""An order whose money is told of in any order: the events of a story, what is done with them, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db.models import Sum
from django.test import override_settings

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.settlement.actions import (
    agree_resolution,
    expire_attempt,
    process_event,
    receive_notification,
    start_payment,
)
from procurement.settlement.actions.refunding import send_refund
from procurement.settlement.figures import figures_of
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import (
    Entry,
    Journal,
    PaymentAttempt,
    PaymentObligation,
    Payout,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.providers.base import Outcome, Result
from procurement.settlement.providers.stripe import StripeProvider
from procurement.settlement.status import derived_status
from tests import people
from tests.fakes.stripe.webhooks import sign
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved

GROSS = 2_086_800_000
SECRET = "whsec_uji"
SWITCHED_ON = override_settings(STRIPE_API_KEY="sk_test_uji", STRIPE_WEBHOOK_SECRETS=[SECRET])
_number = count(1)


@dataclass(frozen=True)
class Plot:
    """What happens in the world, whatever order we are told it in. Amounts are sen."""

    received: int = GROSS
    expired: bool = False
    outside: int = 0
    dispute: str = ""
    disputed: int = 0
    ending: tuple[str, ...] = ()
    """What the provider says of the refund that we ask for at the end: succeeded, failed, or both."""

    @property
    def kinds(self) -> list[str]:
        """The events of the plot, by name."""
        told = ["processing", "capturable", "failed", "captured"]
        told += ["refunded"] if self.outside else []
        told += ["disputed", self.dispute] if self.dispute else []
        return told


@dataclass
class Scene:
    """One order in the middle of a plot."""

    plot: Plot
    case: Case = field(default_factory=accepted)
    events: dict[tuple[str, int], ProviderEvent] = field(default_factory=dict)
    number: int = field(default_factory=lambda: next(_number))

    def __post_init__(self) -> None:
        approved(self.case)
        self.attempt = start_payment(actor=self.case.treasurer, purchase_id=self.case.purchase.pk)
        if self.plot.expired:
            expire_attempt(self.attempt.pk)

    def event(self, kind: str) -> dict[str, Any]:
        """The event of that name as Stripe words it."""
        intent = {
            "id": f"pi_{self.number}",
            "metadata": {"reference": self.attempt.reference},
            "currency": "idr",
            "amount_received": self.plot.received if kind == "captured" else 0,
        }
        refund = {
            "id": f"re_{self.number}",
            "status": "succeeded",
            "amount": self.plot.outside,
            "payment_intent": intent["id"],
        }
        dispute = {
            "id": f"dp_{self.number}",
            "amount": self.plot.disputed,
            "payment_intent": intent["id"],
            "status": kind if kind in {"won", "lost"} else "needs_response",
        }
        named: dict[str, tuple[str, dict[str, Any]]] = {
            "processing": ("payment_intent.processing", intent),
            "capturable": ("payment_intent.amount_capturable_updated", intent),
            "failed": ("payment_intent.payment_failed", intent),
            "captured": ("payment_intent.succeeded", intent),
            "refunded": ("refund.created", refund),
            "disputed": ("charge.dispute.created", dispute),
            "won": ("charge.dispute.closed", dispute),
            "lost": ("charge.dispute.closed", dispute),
        }
        name, subject = named[kind]
        return {"object": "event", "type": name, "data": {"object": subject}}

    def tell(self, kind: str, copy: int) -> None:
        """Tell it; the same (kind, copy) again is the very same event, another copy the same news under another id."""
        if (kind, copy) not in self.events:
            told = {"id": f"evt_{self.number}_{kind}_{copy}", **self.event(kind)}
            self.events[kind, copy] = deliver(told)
        process_event(self.events[kind, copy].pk)

    def forge(self, kind: str) -> None:
        """Tell it in the name of the provider, unsigned, stale and from the future."""
        raw = json.dumps({"id": f"evt_forged_{self.number}_{kind}", **self.event(kind)}).encode()
        now = int(clock.now().timestamp())
        for secret, shift in (("whsec_lain", 0), (SECRET, -400), (SECRET, 400)):
            receive_notification("stripe", raw, {"Stripe-Signature": sign(raw, secret, at=now + shift)})

    def end(self, shuffle: Callable[[list[str]], list[str]] = list) -> None:
        """Two persons give back what did not fit, and the provider says how that went."""
        region = self.case.purchase.region
        home = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=region)
        second = Actor.of(people.appointment(Role.OPERATOR, home))
        for money in UnmatchedMoney.objects.filter(attempt=self.attempt, state="PROPOSED"):
            agree_resolution(actor=second, money_id=money.pk)
        for refund in Refund.objects.filter(attempt=self.attempt, state="APPROVED"):
            with _accepting(f"re_own_{refund.pk}"):
                send_refund(refund.pk)
            for status in shuffle(list(self.plot.ending)):
                told = {
                    "id": f"re_own_{refund.pk}",
                    "status": status,
                    "amount": refund.amount,
                    "payment_intent": refund.payment_ref,
                    "metadata": {"reference": refund.reference},
                }
                event = {"id": f"evt_own_{refund.pk}_{status}", "object": "event", "type": "refund.updated"}
                process_event(deliver({**event, "data": {"object": told}}).pk)


@contextmanager
def _accepting(name: str) -> Iterator[None]:
    """The provider takes our refund and has not carried it out yet; its word comes by events alone."""
    own = StripeProvider.refund
    StripeProvider.refund = lambda *_given, **_named: Result(Outcome.PENDING, name)  # type: ignore[method-assign]
    try:
        yield
    finally:
        StripeProvider.refund = own  # type: ignore[method-assign]


def deliver(event: dict[str, Any]) -> ProviderEvent:
    """Store one signed event as the webhook does."""
    raw = json.dumps(event).encode()
    header = sign(raw, SECRET, at=int(clock.now().timestamp()))
    receive_notification("stripe", raw, {"Stripe-Signature": header})
    return ProviderEvent.objects.get(provider="stripe", event_id=event["id"])


def told(
    plot: Plot,
    order: Sequence[tuple[str, int]],
    forged: Iterable[str] = (),
    shuffle: Callable[[list[str]], list[str]] = list,
) -> Scene:
    """A new order that hears the plot in this order."""
    with SWITCHED_ON:
        scene = Scene(plot)
        for kind in forged:
            scene.forge(kind)
        for kind, copy in order:
            scene.tell(kind, copy)
        scene.end(shuffle)
    return scene


def in_order(plot: Plot) -> Scene:
    """The same, told once and in the order in which it happened."""
    return told(plot, [(kind, 0) for kind in plot.kinds])


def end_of(scene: Scene) -> dict[str, Any]:
    """Everything that must not depend on the order: states, the order's own balances, loose money, refunds."""
    attempt = PaymentAttempt.objects.get(pk=scene.attempt.pk)
    number = scene.case.purchase.number
    obligation = PaymentObligation.objects.get(purchase__number=number)
    moved = Entry.objects.filter(journal__purchase_number=number).values_list("account__kind")
    money = UnmatchedMoney.objects.filter(attempt=attempt).values_list(
        "kind", "state", "amount", "resolution"
    )
    refunds = Refund.objects.filter(attempt=attempt).exclude(state="REJECTED")
    given = refunds.values_list("state", "source", "amount", "outside")
    return {
        "attempt": attempt.state,
        "order": scene.case.fresh().state,
        "balances": {kind: sen for kind, sen in moved.annotate(sen=Sum("amount")) if sen},
        "payouts": Payout.objects.filter(obligation=obligation).count(),
        "money": sorted(money),
        "refunds": sorted(given),
        "status": derived_status(figures_of(obligation, number)).value,
    }


def assert_true_books(scene: Scene) -> None:
    """What holds of every order at every end."""
    number = scene.case.purchase.number
    figures = figures_of(PaymentObligation.objects.get(purchase__number=number), number)
    assert figures.accounted, f"paid in is not all accounted for: {figures}"
    assert disagreements() == [], "a balance is not the sum of its entries"
    journals = Journal.objects.filter(purchase_number=number)
    unproved = [each for each in journals if _raises_escrow(each) and not _proved(each)]
    assert unproved == [], "money came into escrow without a proof"
    reversed_ids = list(journals.exclude(reverses=None).values_list("reverses_id", flat=True))
    assert len(reversed_ids) == len(set(reversed_ids)), "a journal is reversed twice"
    if scene.plot.expired:
        assert not any(_raises_escrow(each) for each in journals), "an expired attempt added to escrow"
    asked = Refund.objects.filter(purchase_number=number, outside=False)
    given = sum(asked.exclude(state__in=["REJECTED", "FAILED"]).values_list("amount", flat=True))
    assert given <= max(figures.paid_in - figures.released, 0), "more is given back than may be"
    assert figures.escrow <= figures.gross, "too much was kept"


def _raises_escrow(journal: Journal) -> bool:
    return journal.entries.filter(account__kind="ESCROW", amount__lt=0).exists()


def _proved(journal: Journal) -> bool:
    return (journal.provider_event_id is None) != (journal.evidence_id is None)
