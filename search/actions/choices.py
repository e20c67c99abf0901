"""From an answer to a purchase: kept when shown, remembered with the basket line, frozen when ordered.

No audit entries of their own: an answer shown and a basket are notes; the order's entry carries the frozen hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed
from search.choices.record import opened, record_of, sealed
from search.finder import Answer
from search.models import FrozenChoice, LineChoice, ShownAnswer
from search.question import Question
from vendors.actions import put_into_basket
from vendors.queries import BUYERS

Line, Basket = get_model("basket", "Line"), get_model("basket", "Basket")

# The length of the log is read in the same statement: a page of answers pays for one query.
_KEEP = """
INSERT INTO search_shownanswer (user_id, organisation_id, at, products, content, log_size)
VALUES (%s, %s, %s, %s, %s, coalesce((SELECT max(leaf_index) + 1 FROM audit_leaf), 0)) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The frozen answer a basket line was chosen from, and its place in it."""

    choice: FrozenChoice
    position: int


def keep_answer(*, actor: Actor, question: Question, answer: Answer) -> int | None:
    """Write down what a buyer is shown, and let every card know: one INSERT. None for anybody who does not buy."""
    if actor.role not in BUYERS or actor.user_id is None or actor.organisation_id is None:
        return None
    now = clock.now()
    content = record_of(question, answer, at=now)
    if content is None:
        return None
    text, _hash = sealed(content)
    products = [card.product_id for card in answer.hits]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [actor.user_id, actor.organisation_id, now, products, text])
        kept = int(cursor.fetchone()[0])
    for card in answer.hits:
        card.shown_in = kept
    return kept


def choose(*, actor: Actor, product_id: int, quantity: int, shown_in: int | None = None) -> None:
    """Put a product into the basket, and remember the answer it was chosen from.

    `shown_in` is what the address said; an answer that is not the actor's own or did not show the product is not
    believed, and the line counts as chosen directly. Raises what `vendors.actions.put_into_basket` raises.
    """
    with transaction.atomic():
        put_into_basket(actor=actor, product_id=product_id, quantity=quantity)
        if shown_in is not None:
            _remember(actor, product_id, shown_in)


def _remember(actor: Actor, product_id: int, shown_in: int) -> None:
    own = ShownAnswer.objects.filter(user_id=actor.user_id or 0, organisation_id=actor.organisation_id or 0)
    shown = own.filter(pk=shown_in, products__contains=[product_id]).only("products").first()
    line = (
        Line.objects.filter(basket__owner_id=actor.user_id, basket__status=Basket.OPEN, product_id=product_id)
        .order_by("pk")
        .first()
    )
    if shown is None or line is None:
        return
    place = {"shown": shown, "position": shown.products.index(product_id) + 1}
    LineChoice.objects.update_or_create(line=line, defaults=place)


def freeze_choices(deed: Deed, *, basket: Any) -> dict[int, Chosen]:
    """Freeze the answers a basket's lines were chosen from, in the transaction of the order; by product id.

    One query when nothing was chosen from an answer, three otherwise. What is not in the result was chosen directly.
    """
    found = LineChoice.objects.filter(
        line__basket=basket, shown__organisation_id=deed.actor.organisation_id or 0
    )
    lines = list(found.select_related("shown").annotate(product=F("line__product_id")))
    if not lines:
        return {}
    answers = {line.shown_id: line.shown for line in lines}
    FrozenChoice.objects.bulk_create(
        [_frozen(deed, answers[key]) for key in sorted(answers)], ignore_conflicts=True
    )
    frozen = FrozenChoice.objects.in_bulk(list(answers), field_name="shown_id")
    return {line.product: Chosen(frozen[line.shown_id], line.position) for line in lines}


def _frozen(deed: Deed, shown: ShownAnswer) -> FrozenChoice:
    content = opened(shown.content)
    text, digest = sealed({**content, "organisation": shown.organisation_id, "log_size": shown.log_size})
    return FrozenChoice(
        shown_id=shown.pk,
        organisation_id=shown.organisation_id,
        at=deed.at,
        question=content["question"][:600],
        sha256=digest,
        content=text,
    )


def prune_answers() -> int:
    """Delete answers that led to nothing for longer than the dated parameter says; returns how many."""
    before = clock.now() - timedelta(days=int(parameter("search.shown_days").value))
    chosen = LineChoice.objects.values("shown_id")
    count, _each = ShownAnswer.objects.filter(at__lt=before).exclude(pk__in=chosen).delete()
    return count
