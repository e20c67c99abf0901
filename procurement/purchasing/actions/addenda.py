"""Addenda: a running order is changed by what one side proposes and the other agrees to, version by version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.oscar.stock import consume_stock, lock_stock, put_back_stock, reserve_stock
from marketplace.workflow.door import Passage, begin, beginning, move_along, passing
from procurement.planning.actions import commit, reserve, uncommit
from procurement.planning.models import Package
from procurement.purchasing import addendum_checks, checks
from procurement.purchasing.actions.addendum_papers import write_papers
from procurement.purchasing.actions.agreeing import (
    DeliveryTerms,
    LineTerms,
    Terms,
    agree_anew,
    taxed,
    terms_of,
)
from procurement.purchasing.actions.holding import more_by_day, stock_difference
from procurement.purchasing.actions.stepping import arrive
from procurement.purchasing.checks import said
from procurement.purchasing.models import Addendum, Agreement, Purchase, PurchaseLine, Side
from procurement.purchasing.queries.addenda import changes_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Another address for a delivery."""

    address: str
    place_code: str
    place_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What shall be otherwise; what is left out stays.

    Prices (rupiah before tax) by line id, units by (line id, delivery id); shipping (rupiah), days and places by
    delivery id.
    """

    prices: Mapping[int, int] = field(default_factory=dict)
    quantities: Mapping[tuple[int, int], int] = field(default_factory=dict)
    shipping: Mapping[int, int] = field(default_factory=dict)
    days: Mapping[int, date] = field(default_factory=dict)
    places: Mapping[int, Place] = field(default_factory=dict)


def propose_addendum(
    *, actor: Actor, purchase_id: int, change: Change, reason: str, revision: int | None = None
) -> Addendum:
    """Propose to the other side to change a running order. Nothing is held or moved before it agrees.

    Raises Refused of the move `amend`, `stale`, `reason_needed`, and of what an addendum may change:
    `nothing_changes`, `already_shipped`, `already_accepted`, `above_list`, `above_charge`, `above_increase`,
    `above_hps`, `outside_area`, `needed_by_past`.
    """
    assert actor.user_id is not None  # people propose
    with beginning(Addendum, act="addendum.propose", actor=actor) as passage:
        purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=purchase_id)
        Purchase.moves.decide(purchase.state, "amend", actor.role, purchase.standing(actor))
        if revision is not None and purchase.revision != revision:
            raise Refused(
                "stale", "Pesanan sudah berubah sejak halaman Anda dibuka.", fix="Muat ulang halaman."
            )
        now = terms_of(purchase)
        terms = changed(purchase, now, change)
        total = _judge(purchase, now, terms)
        told = _told(terms, changes_in_words(purchase, now, terms))
        addendum = Addendum(
            purchase=purchase,
            number=purchase.addenda.count() + 1,
            side=Side.VENDOR if actor.role == Role.VENDOR else Side.BUYER,
            proposed_by_id=actor.user_id,
            reason=said(reason),
            version=purchase.version,
            proposal=told,
            total=total,
        )
        passage.thing = begin(addendum, at=passage.at)
        passage.facts.update(
            number=purchase.number,
            addendum=addendum.number,
            reason=addendum.reason,
            total_rupiah=total,
            version=purchase.version,
            proposal_sha256=sha256(told.encode()).hexdigest(),
        )
    return addendum


def agree_addendum(*, actor: Actor, addendum_id: int, revision: int | None = None) -> None:
    """Agree to the other side's proposal: the order asks for it from this moment, its money and stock follow.

    The Surat Pesanan is issued in its next version, the addendum signed by both. Raises Refused as the proposal
    would, `addendum_outdated` when another addendum came first, `budget_short`, `out_of_stock`.
    """
    purchase_id = Addendum.objects.values_list("purchase_id", flat=True).get(pk=addendum_id)
    with passing(Purchase, purchase_id, "amend", actor=actor) as passage:
        purchase = passage.thing
        addendum = Addendum.objects.get(pk=addendum_id)
        Addendum.moves.decide(addendum.state, "agree", actor.role, addendum.standing(actor))
        addendum_checks.still_current(purchase, addendum.version)
        now, before = terms_of(purchase), purchase.total
        days = {pk: each.needed_by for pk, each in now.deliveries.items()}
        terms = _read(addendum)
        lines = list(purchase.lines.select_related("listing__product"))
        _judge(purchase, now, terms)
        agreement = agree_anew(passage, purchase, terms, cause=Agreement.Cause.ADDENDUM)
        _bind_difference(passage, before)
        _move_stock(lines, terms)
        arrive(passage)
        addendum = move_along(
            passage,
            Addendum,
            addendum_id,
            "agree",
            revision=revision,
            facts={"number": purchase.number, "addendum": addendum.number},
        )
        write_papers(passage, addendum, total_before=before, day_before=max(days.values()))
        passage.facts.update(
            number=purchase.number,
            addendum=addendum.number,
            reason=addendum.reason,
            total_rupiah=purchase.total,
            agreement=agreement.version,
            agreement_sha256=agreement.sha256,
        )


def reject_addendum(*, actor: Actor, addendum_id: int, reason: str, revision: int | None = None) -> None:
    """Say no to the other side's proposal: the order stays as it is. Raises Refused."""
    with passing(Addendum, addendum_id, "reject", actor=actor, revision=revision) as passage:
        passage.thing.answer, passage.thing.answered_at = said(reason), passage.at
        passage.facts.update(reason=passage.thing.answer, **_named(passage.thing))


