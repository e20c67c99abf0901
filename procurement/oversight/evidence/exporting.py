"""Taking a pack away: papers hold names and addresses, so the log says who took which."""

from __future__ import annotations

from hashlib import sha256

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.workflow.door import doing
from procurement.oversight.evidence.acts import EXPORTED
from procurement.oversight.evidence.pack import pack_of
from procurement.purchasing.queries import get_purchase_for

KIND = "evidence_pack"
"""The log's kind: what was taken of an order is told beside the order's own story, which it must not change."""


def export_pack(*, actor: Actor, number: str, purpose: str) -> bytes:
    """The evidence pack of an order, for the region's auditor, who has said for what.

    Raises Purchase.DoesNotExist for another region's order; Refused `wrong_role`, `evidence.waiting`.
    """
    actor.require(Role.AUDITOR)
    purchase = get_purchase_for(actor, number)
    data = pack_of(str(purchase.pk))
    with doing(actor=actor) as deed:
        facts = {
            "number": purchase.number,
            "sha256": sha256(data).hexdigest(),
            "bytes": len(data),
            "reason": purpose,
        }
        deed.record(EXPORTED, (KIND, str(purchase.pk)), facts)
    return data
