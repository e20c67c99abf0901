"""Samples: who may read one, its population then and now, and what drawing it again gives."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from procurement.oversight.models import Sample, SampleItem
from procurement.oversight.queries.orders import OrderFilters
from procurement.oversight.sampling import Unit, band_names, draw, population_hash
from procurement.purchasing.models import Purchase

MOST: Final = 200_000
"""Orders a population may have: what one page may wait for."""
SHOWN: Final = 50
"""Differences listed by name; the rest are counted."""


def samples_for(actor: Actor) -> QuerySet[Sample]:
    """The samples of the actor's own body: working papers, not for others."""
    if actor.role != Role.AUDITOR or actor.organisation_id is None:
        return Sample.objects.none()
    found = Sample.objects.filter(body_id=actor.organisation_id).defer("frame")
    return found.select_related("case", "drawn_by")


def listed(actor: Actor) -> QuerySet[Sample]:
    """Samples with how many orders were drawn and examined."""
    counted = samples_for(actor).annotate(
        drawn=Count("items"), examined=Count("items", filter=~Q(items__result=""))
    )
    return counted.order_by("-pk")


def get_sample_for(actor: Actor, pk: int) -> Sample:
    """One sample. Raises Sample.DoesNotExist for one of another body."""
    return samples_for(actor).get(pk=pk)


def get_item_for(actor: Actor, pk: int) -> SampleItem:
    """One order of a sample. Raises SampleItem.DoesNotExist."""
    found = SampleItem.objects.filter(sample__in=samples_for(actor).order_by())
    return found.select_related("sample__case", "purchase").get(pk=pk)


def items_of(sample: Sample) -> list[SampleItem]:
    """The orders drawn with what a sheet tells of each: one query."""
    return list(
        sample.items.select_related(
            "purchase__vendor__organisation", "purchase__organisation", "examined_by"
        ).order_by("position")
    )


def stratum_words(sample: Sample) -> dict[str, str]:
    """What the strata of a sample are called for people, by the names they were drawn under; a query for units.

    The names themselves (`1: < 10000000`, a unit's code) belong to the algorithm and stay in file and log.
    """
    if bands := sample.params.get("bands"):
        money = [rupiah(each) for each in bands]
        between = [
            _("%(low)s sampai di bawah %(high)s") % {"low": low, "high": high}
            for low, high in pairwise(money)
        ]
        words = [_("di bawah %s") % money[0], *between, _("%s ke atas") % money[-1]]
        return dict(zip(band_names(bands), words, strict=True))
    codes = [row[0] for row in sample.strata]
    named = Organisation.objects.filter(region_id=sample.region_id, code__in=codes) if codes else []
    return {each.code: each.name for each in named}


def population(actor: Actor, filters: OrderFilters) -> list[Unit]:
    """The population those filters name now, ordered by number: one query."""
    rows = filters.of(actor).order_by("number").values_list("number", "total", "organisation__code")
    return [Unit(number, total, code) for number, total, code in rows[: MOST + 1]]


def packed(units: Iterable[Unit]) -> bytes:
    """A population as it is kept: the lines its hash is over, compressed."""
    lines = (f"{unit.key}\t{unit.amount}\t{unit.group}\n" for unit in units)
    return zlib.compress("".join(lines).encode())


def unpacked(frame: bytes) -> list[Unit]:
    """The population that was kept."""
    told = zlib.decompress(frame).decode().splitlines()
    rows = (line.split("\t") for line in told)
    return [Unit(key, int(amount), group) for key, amount, group in rows]


@dataclass(frozen=True, slots=True)
class Difference:
    """One order that is another today than when the sample was drawn, and why."""

    number: str
    what: str


@dataclass(frozen=True, slots=True)
class Rerun:
    """What drawing again gives: from the population kept, and from the orders as they are today."""

    frame_intact: bool
    same_sample: bool
    population_now: int
    differences: Sequence[Difference]
    more: int
    gone: Sequence[str]
    come: Sequence[str]

    @property
    def same_population(self) -> bool:
        """Whether the filters name the very same orders and amounts today."""
        return not self.differences and not self.more


def rerun(actor: Actor, sample: Sample) -> Rerun:
    """Draw a sample again with its seed: it must be the same from its own population; today's is compared with it."""
    kept = unpacked(bytes(sample.frame))
    drawn = [each.purchase.number for each in items_of(sample)]
    again = draw(kept, method=sample.method, seed=sample.seed, params=sample.params).keys
    filters = OrderFilters.from_told(sample.filters)
    now = population(actor, filters)
    today = draw(now, method=sample.method, seed=sample.seed, params=sample.params).keys if now else []
    differences = _differences(kept, now, filters)
    return Rerun(
        frame_intact=population_hash(kept) == sample.population_sha256,
        same_sample=again == drawn,
        population_now=len(now),
        differences=differences[:SHOWN],
        more=max(0, len(differences) - SHOWN),
        gone=sorted(set(drawn) - set(today)),
        come=sorted(set(today) - set(drawn)),
    )


def _differences(kept: Sequence[Unit], now: Sequence[Unit], filters: OrderFilters) -> list[Difference]:
    before, after = {unit.key: unit for unit in kept}, {unit.key: unit for unit in now}
    left = sorted(before.keys() - after.keys())
    rows = {each.number: each for each in Purchase.objects.filter(number__in=left[:SHOWN])}
    found = [Difference(number, _why_left(rows.get(number), filters)) for number in left]
    found += [
        Difference(number, _("baru memenuhi saringan setelah sampel ditarik"))
        for number in sorted(after.keys() - before.keys())
    ]
    found += [
        Difference(
            number,
            _("nilainya berubah dari %(then)s menjadi %(now)s")
            % {"then": rupiah(unit.amount), "now": rupiah(after[number].amount)},
        )
        for number, unit in sorted(before.items())
        if number in after and after[number].amount != unit.amount
    ]
    return found


def _why_left(purchase: Purchase | None, filters: OrderFilters) -> str:
    return (filters.why_not(purchase) if purchase else "") or _("tidak lagi memenuhi saringan")
