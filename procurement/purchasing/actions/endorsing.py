"""What a red flag asks of others: PA/KPA endorse as second officer, the auditor lets a held order go."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.workflow.door import doing, passing
from procurement.purchasing.actions.flagging import looked_again, write_flags
from procurement.purchasing.checks import said
from procurement.purchasing.flags.facts import APPROVAL
from procurement.purchasing.flags.looking import take_turns
from procurement.purchasing.models import Purchase


def endorse(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Endorse a flagged order as PA or KPA of its unit, with a reason; its PPK may then approve it.

    Raises Refused (door, guards, `reason_needed`).
    """
    with passing(Purchase, purchase_id, "endorse", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        purchase.endorser_id, purchase.endorser_user_id = actor.appointment_id, actor.user_id
        passage.facts.update(number=purchase.number, reason=_looked_into(reason))


def lift_hold(*, actor: Actor, purchase_id: int, reason: str, revision: int | None = None) -> None:
    """Let a held order go as an auditor of its region. Raises Refused (door, guards, `reason_needed`)."""
    with passing(Purchase, purchase_id, "lift_hold", actor=actor, revision=revision) as passage:
        passage.thing.on_hold = False
        passage.facts.update(number=passage.thing.number, reason=_looked_into(reason))


def keep_back(*, actor: Actor, purchase_id: int, justifications: Mapping[str, str]) -> None:
    """Keep what came up since submission, so that the order waits for PA/KPA or the auditor.

    A deed of its own: the approval that met it was refused and left nothing. Does nothing for an order that has moved
    on or in which nothing new stands out any more.
    """
    with doing(actor=actor) as deed:
        purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=purchase_id)
        if purchase.state != "AWAITING_PPK":
            return
        take_turns(purchase.organisation_id, purchase.ppk_user_id)
        verdict = looked_again(purchase, at=deed.at, said=justifications)
        if not (verdict.needs_second or verdict.held):
            return
        purchase.on_hold = purchase.on_hold or verdict.held
        if verdict.needs_second:  # endorsed before it was there: asked once more
            purchase.endorsement_needed = True
            purchase.endorser_id = purchase.endorser_user_id = None
        purchase.save(update_fields=["on_hold", "endorsement_needed", "endorser", "endorser_user"])
        write_flags(deed, purchase, verdict, moment=APPROVAL)


def _looked_into(reason: str) -> str:
    return said(reason, fix=_("Tuliskan apa yang Anda periksa dan mengapa pesanan ini dapat dilanjutkan."))
