"""Any sequence of acts by anybody, on several orders of one budget line: what must always hold, holds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from oscar.core.loading import get_model

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.fulfilment import actions as fulfilment
from procurement.fulfilment.models import Receipt, ReceiptLine, Shipment, ShipmentLine
from procurement.planning.models import PLACES, BudgetLine, BudgetMovement, figures
from procurement.purchasing import actions as purchasing
from procurement.purchasing import clockwork
from procurement.purchasing.actions.agreeing import taxed, terms_of
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.models import Agreement, Delivery, DeliveryLine, Purchase
from procurement.purchasing.queries import purchases_of
from procurement.purchasing.workflow import AWAITING, DELIVERY, DROPPED, OWED, PURCHASE, RUNNING, rolled_up
from tests.purchasing import factories
from vendors.queries import open_basket_for

StockRecord = get_model("partner", "StockRecord")

MOST_ORDERS: Final = 3
PEOPLE: Final = (Role.PP, Role.PPK, Role.VENDOR, Role.RECEIVER, Role.PA)
PHOTO: Final = factories.photo()
PLACES_OF_DELIVERY: Final = ("31.71.01", "31.71.02", "31.71.03")


BEFORE_DELIVERY: Final = {"AWAITING_PPK": "approve", "AWAITING_VENDOR": "confirm"}
PLAIN_WAY: Final = {
    "AWAITED": "ship",
    "ARRIVED": "inspect",
    "DISCREPANCY": "accept_short",
    "INSPECTED": "sign_bast",
}


class OrderLife(RuleBasedStateMachine):
    """An office with one budget line, a shop with little stock, up to three orders, a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.stack = ExitStack()
        self.office = factories.office(pagu=9_000_000, hps=8_000_000)
        self.paper = factories.paper(in_stock=120)
        self.pens = factories.paper(
            self.paper.vendor, title="Pulpen isi 12", price=36_001, in_stock=90, is_pdn=False
        )
        self.orders: list[Purchase] = []
        self.now = clock.now()
        self.first_stock = dict(StockRecord.objects.values_list("pk", "num_in_stock"))

    def teardown(self) -> None:
        self.stack.close()
        transaction.savepoint_rollback(self.savepoint)

    @initialize(
        reams=st.integers(1, 60), pens=st.integers(0, 50), split=st.integers(1, 3), negotiate=st.booleans()
    )
    def begin(self, reams: int, pens: int, split: int, negotiate: bool) -> None:
        self._at(timedelta())
        self.order(reams, pens, split, 3, negotiate)

    def _at(self, later: timedelta) -> None:
        self.stack.close()
        self.now += later
        self.stack.enter_context(clock.frozen(self.now))

    # ── what people do ──

    def _try(self, act: Callable[..., Any], **told: Any) -> bool:
        """Act; a refusal leaves no trace at all."""
        before = self._everything()
        try:
            act(**told)
        except (Refused, Purchase.DoesNotExist):
            assert self._everything() == before
            return False
        return True

    def _everything(self) -> tuple[Any, ...]:
        return (
            list(Purchase.objects.order_by("pk").values_list("pk", "state", "revision", "version", "total")),
            list(Delivery.objects.order_by("pk").values_list("pk", "stage", "version", "bast_ppk_at")),
            Entry.objects.count(),
            BudgetMovement.objects.count(),
            Shipment.objects.count(),
            Receipt.objects.count(),
            list(StockRecord.objects.order_by("pk").values_list("num_in_stock", "num_allocated")),
        )

    def _actor(self, role: Role, order: Purchase) -> Any:
        return factories.Story(order, self.office).actor(role)

    @precondition(lambda self: len(self.orders) < MOST_ORDERS)
    @rule(
        reams=st.integers(1, 60),
        pens=st.integers(0, 50),
        split=st.integers(1, 3),
        days=st.integers(0, 9),
        negotiate=st.booleans(),
    )
    def order(self, reams: int, pens: int, split: int, days: int, negotiate: bool) -> None:
        buyer = self.office.actor(Role.PP)
        wanted = [(self.paper, reams), *([(self.pens, pens)] if pens else [])]
        factories.fill_basket(buyer, wanted)
        day = clock.today() + timedelta(days=days)
        destinations = [
            factories.delivery(
                place_code=PLACES_OF_DELIVERY[index],
                needed_by=day + timedelta(days=index),
                quantities={each.pk: _part(units, split, index) for each, units in wanted},
            )
            for index in range(split)
        ]
        known = {each.pk for each in self.orders}
        self._try(
            purchasing.submit_basket,
            actor=buyer,
            package_id=self.office.package.pk,
            budget_line_id=self.office.line.pk,
            destinations=destinations,
            reason=factories.REASON,
            negotiate=negotiate,
            no_negotiation_reason=factories.REASON,
            justifications=dict.fromkeys(CODES, factories.REASON),
        )
        self.orders += Purchase.objects.exclude(pk__in=known).order_by("pk")
        basket = open_basket_for(buyer)
        basket.flush()

    @precondition(lambda self: self.orders)
    @rule(
        which=st.integers(0, MOST_ORDERS - 1),
        name=st.sampled_from(["approve", "approve", "confirm", "confirm", "refuse", "cancel", "decline"]),
        role=st.one_of(st.none(), st.sampled_from(PEOPLE)),
        stale=st.booleans(),
    )
    def answer(self, which: int, name: str, role: Role | None, stale: bool) -> None:
        order = self._fresh(which)
        right, act, defaults = factories.STEPS[name]
        revision = order.revision - 1 if stale and order.revision else order.revision
        told = {**defaults, "revision": revision}
        went = self._try(act, actor=self._actor(role or right, order), purchase_id=order.pk, **told)
        assert not (went and revision != order.revision), "a stale page changed something"

    @precondition(lambda self: self.orders)
    @rule(
        which=st.integers(0, MOST_ORDERS - 1),
        side=st.sampled_from([Role.PP, Role.VENDOR]),
        off=st.integers(0, 3_000),
        fewer=st.integers(0, 3),
        shipping=st.integers(0, 2_000),
    )
    def counter(self, which: int, side: Role, off: int, fewer: int, shipping: int) -> None:
        order = self._fresh(which)
        lines = list(order.lines.all())
        offer = purchasing.Offer(
            prices={line.pk: max(line.list_price - off, 1) for line in lines},
            quantities={line.pk: max(line.quantity - fewer, 1) for line in lines},
            shipping=shipping,
            needed_by=order.needed_by,
            message="tawaran",
        )
        self._try(purchasing.counter, actor=self._actor(side, order), purchase_id=order.pk, offer=offer)

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, MOST_ORDERS - 1), side=st.sampled_from([Role.PP, Role.VENDOR, Role.PPK]))
    def agree(self, which: int, side: Role) -> None:
        order = self._fresh(which)
        self._try(purchasing.agree, actor=self._actor(side, order), purchase_id=order.pk)

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, MOST_ORDERS - 1), index=st.integers(0, 2), role=st.sampled_from(PEOPLE))
    def ship(self, which: int, index: int, role: Role) -> None:
        self._step(which, index, "ship", None if role != Role.PA else role)

    @precondition(lambda self: self.orders)
    @rule(
        which=st.integers(0, MOST_ORDERS - 1),
        index=st.integers(0, 2),
        damaged=st.integers(0, 3),
        missing=st.integers(0, 3),
    )
    def receive(self, which: int, index: int, damaged: int, missing: int) -> None:
        order = self._fresh(which)
        delivery = self._delivery(order, index)
        shipment = Shipment.objects.filter(delivery=delivery, receipt=None).first() if delivery else None
        counts = {}
        for each in shipment.lines.all() if shipment else []:
            spoilt = min(damaged, each.quantity)
            counts[each.line_id] = fulfilment.Count(max(each.quantity - spoilt - missing, 0), spoilt)
        self._step(which, index, "receive", None, counts=counts, photos=[PHOTO])

    @precondition(lambda self: self.orders)
    @rule(
        which=st.integers(0, MOST_ORDERS - 1),
        index=st.integers(0, 2),
        name=st.sampled_from(
            "inspect report_discrepancy replace accept_short reject_goods sign_bast accept accept".split()
        ),
        role=st.one_of(st.none(), st.none(), st.sampled_from(PEOPLE)),
    )
    def judge(self, which: int, index: int, name: str, role: Role | None) -> None:
        self._step(which, index, name, role)

    def _step(self, which: int, index: int, name: str, role: Role | None, **told: Any) -> None:
        order = self._fresh(which)
        delivery = self._delivery(order, index)
        right, act, defaults = factories.STEPS[name]
        given = {key: value for key, value in defaults.items() if not callable(value)}
        self._try(
            act,
            actor=self._actor(role or right, order),
            purchase_id=order.pk,
            delivery_id=delivery.pk if delivery else None,
            **{**given, **told},
        )

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, MOST_ORDERS - 1), name=st.sampled_from(["stop", "terminate"]))
    def end_early(self, which: int, name: str) -> None:
        order = self._fresh(which)
        if name == "terminate":
            right, warn, defaults = factories.STEPS["warn"]
            self._try(warn, actor=self._actor(right, order), purchase_id=order.pk, **defaults)
        right, act, defaults = factories.STEPS[name]
        self._try(act, actor=self._actor(right, order), purchase_id=order.pk, **defaults)

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, MOST_ORDERS - 1), far=st.integers(1, 9), spoilt=st.integers(0, 3))
    def go_on(self, which: int, far: int, spoilt: int) -> None:
        """The plain way, some steps far, so that lives get old; now and then something arrives broken."""
        for _step in range(far):
            order = self._fresh(which)
            if order.state == "NEGOTIATING":
                self.agree(which, Role.PP if order.last_round_by == "VENDOR" else Role.VENDOR)
                continue
            if order.endorsement_needed and order.endorser_id is None:
                pa = self.office.actor(Role.PA)
                self._try(purchasing.endorse, actor=pa, purchase_id=order.pk, reason=factories.REASON)
            if order.state in BEFORE_DELIVERY:
                self.answer(which, BEFORE_DELIVERY[order.state], None, False)
                continue
            for index, delivery in enumerate(order.deliveries.all()):
                if delivery.stage == "SHIPPED":
                    self.receive(which, index, spoilt, 0)
                elif delivery.stage == "INSPECTED" and delivery.bast_ppk_at is not None:
                    self._step(which, index, "accept", None)
                elif delivery.stage in PLAIN_WAY:
                    whole = delivery.stage != "ARRIVED" or delivery.arrived_whole
                    self._step(
                        which, index, PLAIN_WAY[delivery.stage] if whole else "report_discrepancy", None
                    )

    @rule(hours=st.sampled_from([1, 2, 5, 24, 30, 24 * 9]))
    def time_passes(self, hours: int) -> None:
        self._at(timedelta(hours=hours))
        clockwork.tick()

    # ── what always holds ──

    @invariant()
    def money_is_where_the_orders_say(self) -> None:
        line = BudgetLine.objects.get(pk=self.office.line.pk)
        orders = list(Purchase.objects.all())
        assert min(getattr(line, place) for place in PLACES) >= 0
        assert sum(getattr(line, place) for place in PLACES) == line.pagu
        assert line.reserved == sum(each.total for each in orders if each.state in AWAITING)
        running = [each for each in orders if each.state in RUNNING]
        assert line.committed == sum(each.total - (each.accepted_total or 0) for each in running)
        owed = [each for each in orders if each.state in (*RUNNING, *OWED)]
        assert line.payable == sum(each.accepted_total or 0 for each in owed)
        last = BudgetMovement.objects.filter(line=line).order_by("-pk").first()
        assert last is None or last.after == figures(line)
        living = [each for each in orders if each.state not in DROPPED]
        taken = sum(each.total if each.accepted_total is None else each.accepted_total for each in living)
        assert taken <= (self.office.package.hps_total or 0)

    @invariant()
    def stock_is_neither_lost_nor_promised_twice(self) -> None:
        held: Counter[int] = Counter()
        gone: Counter[int] = Counter()
        for order in Purchase.objects.prefetch_related("lines"):
            for line in order.lines.all():
                if order.state in AWAITING:
                    held[line.stockrecord_id] += line.quantity
                elif order.confirmed_at is not None:
                    gone[line.stockrecord_id] += line.quantity
        for record in StockRecord.objects.all():
            allocated, stock = record.num_allocated or 0, record.num_in_stock
            assert allocated == held[record.pk]
            assert 0 <= allocated <= stock
            assert self.first_stock[record.pk] - gone[record.pk] <= stock <= self.first_stock[record.pk]

    @invariant()
    def amounts_add_up_and_are_those_agreed(self) -> None:
        for order in Purchase.objects.prefetch_related("lines", "deliveries", "agreements"):
            lines, deliveries = list(order.lines.all()), list(order.deliveries.all())
            assert order.goods_total == sum(line.quantity * line.agreed_price for line in lines)
            assert all(0 < line.agreed_price <= line.list_price for line in lines)
            assert order.shipping == sum(each.shipping for each in deliveries)
            assert order.total == order.goods_total + order.shipping + order.ppn + order.local_tax
            assert order.needed_by == max(each.needed_by for each in deliveries)
            assert taxed(order, terms_of(order)).gross == order.total
            agreed = DeliveryLine.objects.filter(delivery__purchase=order).values_list("line")
            assert dict(agreed.annotate(Sum("quantity"))) == {line.pk: line.quantity for line in lines}
            versions = sorted(order.agreements.all(), key=lambda each: each.version)
            assert [each.version for each in versions] == list(range(1, order.version + 1))
            last: Agreement = versions[-1]
            assert (last.total, last.shipping, last.needed_by) == (
                order.total,
                order.shipping,
                order.needed_by,
            )

    @invariant()
    def an_order_stands_where_its_deliveries_stand(self) -> None:
        for order in Purchase.objects.prefetch_related("deliveries"):
            stages = [each.stage for each in order.deliveries.all()]
            if order.state in RUNNING:
                assert order.state == rolled_up(stages)
            elif order.state in OWED:
                assert set(stages) <= {"ACCEPTED", "DROPPED"}
                assert "ACCEPTED" in stages
            elif order.state in {"STOPPED", "TERMINATED"}:
                assert set(stages) == {"DROPPED"}
            else:
                assert set(stages) == {"AWAITED"}

    @invariant()
    def what_was_accepted_came_and_was_counted(self) -> None:
        for each in Shipment.objects.select_related("receipt").prefetch_related("lines"):
            receipt = getattr(each, "receipt", None)
            if receipt is not None:
                sent = dict(ShipmentLine.objects.filter(shipment=each).values_list("line", "quantity"))
                counted = ReceiptLine.objects.filter(receipt=receipt)
                assert {c.line_id: c.good + c.damaged + c.short for c in counted} == sent
        for delivery in Delivery.objects.exclude(stage="AWAITED").prefetch_related("lines"):
            good = ReceiptLine.objects.filter(receipt__shipment__delivery=delivery).values_list("line")
            came = dict(good.annotate(Sum("good")))
            for line in delivery.lines.all():
                assert came.get(line.line_id, 0) <= line.quantity
                assert (line.accepted or 0) <= min(line.quantity, came.get(line.line_id, 0))
            if delivery.stage == "ACCEPTED":
                assert delivery.deemed or delivery.bast_ppk_at is not None
                assert delivery.bast_number
                assert delivery.accepted_total is not None

    @invariant()
    def basts_make_up_what_is_owed(self) -> None:
        for order in Purchase.objects.exclude(accepted_total=None).prefetch_related("deliveries"):
            accepted = [each for each in order.deliveries.all() if each.stage == "ACCEPTED"]
            assert order.accepted_total == sum(each.accepted_total or 0 for each in accepted)
            assert order.accepted_total <= order.total
            assert (order.penalty or 0) == sum(each.penalty or 0 for each in accepted)

    @invariant()
    def the_log_tells_every_step_without_a_gap(self) -> None:
        for order in Purchase.objects.all():
            told = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(order.pk)).order_by(
                "event_no"
            )
            steps = [entry for entry in told if "state" in entry.facts]
            assert steps[0].act == "purchase.submit"
            assert steps[-1].facts["state"] == order.state
            assert len(steps) == order.revision + 1
            for one, next_one in pairwise(steps):
                assert next_one.facts["before"] == one.facts["state"]
                move = PURCHASE.move(next_one.act.removeprefix("purchase."))
                assert one.facts["state"] in move.sources
                assert next_one.facts["state"] in move.targets
                assert next_one.actor_role in move.roles

    @invariant()
    def whoever_waits_has_a_deadline_and_who_ended_has_none(self) -> None:
        for order in Purchase.objects.prefetch_related("deliveries"):
            assert (order.due_at is None) == order.state_now.terminal
            for delivery in order.deliveries.all():
                over = DELIVERY.state(delivery.stage).terminal or order.confirmed_at is None
                assert (delivery.due_at is None) == over or order.state in DROPPED

    @invariant()
    def duties_are_apart_and_outsiders_see_nothing(self) -> None:
        for order in self.orders:
            now = Purchase.objects.get(pk=order.pk)
            held = [now.pp_user_id, now.ppk_user_id, now.receiver_user_id, now.vendor_user_id]
            people = [each for each in held if each is not None]
            assert len(people) == len(set(people))
            seen = purchases_of(self._actor(Role.VENDOR, now)).filter(pk=now.pk).exists()
            assert seen == (now.approved_at is not None or now.negotiated)
            assert bool(now.sp_number) == (now.confirmed_at is not None)

    # ── finding one's way ──

    def _fresh(self, which: int) -> Purchase:
        order = self.orders[which % len(self.orders)]
        return Purchase.objects.select_related("vendor").get(pk=order.pk)

    def _delivery(self, order: Purchase, index: int) -> Delivery | None:
        deliveries = list(order.deliveries.all())
        return deliveries[index % len(deliveries)] if deliveries else None


def _part(units: int, split: int, index: int) -> int:
    """The share of one of `split` destinations; what does not divide goes with the first."""
    share = units // split
    return units - share * (split - 1) if index == 0 else share


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        OrderLife,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


class TestOrderLife(TestCase):
    @pytest.mark.timeout(600)
    def test_some_lives(self) -> None:
        _run(examples=12, steps=30)

    @pytest.mark.soak
    @pytest.mark.timeout(3600)
    def test_many_lives(self) -> None:
        """Three hundred lives of thirty steps; `EORDER_LIVES` asks for more at night."""
        _run(examples=int(os.environ.get("EORDER_LIVES", "300")), steps=30)
