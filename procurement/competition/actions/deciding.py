"""Deciding: the winners get their orders at the offered prices, and everybody who offered is told why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.oscar.stock import reserve_stock
from marketplace.workflow.door import Passage, passing
from procurement.competition import explaining
from procurement.competition.guards import BASIS
from procurement.competition.models import Award, Competition, Offer, OfferLine, Outcome
from procurement.competition.papers import record
from procurement.competition.queries.ranking import Candidate, Lot, lots_of
from procurement.documents.actions import issue
from procurement.planning.models import Package
from procurement.purchasing import checks as ordering
from procurement.purchasing.actions import Destination
from procurement.purchasing.actions.submission import Made, write_order
from procurement.purchasing.actions.wishes import Item, Share, Wish, share_of
from procurement.purchasing.checks import SHORTEST_REASON, said
from procurement.purchasing.models import Agreement, Purchase
from vendors.models import Listing


@dataclass(frozen=True, slots=True)
class Won:
    """What one vendor won: its candidates, one a part."""

    offer: Offer
    parts: Sequence[tuple[Lot, Candidate]]

    @property
    def lines(self) -> list[OfferLine]:
        """All offered lines that were won."""
        return [line for _lot, candidate in self.parts for line in candidate.lines]

    @property
    def shipping(self) -> int:
        """Rupiah before tax: of the won lines where winners are found per item, else the total that was offered."""
        per_item = any(lot.line is not None for lot, _candidate in self.parts)
        return sum(line.shipping for line in self.lines) if per_item else self.offer.shipping


def decide(
    *,
    actor: Actor,
    competition_id: int,
    reason: str = "",
    negotiate: bool = False,
    revision: int | None = None,
) -> list[Purchase]:
    """Order from whoever won: one order a vendor at the offered prices and shipping; returns the orders.

    Where only one vendor offered, either the order begins with a negotiation or `reason` says why the price is
    taken as it is. Raises Refused `single_offer`, those of purchasing's checks, `budget_short`, `out_of_stock`.
    """
    with passing(Competition, competition_id, "decide", actor=actor, revision=revision) as passage:
        competition = passage.thing
        lots = lots_of(competition)
        _single_explained(lots, reason, negotiate)
        package = Package.objects.select_for_update(of=("self",)).get(pk=competition.package_id)
        won = _won(lots)
        made = _order(passage, package, won, reason, negotiate)
        orders = {each.offer.pk: order.thing for each, order in zip(won, made, strict=True)}
        competition.decided_at = competition.ended_at = passage.at
        _award(competition, won, orders)
        _tell(passage, lots, {pk: order.number for pk, order in orders.items()}, reason.strip())
        passage.facts.update(
            winner=", ".join(each.offer.vendor.name for each in won),
            total_rupiah=sum(order.total for order in orders.values()),
            awards=[
                {"order": orders[each.offer.pk].number, "vendor_id": each.offer.vendor_id} for each in won
            ],
        )
        _record(passage, lots, list(orders.values()), negotiate)
    return list(orders.values())


def give_up(*, actor: Actor, competition_id: int, reason: str, revision: int | None = None) -> None:
    """Say that nobody passed; everybody who offered is told why. Raises Refused `some_winner`."""
    why = said(reason)
    with passing(Competition, competition_id, "give_up", actor=actor, revision=revision) as passage:
        passage.thing.closing_reason, passage.thing.ended_at = why, passage.at
        lots = lots_of(passage.thing)
        _tell(passage, lots, {}, why)
        _record(passage, lots, [], negotiate=False)


def _single_explained(lots: Sequence[Lot], reason: str, negotiate: bool) -> None:
    alone = any(lot.winner is not None and len(lot.candidates) == 1 for lot in lots)
    if alone and not negotiate and len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "single_offer",
            _("Hanya satu penyedia yang menawar, jadi harganya belum bersaing."),
            rule=BASIS,
            fix=_("Pilih “negosiasi dahulu”, atau tuliskan alasan menerima harga itu apa adanya."),
        )


def _won(lots: Sequence[Lot]) -> list[Won]:
    parts: dict[int, list[tuple[Lot, Candidate]]] = defaultdict(list)
    for lot in lots:
        if lot.winner is not None:
            parts[lot.winner.offer.pk].append((lot, lot.winner))
    return [Won(members[0][1].offer, members) for _pk, members in sorted(parts.items())]


def _order(
    passage: Passage[Competition], package: Package, won: Sequence[Won], reason: str, negotiate: bool
) -> list[Made]:
    competition, actor = passage.thing, passage.actor
    listings = Listing.objects.select_related("vendor__organisation", "product").in_bulk(
        [line.listing_id for each in won for line in each.lines]
    )
    shares = [_share(competition, each, listings) for each in won]
    _check(competition, package, actor, won, listings, shares, reason)
    explained = _("Dipilih lewat mini-kompetisi %(number)s.") % {"number": competition.number}
    made = [
        write_order(
            passage,
            package,
            competition.budget_line,
            share,
            [_destination(competition, each.offer)],
            Wish(
                reason=f"{explained} {reason.strip()}".strip(),
                negotiate=negotiate,
                no_negotiation_reason="" if negotiate else explained,
                cause=Agreement.Cause.COMPETITION,
            ),
        )
        for each, share in zip(won, shares, strict=True)
    ]
    reserve_stock([line for each in made for line in each.new_lines])
    return made


def _share(competition: Competition, won: Won, listings: Mapping[int, Listing]) -> Share:
    items = tuple(
        Item(
            listings[line.listing_id],
            line.quantity,
            line.list_price,
            agreed=line.unit_price,
            by_destination={0: line.quantity},
        )
        for line in won.lines
    )
    return share_of(
        items,
        competition.region_id,
        [_destination(competition, won.offer)],
        {0: won.shipping},
        source=competition.budget_line.sumber_dana,
    )


def _destination(competition: Competition, offer: Offer) -> Destination:
    """Where it goes, by the day the vendor promised."""
    return Destination(
        address=competition.address,
        place_code=competition.place_code,
        place_name=competition.place_name,
        needed_by=offer.delivery_day,
    )


def _check(
    competition: Competition,
    package: Package,
    actor: Actor,
    won: Sequence[Won],
    listings: Mapping[int, Listing],
    shares: Sequence[Share],
    reason: str,
) -> None:
    """What an order must meet whatever way it was found: asked again, for days have passed."""
    ordering.open_for_buying(package)
    ordering.authority(actor, package)
    ordering.budget_line_of(package, competition.budget_line)
    ordering.no_conflict(package, actor, [each.offer.vendor for each in won])
    ordering.choice_explained(listings.values(), reason)
    for each in won:
        ordering.on_time(each.offer.delivery_day)
        ordering.vendor_in_business(each.offer.vendor, competition.region_id)
        for line in each.lines:
            ordering.on_show(listings[line.listing_id])
        ordering.within_capacity(
            [(listings[line.listing_id], line.quantity) for line in each.lines], each.offer.delivery_day
        )
    for share in shares:
        ordering.within_order_limit(share.total, competition.region_id)
    ordering.within_hps(package, sum(share.total for share in shares))


def _award(competition: Competition, won: Sequence[Won], orders: Mapping[int, Purchase]) -> None:
    Award.objects.bulk_create(
        Award(
            competition=competition,
            offer=each.offer,
            line=lot.line,
            rank=candidate.rank,
            amount=candidate.price,
            purchase=orders[each.offer.pk],
        )
        for each in won
        for lot, candidate in each.parts
    )


def _tell(passage: Passage[Competition], lots: Sequence[Lot], orders: Mapping[int, str], reason: str) -> None:
    """Write down what each bidder is told; the log holds the hash of all notes together."""
    ranks: dict[int, int] = {}
    for lot in lots:
        for each in lot.candidates:
            ranks[each.offer.pk] = min(ranks.get(each.offer.pk, each.rank), each.rank)
    outcomes = [
        Outcome(
            offer_id=pk,
            won=pk in orders,
            rank=rank,
            text=explaining.outcome_text(lots, pk, orders.get(pk, "")),
        )
        for pk, rank in sorted(ranks.items())
    ]
    Outcome.objects.bulk_create(outcomes)
    told = "\n\n".join(each.text for each in outcomes)
    passage.facts.update(
        number=passage.thing.number,
        reason=reason,
        outcome_sha256=sha256(told.encode()).hexdigest(),
    )


def _record(
    passage: Passage[Competition], lots: Sequence[Lot], orders: Sequence[Purchase], negotiate: bool
) -> Any:
    """The berita acara, last in the passage: its counter's row stays locked until the end."""
    facts, signatories = record(passage.thing, lots, orders, at=passage.at, negotiate=negotiate)
    return issue(passage, "ba_mini_kompetisi", facts, subject=passage.thing, signatories=signatories)
