"""How a process asks for offers: an order placed with one vendor, or a mini-competition with its bids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procurement.competition.models import Competition, Offer, Verdict
from procurement.opendata import identity
from procurement.opendata.identity import PartyName, in_jakarta
from procurement.opendata.mapping.orders import OF_VENDOR, Order, Seller, seller
from procurement.opendata.mapping.values import category_of, rupiah


def direct(order: Order, status: str, *, ended: datetime | None = None) -> dict[str, Any]:
    """The tender of an order that one vendor was asked for; `ended` when nothing more is awaited of it."""
    purchase = order.purchase
    period = {"startDate": in_jakarta(purchase.submitted_at)}
    if ended is not None:
        period["endDate"] = in_jakarta(ended)
    return {
        "id": purchase.number,
        "title": f"Pesanan {purchase.number}",
        "status": status,
        "procuringEntity": order.buyer.reference,
        "items": order.offered_items(),
        "value": rupiah(order.agreements[0].total),
        "procurementMethod": "direct",
        "procurementMethodDetails": "E-purchasing Negosiasi"
        if purchase.negotiated
        else "E-purchasing Langsung",
        "mainProcurementCategory": category_of([line.kind for line in order.lines.values()]),
        "tenderPeriod": period,
        "numberOfTenderers": 1,
        "tenderers": [order.seller.name.reference],
    }


@dataclass(frozen=True, slots=True)
class Contest:
    """A competition, what was offered (nothing before the opening), and how each offer was judged, in that order."""

    competition: Competition
    bids: Sequence[tuple[Offer, Seller]]
    verdicts: Sequence[Verdict]

    @property
    def ocid(self) -> str:
        """Its process."""
        return identity.process(self.competition.number)

    @property
    def buyer(self) -> PartyName:
        """The working unit."""
        return identity.unit(self.competition.organisation, self.competition.region)

    def tender(self, status: str, closes_at: datetime) -> dict[str, Any]:
        """What is asked for. Line by line the HPS is secret (Perpres 16/2018 Art. 26): only its sum stands here."""
        competition = self.competition
        assert competition.published_at is not None  # drafts are never told of
        return {
            "id": competition.number,
            "title": competition.title,
            "status": status,
            "procuringEntity": self.buyer.reference,
            "items": [
                {
                    "id": f"{competition.number}-{line.position}",
                    "description": line.item,
                    "quantity": line.quantity,
                    "unit": {"name": line.unit},
                }
                for line in competition.lines.all()
            ],
            "value": rupiah(competition.hps_total),
            "procurementMethod": "selective",
            "procurementMethodDetails": "E-purchasing Mini-Kompetisi",
            "mainProcurementCategory": category_of([competition.kind]),
            "awardCriteria": "priceOnly",
            "tenderPeriod": {
                "startDate": in_jakarta(competition.published_at),
                "endDate": in_jakarta(closes_at),
            },
        }

    def offered(self) -> dict[str, Any]:
        """Who offered, as the tender section tells it after the opening."""
        return {
            "numberOfTenderers": len(self.bids),
            "tenderers": [each.name.reference for _offer, each in self.bids],
        }

    def bids_by(self, moment: datetime | None = None) -> dict[str, Any]:
        """The bids with how they were judged by a moment (by now, when left out)."""
        passed: dict[int, bool] = {}
        for each in self.verdicts:
            if moment is not None and each.at > moment:
                continue
            passed[each.offer_id] = passed.get(each.offer_id, False) or each.passed
        return {"details": [_bid(offer, told, passed.get(offer.pk)) for offer, told in self.bids]}


def read_contests(ids: Collection[int]) -> dict[int, Contest]:
    """Competitions by id. Five queries for any number of them, none for none."""
    if not ids:
        return {}
    competitions = (
        Competition.objects.filter(pk__in=ids)
        .select_related("package__region", "region", "organisation")
        .prefetch_related("lines", "package__lines", "verdicts")
        .defer("address")
    )
    offers: Mapping[int, list[Offer]] = defaultdict(list)
    told = Offer.objects.filter(competition__in=ids).annotate(**OF_VENDOR)
    for offer in told.defer("content", "note").order_by("pk"):
        offers[offer.competition_id].append(offer)
    return {
        competition.pk: Contest(
            competition,
            [(each, seller(each, competition.region)) for each in offers[competition.pk]],
            list(competition.verdicts.all()),
        )
        for competition in competitions
    }


def _bid(offer: Offer, told: Seller, passed: bool | None) -> dict[str, Any]:
    """`passed` is None while nobody judged it: whoever ranks below a winner is never judged."""
    return {
        "id": str(offer.pk),
        "date": in_jakarta(offer.offered_at),
        "status": "pending" if passed is None else "valid" if passed else "disqualified",
        "tenderers": [told.name.reference],
        "value": rupiah(offer.price_total),
    }
