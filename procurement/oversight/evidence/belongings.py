"""What belongs to one order: the things whose stories an auditor reads together with its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from marketplace.audit.models import Entry
from marketplace.audit.queries import entries_about
from marketplace.workflow.agreement import figures_of, now
from marketplace.workflow.models import Aggregate
from procurement.competition.models import Award, Competition
from procurement.documents.models import Paper
from procurement.planning.models import BudgetLine, BudgetMovement, Package
from procurement.purchasing.models import Addendum, Purchase
from procurement.settlement.models import (
    Evidence,
    Journal,
    OutsidePayment,
    PaymentAttempt,
    Payout,
    PayoutBatch,
    Refund,
    TaxDeposit,
    TaxLine,
    UnmatchedMoney,
)
from procurement.treasury.models import PaymentRequest, RequestItem

Keys = dict[type[Model], list[int]]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing as it stands in the tables.

    Attributes:
        state: empty for a thing without states.
        figures: the columns that the log tells of, too.
        whole: whether the pack holds its whole story; of a budget line it holds what this order did to it.
    """

    kind: str
    pk: str
    state: str
    figures: dict[str, object]
    whole: bool = True


def keys_of(purchase: Purchase) -> Keys:
    """The primary keys of everything that belongs to an order, by model; its budget line stands apart."""
    owed = {"obligation__purchase": purchase}
    batches = Payout.objects.filter(**owed, batch__isnull=False).values("batch_id")
    requests = RequestItem.objects.filter(**owed).values("request_id")
    deposits = TaxLine.objects.filter(**owed, deposit__isnull=False).values("deposit_id")
    awarded = Award.objects.filter(purchase=purchase).values("competition_id")
    unmatched = Q(purchase=purchase) | Q(attempt__obligation__purchase=purchase)
    found = {
        Purchase: Purchase.objects.filter(pk=purchase.pk),
        Addendum: Addendum.objects.filter(purchase=purchase),
        Package: Package.objects.filter(pk=purchase.package_id),
        Competition: Competition.objects.filter(pk__in=awarded),
        Paper: Paper.objects.filter(subject_type=Purchase.aggregate, subject_id=str(purchase.pk)),
        PaymentAttempt: PaymentAttempt.objects.filter(**owed),
        Payout: Payout.objects.filter(**owed),
        PayoutBatch: PayoutBatch.objects.filter(pk__in=batches),
        OutsidePayment: OutsidePayment.objects.filter(**owed),
        TaxLine: TaxLine.objects.filter(**owed),
        TaxDeposit: TaxDeposit.objects.filter(pk__in=deposits),
        Evidence: Evidence.objects.filter(purchase_number=purchase.number),
        Journal: Journal.objects.filter(purchase_number=purchase.number),
        UnmatchedMoney: UnmatchedMoney.objects.filter(unmatched),
        Refund: Refund.objects.filter(purchase_number=purchase.number),
        PaymentRequest: PaymentRequest.objects.filter(pk__in=requests),
    }
    return {model: sorted(rows.values_list("pk", flat=True)) for model, rows in found.items()}


def things_of(keys: Keys) -> Iterator[Thing]:
    """Those things as they stand in the tables, in the order of kinds and keys."""
    for model, pks in keys.items():
        if pks:
            yield from _rows(model, pks)


def _rows(model: type[Model], pks: Iterable[int]) -> Iterator[Thing]:
    kind = str(getattr(model, "aggregate", ""))
    states: dict[str, str] = {}
    if issubclass(model, Aggregate):
        rows: QuerySet[Any, Any] = model._default_manager.filter(pk__in=list(pks))
        states = {str(pk): state for pk, state in rows.values_list("pk", "state")}
    figures = dict(now(model, pks)) if figures_of(model) else {}
    for pk in map(str, pks):
        yield Thing(kind, pk, states.get(pk, ""), figures.get(pk, {}))


def entries_of(purchase: Purchase, keys: Keys) -> list[Entry]:
    """Every entry of those things, and of the budget line what was done for this order, in the order written."""
    about = [(str(getattr(model, "aggregate", "")), str(pk)) for model, pks in keys.items() for pk in pks]
    return sorted([*entries_about(about), *_movements(purchase)], key=lambda entry: entry.pk)


def _movements(purchase: Purchase) -> list[Entry]:
    deeds = BudgetMovement.objects.filter(line=purchase.budget_line_id, reference=purchase.number)
    entries = Entry.objects.filter(
        aggregate_type=BudgetLine.aggregate,
        aggregate_id=str(purchase.budget_line_id),
        deed__in=list(deeds.values_list("deed", flat=True)),
    )
    found = entries.select_related("leaf")
    return [entry for entry in found if entry.facts.get("reference") == purchase.number]
