"""Early ends of an order both had signed: only with a *berita acara*, and only while nothing sound is to be paid."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import issue
from procurement.fulfilment.actions.inspection import decide
from procurement.fulfilment.models import Decision
from procurement.planning.actions import uncommit
from procurement.purchasing.actions import said, set_stage, stepping
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.queries import papers
from procurement.purchasing.workflow import UNDER_WAY


def stop(
    *, actor: Actor, purchase_id: int, reason: str, evaluation: str, revision: int | None = None
) -> None:
    """Stop an order without fault (*penghentian*), such as for force majeure.

    Raises Refused `work_done` when sound goods were received: those are accepted and paid first.
    """
    with passing(Purchase, purchase_id, "stop", actor=actor, revision=revision) as passage:
        passage.facts["evaluation"] = said(evaluation)
        _end(passage, _("Penghentian"), said(reason), said(evaluation), _("Para pihak tidak dikenai sanksi."))


def terminate(
    *, actor: Actor, purchase_id: int, reason: str, evaluation: str, revision: int | None = None
) -> None:
    """Terminate an order for the vendor's default (*pemutusan*). Raises Refused `work_done` as `stop` does."""
    with passing(Purchase, purchase_id, "terminate", actor=actor, revision=revision) as passage:
        passage.facts["evaluation"] = said(evaluation)
        _end(passage, _("Pemutusan"), said(reason), said(evaluation), _sanction())


def reject_goods(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    delivery_id: int | None = None,
    revision: int | None = None,
) -> None:
    """Reject all that arrived with a delivery, sound or not: it goes back at the vendor's cost.

    Without another delivery the order is terminated.
    """
    step = stepping(purchase_id, "reject_goods", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        returned = _("Seluruh barang ditolak dan dikembalikan atas biaya penyedia; tidak ada yang dibayar.")
        passage.arrive("TERMINATED")
        decide(passage, delivery, Decision.Kind.REJECT, reason)
        _end(passage, _("Pemutusan"), said(reason), returned, _sanction(), only=delivery)


def _sanction() -> str:
    return _("Penyedia dapat dikenai sanksi sesuai ketentuan pembinaan penyedia.")


def _end(
    passage: Passage[Purchase],
    ending: str,
    ground: str,
    evaluation: str,
    consequences: str,
    *,
    only: Delivery | None = None,
) -> None:
    """Drop what is under way (`only` one delivery, or all), free its money, write the *berita acara* of the PPK.

    What was accepted before stays owed; the order then goes on to its payment.
    """
    purchase = passage.thing
    under_way = purchase.deliveries.filter(stage__in=UNDER_WAY).select_related("purchase")
    dropped = [only] if only is not None else list(under_way)
    last = not under_way.exclude(pk__in=[each.pk for each in dropped]).exists()
    for delivery in dropped:
        set_stage(delivery, "DROPPED", at=passage.at)
    released = purchase.total - (purchase.accepted_total or 0) if last else 0
    if released:
        uncommit(passage, purchase.budget_line_id, released, reference=purchase.number)
    facts = {
        **papers.after_order(purchase, at=passage.at),
        "ppk": papers.officer(papers.ppk_of(purchase)),
        "ending": ending,
        "ground": ground,
        "warnings": [],
        "evaluation": evaluation,
        "value_to_pay": 0,
        "consequences": consequences,
    }
    signed = papers.signature_of_ppk(purchase, passage.at)
    paper = issue(passage, "ba_pembatalan", facts, subject=purchase, signatories=[signed])
    if last:
        purchase.closing_reason = ground
        if purchase.accepted_total is None:
            purchase.ended_at = passage.at
        else:
            passage.arrive("ACCEPTED")
    passage.facts.update(number=purchase.number, reason=ground, paper=paper.number, released_rupiah=released)
