"""Early ends of an order both had signed: only with a *berita acara*, and only while nothing sound is to be paid."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import issue
from procurement.planning.actions import uncommit
from procurement.purchasing.actions import said
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import papers


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


def reject_goods(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Reject all that arrived, sound or not: it goes back at the vendor's cost and the order is terminated."""
    with passing(Purchase, purchase_id, "reject_goods", actor=actor, revision=revision) as passage:
        returned = _("Seluruh barang ditolak dan dikembalikan atas biaya penyedia; tidak ada yang dibayar.")
        _end(passage, _("Pemutusan"), said(reason), returned, _sanction())


def _sanction() -> str:
    return _("Penyedia dapat dikenai sanksi sesuai ketentuan pembinaan penyedia.")


def _end(passage: Passage[Purchase], ending: str, ground: str, evaluation: str, consequences: str) -> None:
    """Free the committed money and write the *berita acara*, signed by the PPK."""
    purchase = passage.thing
    uncommit(passage, purchase.budget_line_id, purchase.total, reference=purchase.number)
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
    purchase.closing_reason, purchase.ended_at = ground, passage.at
    passage.facts.update(
        number=purchase.number, reason=ground, paper=paper.number, released_rupiah=purchase.total
    )
