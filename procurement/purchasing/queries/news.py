"""Whom an entry about an order is news for: whoever holds its next step, and at its end those who began it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.roles import BUYING, Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import PURCHASE, holders

_DUTIES = {
    Role.PP: "pp_user_id",
    Role.PPK: "ppk_user_id",
    Role.RECEIVER: "receiver_user_id",
    Role.PPK_SKPD: "verifier_user_id",
    Role.TREASURER: "treasurer_user_id",
}
"""Duties of an order that name one person; everybody else is reached by office."""


def notice_recipients(entry: Entry) -> News | None:
    """Who should hear of an entry about an order; None when it did not move the order or nobody waits."""
    state = entry.facts.get("state")
    if not entry.act.startswith("purchase.") or state is None:
        return None
    purchase = Purchase.objects.get(pk=entry.aggregate_id)
    ended = PURCHASE.state(state).terminal
    roles = _ended_for(purchase) if ended else _next(purchase, state)
    recipients = tuple(_recipient(purchase, role) for role in roles if role != Role.SYSTEM)
    if not recipients:
        return None
    steps = [move.label for move in PURCHASE.moves if state in move.sources and move.primary]
    return News(
        recipients, purchase.get_absolute_url(), "" if ended else _(" atau ").join(dict.fromkeys(steps))
    )


def _next(purchase: Purchase, state: str) -> tuple[Role, ...]:
    if state == "INSPECTED":  # the BAST waits for the PPK first, then for the vendor
        return (Role.VENDOR if purchase.bast_ppk_at else Role.PPK,)
    return holders(state)


def _ended_for(purchase: Purchase) -> tuple[Role, ...]:
    buyer = Role.PP if purchase.pp_user_id else Role.PPK
    return (buyer, Role.VENDOR) if purchase.approved_at else (buyer,)


def _recipient(purchase: Purchase, role: Role) -> Recipient:
    person: int | None = getattr(purchase, _DUTIES[role]) if role in _DUTIES else None
    if person is not None:
        return Recipient(user_id=person)
    organisation = purchase.organisation_id if role in BUYING else purchase.vendor_organisation_id
    return Recipient(organisation_id=organisation, role=role.value)