def withdraw_addendum(*, actor: Actor, addendum_id: int, revision: int | None = None) -> None:
    """Take one's own side's proposal back. Raises Refused."""
    with passing(Addendum, addendum_id, "withdraw", actor=actor, revision=revision) as passage:
        passage.thing.answered_at = passage.at
        passage.facts.update(_named(passage.thing))


def lapse_addenda() -> int:
    """Let every proposal lapse that nobody answered in time; returns how many. Run by the clockwork."""
    due = Addendum.objects.filter(state="PROPOSED", due_at__lt=clock.now()).order_by("pk")
    return sum(_lapsed(pk) for pk in list(due.values_list("pk", flat=True)[:200]))


def _lapsed(addendum_id: int) -> bool:
    try:
        with passing(Addendum, addendum_id, "lapse", actor=Actor.system("Penjaga tenggat")) as passage:
            if passage.thing.due_at is None or passage.thing.due_at > passage.at:
                raise Refused("not_due", "Tenggat usulan ini belum lewat.")
            passage.facts.update(_named(passage.thing))
    except Refused:
        return False
    return True


def _named(addendum: Addendum) -> dict[str, Any]:
    return {"number": addendum.purchase.number, "addendum": addendum.number}


def changed(purchase: Purchase, now: Terms, change: Change) -> Terms:
    """What is agreed `now` with the change made. Raises Refused `wrong_lines`."""
    addendum_checks.own_parts(
        purchase,
        [*change.prices, *(line for line, _delivery in change.quantities)],
        [*change.shipping, *change.days, *change.places, *(pk for _line, pk in change.quantities)],
    )
    lines = {}
    for pk, each in now.lines.items():
        units = {to: change.quantities.get((pk, to), quantity) for to, quantity in each.quantities.items()}
        if min(units.values()) < 1 or change.prices.get(pk, 1) < 1:
            raise Refused(
                "wrong_lines",
                "Jumlah dan harga paling sedikit satu.",
                fix="Isi angka satu atau lebih; yang tidak jadi dikirim dihentikan dengan berita acara.",
            )
        lines[pk] = LineTerms(change.prices.get(pk, each.price), units)
    deliveries = {}
    for pk, at in now.deliveries.items():
        place = change.places.get(pk)
        deliveries[pk] = DeliveryTerms(
            change.shipping.get(pk, at.shipping),
            change.days.get(pk, at.needed_by),
            place.address if place else None,
            place.place_code if place else None,
            place.place_name if place else None,
        )
    return Terms(lines, deliveries)


