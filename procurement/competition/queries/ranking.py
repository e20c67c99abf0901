"""The order in which opened offers are looked at: by the legal order of domestic products, then by price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.competition.models import Competition, Offer, OfferLine, RequestLine, Verdict
from vendors.queries import Thresholds, ranks


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer in its place: `price` in rupiah before tax with shipping, `domestic` by Perpres 46/2025 Art. 66."""

    rank: int
    offer: Offer
    lines: Sequence[OfferLine]
    price: int
    domestic: int
    verdict: Verdict | None = None
    low: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """What is decided on its own: a line where winners are found per item, else the whole (`line` is None)."""

    line: RequestLine | None
    hps: int
    candidates: Sequence[Candidate]

    @property
    def winner(self) -> Candidate | None:
        """The first rank that passed."""
        return next((each for each in self.candidates if each.verdict and each.verdict.passed), None)

    @property
    def next_up(self) -> Candidate | None:
        """Whom to judge now: the best rank not judged, until one passed."""
        if self.winner is not None:
            return None
        return next((each for each in self.candidates if each.verdict is None), None)


def lots_of(competition: Competition) -> list[Lot]:
    """The lots of an opened competition with ranked candidates and their verdicts. Four queries."""
    lines = list(competition.lines.all())
    offers = list(
        competition.offers.select_related("vendor__organisation", "price_query__reply").prefetch_related(
            "lines__line"
        )
    )
    verdicts = {(each.offer_id, each.line_id): each for each in competition.verdicts.select_related("by")}
    if competition.itemized:
        return [_lot(competition, line, [line], offers, verdicts) for line in lines]
    return [_lot(competition, None, lines, offers, verdicts)]


def _lot(
    competition: Competition,
    line: RequestLine | None,
    lines: Sequence[RequestLine],
    offers: Sequence[Offer],
    verdicts: dict[tuple[int, int | None], Verdict],
) -> Lot:
    """Rank the offers to a lot. A tie in price goes to whoever sealed first."""
    on = clock.day_of(competition.opened_at) if competition.opened_at else clock.today()
    wanted = {each.pk for each in lines}
    told = {offer.pk: [each for each in offer.lines.all() if each.line_id in wanted] for offer in offers}
    living = [offer for offer in offers if told[offer.pk]]
    domestic = _domestic(competition, [told[offer.pk] for offer in living])
    prices = [_price(line, offer, told[offer.pk]) for offer in living]
    order = sorted(
        range(len(living)), key=lambda n: (domestic[n], prices[n], living[n].offered_at, living[n].pk)
    )
    hps = sum(each.hps_total for each in lines)
    low_bp = int(parameter("competition.low_price_bp", on=on, region_id=competition.region_id).value)
    line_id = None if line is None else line.pk
    candidates = [
        Candidate(
            rank,
            living[n],
            told[living[n].pk],
            prices[n],
            domestic[n],
            verdicts.get((living[n].pk, line_id)),
            low=prices[n] * 10_000 < hps * (10_000 - low_bp),
        )
        for rank, n in enumerate(order, start=1)
    ]
    return Lot(line, hps, candidates)


def _price(line: RequestLine | None, offer: Offer, lines: Sequence[OfferLine]) -> int:
    return offer.price_total if line is None else sum(each.total + each.shipping for each in lines)


def _domestic(competition: Competition, offered: Sequence[Sequence[OfferLine]]) -> list[int]:
    """The legal order of each offer: that of its least domestic line; all alike where preference is off."""
    on = clock.day_of(competition.opened_at) if competition.opened_at else clock.today()
    if not parameter("competition.domestic_first", on=on, region_id=competition.region_id).value:
        return [0] * len(offered)
    limits = Thresholds.of(on)
    flat = [line for lines in offered for line in lines]
    found = dict(zip((line.pk for line in flat), ranks(flat, limits), strict=True))
    return [max(found[line.pk] for line in lines) for lines in offered]
