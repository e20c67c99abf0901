"""Whom an entry about an order is news for: whoever must act next; at its end, both sides."""

from __future__ import annotations

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from procurement.purchasing.guards import DUTY_OF_ROLE, NAMED
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import PURCHASE, holders


def notice_recipients(entry: Entry) -> News | None:
    """The news an entry about an order is; None for one that changes nobody's turn."""
    state = entry.facts.get("state")
    if state is None:
        return None
    purchase = Purchase.objects.filter(pk=int(entry.aggregate_id)).first()
    if purchase is None:
        return None
    if PURCHASE.state(state).terminal:
        return News(_both_sides(purchase), purchase.get_absolute_url())
    turn = (Role.VENDOR,) if entry.act == "purchase.sign_bast" else holders(state)
    if entry.act == "purchase.inspect" or entry.act == "purchase.accept_short":
        turn = (Role.PPK,)
    recipients = tuple(_recipient(purchase, role) for role in turn if role != Role.SYSTEM)
    if not recipients:
        return None
    return News(recipients, purchase.get_absolute_url(), _next_step(state, turn[0]))


def _recipient(purchase: Purchase, role: Role) -> Recipient:
    """A person where the order names one, else whoever holds the office."""
    duty = DUTY_OF_ROLE.get(role)
    if duty in NAMED:
        return Recipient(user_id=getattr(purchase, f"{duty}_user_id"))
    own = purchase.vendor_organisation_id if role == Role.VENDOR else purchase.organisation_id
    return Recipient(organisation_id=own, role=str(role))


def _both_sides(purchase: Purchase) -> tuple[Recipient, ...]:
    """The buyer in person, and the vendor if it ever heard of the order."""
    buyer = Recipient(user_id=purchase.pp_user_id or purchase.ppk_user_id)
    return (buyer, _recipient(purchase, Role.VENDOR)) if purchase.approved_at else (buyer,)


def _next_step(state: str, role: Role) -> str:
    primary = (
        each.label for each in PURCHASE.moves if state in each.sources and each.primary and role in each.roles
    )
    return next(primary, "")
