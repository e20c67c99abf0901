"""The story of an order: every entry about it, its papers and its payments in causal order, and what else is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, JSONObject

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.audit.queries import Line, lines_of, readable_by
from procurement.documents.models import Paper
from procurement.documents.queries import current_papers_of
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
class Seen:
    """Who has acknowledged an entry, when, and what he remarked."""

    who: str
    at: datetime
    remark: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the story, and who of the own body has acknowledged it."""

    line: Line
    seen: Sequence[Seen]


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
    """The order of a story with the ids of what belongs to it, without its lines and officers: one query.

    Raises Purchase.DoesNotExist for another region's.
    """
    ids = {_ids(kind): ArraySubquery(rows.order_by().values("pk")) for kind, rows in _parts().items()}
    found = purchases_of(actor).select_related("organisation", "vendor__organisation").annotate(**ids)
    return found.get(number=number)


def story_of_order(actor: Actor, number: str) -> OrderStory:
    """The story, its papers, transfers and flags: a fixed number of queries, whatever the entries.

    Raises Purchase.DoesNotExist for another region's.
    """
    purchase = get_order_for(actor, number)
    told = Acknowledgement.objects.filter(entry=OuterRef("pk"), body_id=actor.organisation_id or 0).order_by(
        "pk"
    )
    seen = told.values(told=JSONObject(who="user__name", at="at", remark="remark"))
    found = entries_about(actor, purchase).select_related("leaf").annotate(seen=ArraySubquery(seen))
    titles = rule_titles()
    items = SampleItem.objects.filter(purchase=purchase, sample__in=samples_for(actor).order_by())
    steps = list(found.order_by("pk")[:MOST])
    return OrderStory(
        purchase=purchase,
        steps=[
            Step(line, [_seen(**each) for each in entry.seen])
            for entry, line in zip(steps, lines_of(steps), strict=True)
        ],
        papers=current_papers_of(purchase),
        payouts=list(Payout.objects.filter(obligation__purchase=purchase).order_by("pk")),
        flags=flags_of(purchase),
        red_flags=[(each, titles.get(each.rule, each.rule)) for each in flags_of_order(purchase.pk)],
        findings=list(findings_for(actor).filter(orders__purchase=purchase).order_by("pk")),
        samples=list(items.select_related("sample").defer("sample__frame").order_by("pk")),
    )


def _seen(who: str, at: str, remark: str) -> Seen:
    return Seen(who, datetime.fromisoformat(at), remark)


def entries_about(actor: Actor, purchase: Purchase) -> QuerySet[Entry]:
    """The entries about an order of `get_order_for` and about what belongs to it, of the actor's region."""
    wanted = Q(aggregate_type=Purchase.aggregate, aggregate_id=str(purchase.pk))
    for kind in _parts():
        if keys := getattr(purchase, _ids(kind)):
            wanted |= Q(aggregate_type=kind, aggregate_id__in=[str(key) for key in keys])
    return readable_by(actor).filter(wanted)


def unread(actor: Actor, number: str) -> int:
    """How many entries of a story the actor may still mark as read. Raises Purchase.DoesNotExist."""
    told = entries_about(actor, get_order_for(actor, number)).exclude(user_id=actor.user_id or 0)
    mine = Acknowledgement.objects.filter(entry=OuterRef("pk"), user_id=actor.user_id or 0)
    return told.filter(~Exists(mine)).count()


def _ids(kind: str) -> str:
    return f"{kind}_ids"


def _parts() -> Mapping[str, QuerySet[Any]]:
    """By kind, the addenda, papers and payments of an order that is asked for around them."""
    about: dict[str, Any] = {"purchase": OuterRef("pk")}
    money: dict[str, Any] = {"obligation__purchase": OuterRef("pk")}
    return {
        Addendum.aggregate: Addendum.objects.filter(**about),
        Paper.aggregate: Paper.objects.filter(
            subject_type=Purchase.aggregate, subject_id=Cast(OuterRef("pk"), CharField())
        ),
        PaymentObligation.aggregate: PaymentObligation.objects.filter(**about),
        PaymentAttempt.aggregate: PaymentAttempt.objects.filter(**money),
        Payout.aggregate: Payout.objects.filter(**money),
        TaxLine.aggregate: TaxLine.objects.filter(**money),
        OutsidePayment.aggregate: OutsidePayment.objects.filter(**money),
        Evidence.aggregate: Evidence.objects.filter(
            region_id=OuterRef("region_id"), purchase_number=OuterRef("number")
        ),
        PaymentRequest.aggregate: PaymentRequest.objects.filter(items__obligation__purchase=OuterRef("pk")),
    }
