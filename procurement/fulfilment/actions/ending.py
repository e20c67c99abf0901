"""Early ends of an order both had signed: only with a *berita acara*, in which the work done is judged and paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.oscar.stock import return_stock
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Passage, passing
from procurement.documents.actions import issue
from procurement.documents.queries import officer
from procurement.fulfilment import grounds
from procurement.fulfilment.actions.inspection import decide
from procurement.fulfilment.actions.valuation import Valued, owe_valued, valuation_facts, valued_work
from procurement.fulfilment.models import Decision, WarningLetter
from procurement.fulfilment.queries import undelivered_of
from procurement.planning.actions import uncommit
from procurement.purchasing.actions import said, set_stage, stepping
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.queries import papers
from procurement.purchasing.workflow import UNDER_WAY
from vendors.queries import violations


def warn(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> WarningLetter:
    """Write a *surat peringatan* to the vendor of a running order. Raises Refused."""
    assert actor.user_id is not None  # only people warn
    with passing(Purchase, purchase_id, "warn", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        letter = WarningLetter.objects.create(
            purchase=purchase,
            position=purchase.warning_letters.count() + 1,
            reason=said(reason),
            issued_at=passage.at,
            by_id=actor.user_id,
        )
        passage.arrive(purchase.state)
        passage.facts.update(number=purchase.number, reason=letter.reason, letter=letter.position)
    return letter


def stop(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    evaluation: str,
    ground: str = "",
    valued: Mapping[int, int] | None = None,
    revision: int | None = None,
) -> None:
    """Stop an order without fault (*penghentian*), such as for force majeure.

    `ground` is one of `grounds.STOP`; `valued` percent by line id of service work done though not delivered whole:
    its worth is owed. Raises Refused `work_done` when sound goods were received: those are accepted and paid first;
    `valued_goods`, `valued_percent`.
    """
    with passing(Purchase, purchase_id, "stop", actor=actor, revision=revision) as passage:
        passage.facts["evaluation"] = said(evaluation)
        told = grounds.in_words(grounds.STOP, ground, said(reason))
        words = {
            "ending": _("Penghentian"),
            "evaluation": said(evaluation),
            "consequences": _("Para pihak tidak dikenai sanksi."),
        }
        _end(passage, told, words, valued=valued)


def terminate(
    *,
    actor: Actor,
    purchase_id: int,
    reason: str,
    evaluation: str,
    ground: str = "",
    valued: Mapping[int, int] | None = None,
    revision: int | None = None,
) -> None:
    """Terminate an order for the vendor's default (*pemutusan*); the sanction of the dated rule is proposed.

    Raises Refused `not_warned` before as many warning letters as the dated rule asks, and those of `stop`.
    """
    with passing(Purchase, purchase_id, "terminate", actor=actor, revision=revision) as passage:
        _warned_before(passage.thing, ground)
        passage.facts["evaluation"] = said(evaluation)
        told = grounds.in_words(grounds.TERMINATE, ground, said(reason))
        words = {"ending": _("Pemutusan"), "evaluation": said(evaluation), **_sanction(passage)}
        _end(passage, told, words, valued=valued)


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
        words = {"ending": _("Pemutusan"), "evaluation": returned, **_sanction(passage)}
        _end(passage, said(reason), words, only=delivery)
        decide(passage, delivery, Decision.Kind.REJECT, reason)


def _warned_before(purchase: Purchase, ground: str) -> None:
    """No termination without a warning; fraud alone needs none."""
    rule = parameter("termination.warnings_before", region_id=purchase.region_id)
    given = purchase.warning_letters.count()
    if ground != "fraud" and given < int(rule.value):
        raise Refused(
            "not_warned",
            _("Pemutusan didahului paling sedikit %(n)d surat peringatan; baru ada %(given)d.")
            % {"n": int(rule.value), "given": given},
            rule=rule.legal_basis,
            fix=_("Beri surat peringatan dahulu dari halaman pesanan, lalu beri waktu untuk memenuhinya."),
        )


def _sanction(passage: Passage[Purchase]) -> dict[str, str]:
    """The sanction the vendor register is asked to look into: proposed by the dated rule, decided elsewhere."""
    code = str(parameter("termination.sanction", region_id=passage.thing.region_id).value)
    violation = violations()[code]
    passage.facts["sanction_proposed"] = code
    return {
        "consequences": _("Penyedia dapat dikenai sanksi sesuai ketentuan pembinaan penyedia."),
        "blacklist": f"{violation.label} ({violation.rule})",
    }


def _warnings(purchase: Purchase) -> list[str]:
    return [
        _("Peringatan %(n)d, %(day)s: %(reason)s")
        % {
            "n": each.position,
            "day": date_format(each.issued_at.astimezone(clock.JAKARTA), "j F Y"),
            "reason": each.reason,
        }
        for each in purchase.warning_letters.all()
    ]


def _end(
    passage: Passage[Purchase],
    ground: str,
    words: Mapping[str, str],
    *,
    only: Delivery | None = None,
    valued: Mapping[int, int] | None = None,
) -> None:
    """Drop what is under way (`only` one delivery, or all), free its money, write the *berita acara* of the PPK.

    What was accepted before, and the work now judged done, stays owed; the order then goes on to its payment.
    """
    purchase = passage.thing
    under_way = purchase.deliveries.filter(stage__in=UNDER_WAY).select_related("purchase")
    dropped = [only] if only is not None else list(under_way)
    last = not under_way.exclude(pk__in=[each.pk for each in dropped]).exists()
    work = valued_work(purchase, dropped, valued or {})
    owed = owe_valued(passage, work) if work else 0
    for delivery in dropped:
        set_stage(delivery, "DROPPED", at=passage.at)
    released = purchase.total - (purchase.accepted_total or 0) if last else 0
    if released:
        uncommit(passage, purchase.budget_line_id, released, reference=purchase.number)
    return_stock(each for delivery in dropped for each in undelivered_of(delivery))
    paper = issue(
        passage,
        "ba_pembatalan",
        _ba_facts(passage, ground, words, work, owed),
        subject=purchase,
        signatories=[papers.signature_of_ppk(purchase, passage.at)],
    )
    if last:
        _conclude(passage, ground, paper.number)
    passage.facts.update(
        number=purchase.number, reason=ground, paper=paper.number, released_rupiah=released, owed_rupiah=owed
    )


def _conclude(passage: Passage[Purchase], ground: str, paper: str) -> None:
    """The order's own end: over, or on to the payment of what is owed."""
    purchase = passage.thing
    purchase.closing_reason = ground
    if purchase.accepted_total is None:
        purchase.ended_at = passage.at
        return
    # where no BAST was signed, the berita acara is what makes the work owed
    purchase.bast_ppk_at = purchase.bast_ppk_at or passage.at
    purchase.bast_vendor_at = purchase.bast_vendor_at or passage.at
    purchase.bast_number = purchase.bast_number or paper
    purchase.late_days, purchase.penalty = purchase.late_days or 0, purchase.penalty or 0
    passage.arrive("ACCEPTED")


def _ba_facts(
    passage: Passage[Purchase], ground: str, words: Mapping[str, str], work: list[Valued], owed: int
) -> dict[str, Any]:
    purchase = passage.thing
    return {
        **papers.after_order(purchase, at=passage.at),
        **words,
        **valuation_facts(purchase, work, owed),
        "ppk": officer(papers.ppk_of(purchase)),
        "ground": ground,
        "warnings": _warnings(purchase),
        "value_to_pay": owed,
    }