def _judge(purchase: Purchase, now: Terms, terms: Terms) -> int:
    """Ask everything an addendum must hold to; returns what it comes to with taxes (rupiah). The order is locked."""
    lines = list(purchase.lines.select_related("listing__product"))
    deliveries = {each.pk: each for each in purchase.deliveries.prefetch_related("lines")}
    addendum_checks.something_changes((now.lines, now.deliveries), (terms.lines, terms.deliveries))
    moved = addendum_checks.touched(now.deliveries, terms.deliveries)
    for line in lines:
        _judge_line(line, now.lines[line.pk], terms.lines[line.pk])
        before, then = now.lines[line.pk].quantities, terms.lines[line.pk].quantities
        moved |= addendum_checks.touched(before, then)
    addendum_checks.still_awaited(deliveries[pk] for pk in sorted(moved))
    repriced = [line for line in lines if terms.lines[line.pk].price != now.lines[line.pk].price]
    addendum_checks.not_signed_for(repriced, deliveries.values())
    for pk, each in terms.deliveries.items():
        if each.needed_by != now.deliveries[pk].needed_by:
            checks.on_time(each.needed_by)
        if each.shipping != now.deliveries[pk].shipping:
            addendum_checks.shipping_at_most_charged(purchase, deliveries[pk], each.shipping, each.place_code)
        if each.place_code is not None:
            _judge_place(lines, terms, pk, each.place_code)
    _judge_capacity(lines, now, terms)
    total = taxed(purchase, terms).gross
    if total > purchase.total:
        package = Package.objects.select_for_update(of=("self",)).get(pk=purchase.package_id)
        addendum_checks.within_increase(purchase, total)
        checks.within_order_limit(total, purchase.region_id)
        checks.within_hps(package, total, leaving_out=purchase.pk)
    return total


def _judge_line(line: PurchaseLine, now: LineTerms, then: LineTerms) -> None:
    checks.at_most_listed(line, then.price)
    if then.quantity < now.quantity and not line.milestone:
        checks.enough_to_order(line.listing, then.quantity)


def _judge_place(lines: list[PurchaseLine], terms: Terms, delivery_id: int, place_code: str) -> None:
    for line in lines:
        if delivery_id in terms.lines[line.pk].quantities:
            checks.delivered_to(line.listing, place_code)


def _judge_capacity(lines: list[PurchaseLine], now: Terms, terms: Terms) -> None:
    listings = {line.listing_id: line.listing for line in lines}
    more = more_by_day(lines, now, terms)
    for day in sorted({day for _listing, day in more}):
        checks.within_capacity(
            [(listings[pk], units) for (pk, its_day), units in more.items() if its_day == day], day
        )


def _bind_difference(passage: Passage[Purchase], before: int) -> None:
    """Bind what a signed order costs more than `before` (rupiah), or free what it costs less."""
    purchase = passage.thing
    difference = purchase.total - before
    if difference > 0:
        reserve(passage, purchase.budget_line_id, difference, reference=purchase.number)
        commit(passage, purchase.budget_line_id, difference, reference=purchase.number)
    elif difference < 0:
        uncommit(passage, purchase.budget_line_id, -difference, reference=purchase.number)


def _move_stock(lines: list[PurchaseLine], terms: Terms) -> None:
    more, less = stock_difference(lines, terms)
    lock_stock(each.stockrecord_id for each in (*more, *less))
    if more:
        reserve_stock(more)
        consume_stock(more)
    if less:
        put_back_stock(less)


def _told(terms: Terms, changes: list[dict[str, str]]) -> str:
    """The proposal as text: the whole of the new terms, and what differs in words."""
    return json.dumps(
        {
            "lines": {
                pk: {"price": each.price, "quantities": dict(each.quantities)}
                for pk, each in terms.lines.items()
            },
            "deliveries": {
                pk: {
                    "shipping": each.shipping,
                    "needed_by": each.needed_by.isoformat(),
                    "address": each.address,
                    "place_code": each.place_code,
                    "place_name": each.place_name,
                }
                for pk, each in terms.deliveries.items()
            },
            "changes": changes,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def _read(addendum: Addendum) -> Terms:
    """The terms that were proposed; keys of JSON are text and become ids again."""
    told = addendum.told
    return Terms(
        {
            int(pk): LineTerms(each["price"], {int(to): units for to, units in each["quantities"].items()})
            for pk, each in told["lines"].items()
        },
        {
            int(pk): DeliveryTerms(**{**each, "needed_by": date.fromisoformat(each["needed_by"])})
            for pk, each in told["deliveries"].items()
        },
        {"addendum": addendum.number},
    )
