"""The story of an order: every entry about it, its papers and its payments in causal order, and what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, Q, QuerySet, Value

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.audit.queries import Line, line_of, readable_by
from procurement.documents.models import Paper
from procurement.documents.queries import current_papers_of, papers_of
from procurement.oversight.models import Acknowledgement, Finding, SampleItem
from procurement.oversight.queries.access import findings_for
from procurement.oversight.queries.samples import samples_for
from procurement.purchasing.models import Addendum, Purchase
from procurement.purchasing.queries import purchases_of
from procurement.purchasing.queries.flags import Shown, flags_of
from procurement.redflags.models import RedFlag
from procurement.redflags.queries import flags_of_order, rule_titles
from procurement.settlement.models import (
    Evidence,
    OutsidePayment,
    PaymentAttempt,
    PaymentObligation,
    Payout,
    TaxLine,
)
from procurement.treasury.models import PaymentRequest

MOST: Final = 500
"""Entries one page shows; an order has some dozens."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the story, and who of the own body has acknowledged it."""

    line: Line
    seen: Sequence[Acknowledgement]


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order as an auditor reads it; flags found over many orders stand with the title of their rule."""

    purchase: Purchase
    steps: Sequence[Step]
    papers: Sequence[Paper]
    payouts: Sequence[Payout]
    flags: Sequence[Shown]
    red_flags: Sequence[tuple[RedFlag, str]]
    findings: Sequence[Finding]
    samples: Sequence[SampleItem]

    @property
    def unseen(self) -> list[Step]:
        """What nobody of the own body has acknowledged yet."""
        return [each for each in self.steps if not each.seen]


def get_order_for(actor: Actor, number: str) -> Purchase:
    """The order of a story, without its lines and officers. Raises Purchase.DoesNotExist for another region's."""
    return purchases_of(actor).select_related("organisation", "vendor__organisation").get(number=number)


def story_of_order(actor: Actor, purchase: Purchase) -> OrderStory:
    """The story, its papers, transfers and flags: a fixed number of queries, whatever the entries."""
    found = list(entries_about(actor, purchase).select_related("leaf").order_by("pk")[:MOST])
    seen: dict[int, list[Acknowledgement]] = {}
    told = Acknowledgement.objects.filter(entry__in=found, body_id=actor.organisation_id or 0)
    for each in told.select_related("user").order_by("pk"):
        seen.setdefault(each.entry_id, []).append(each)
    titles = rule_titles()
    items = SampleItem.objects.filter(purchase=purchase, sample__in=samples_for(actor).order_by())
    return OrderStory(
        purchase=purchase,
        steps=[Step(line_of(entry), seen.get(entry.pk, ())) for entry in found],
        papers=current_papers_of(purchase),
        payouts=list(Payout.objects.filter(obligation__purchase=purchase).order_by("pk")),
        flags=flags_of(purchase),
        red_flags=[(each, titles.get(each.rule, each.rule)) for each in flags_of_order(purchase.pk)],
        findings=list(findings_for(actor).filter(orders__purchase=purchase).order_by("pk")),
        samples=list(items.select_related("sample").defer("sample__frame").order_by("pk")),
    )


def entries_about(actor: Actor, purchase: Purchase) -> QuerySet[Entry]:
    """The entries about an order and about what belongs to it, of the actor's region."""
    wanted = Q(aggregate_type=Purchase.aggregate, aggregate_id=str(purchase.pk))
    keys: dict[str, list[str]] = {}
    for kind, key in _parts(purchase):
        keys.setdefault(kind, []).append(str(key))
    for kind, found in keys.items():
        wanted |= Q(aggregate_type=kind, aggregate_id__in=found)
    return readable_by(actor).filter(wanted)


def _parts(purchase: Purchase) -> Iterable[tuple[str, int]]:
    """(kind, id) of an order's addenda, papers and payments: one query."""
    money = {"obligation__purchase": purchase}
    parts: tuple[tuple[str, QuerySet[Any]], ...] = (
        (Addendum.aggregate, Addendum.objects.filter(purchase=purchase)),
        (Paper.aggregate, papers_of(purchase)),
        (PaymentObligation.aggregate, PaymentObligation.objects.filter(purchase=purchase)),
        (PaymentAttempt.aggregate, PaymentAttempt.objects.filter(**money)),
        (Payout.aggregate, Payout.objects.filter(**money)),
        (TaxLine.aggregate, TaxLine.objects.filter(**money)),
        (OutsidePayment.aggregate, OutsidePayment.objects.filter(**money)),
        (
            Evidence.aggregate,
            Evidence.objects.filter(region_id=purchase.region_id, purchase_number=purchase.number),
        ),
        (PaymentRequest.aggregate, PaymentRequest.objects.filter(items__obligation__purchase=purchase)),
    )
    told = [
        rows.order_by().annotate(part=Value(kind, CharField())).values_list("part", "pk")
        for kind, rows in parts
    ]
    return told[0].union(*told[1:], all=True)
