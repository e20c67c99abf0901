"""Whom an entry about an order is news for: whoever must act next; at its end, both sides."""

from __future__ import annotations

from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from procurement.purchasing.addendum_moves import ADDENDUM
from procurement.purchasing.guards import DUTY_OF_ROLE, NAMED
from procurement.purchasing.models import Addendum, Purchase, Side
from procurement.purchasing.workflow import DELIVERY, PURCHASE, STATE_OF_STAGE, holders


def notice_recipients(entry: Entry) -> News | None:
    """The news an entry about an order is; None for one that changes nobody's turn."""
    if entry.act == "purchase.flag":
        return _of_flag(entry)
    state = entry.facts.get("state")
    if state is None:
        return None
    purchase = Purchase.objects.filter(pk=int(entry.aggregate_id)).first()
    if purchase is None:
        return None
    if PURCHASE.state(state).terminal:
        return News(_both_sides(purchase), purchase.get_absolute_url())
    turn = _turn(entry.act, state, purchase)
    recipients = tuple(recipient_of(purchase, role) for role in turn if role != Role.SYSTEM)
    if not recipients:
        return None
    return News(recipients, purchase.get_absolute_url(), _next_step(state, turn[0]))


def _of_flag(entry: Entry) -> News | None:
    """A flag is news to those who must answer for it: PA/KPA of the unit, or the region's auditors."""
    consequence = entry.facts.get("consequence")
    if consequence not in {"SECOND", "HOLD"}:
        return None
    purchase = Purchase.objects.get(pk=int(entry.aggregate_id))
    if consequence == "SECOND":
        asked = tuple(
            Recipient(organisation_id=purchase.organisation_id, role=str(role))
            for role in (Role.PA, Role.KPA)
        )
        return News(asked, purchase.get_absolute_url(), PURCHASE.move("endorse").label)
    overseers = (
        appointments_in_force()
        .filter(role=Role.AUDITOR, organisation__region_id=purchase.region_id)
        .order_by("organisation_id")
        .values_list("organisation_id", flat=True)
        .distinct()
    )
    asked = tuple(Recipient(organisation_id=pk, role=str(Role.AUDITOR)) for pk in overseers)
    return News(asked, purchase.get_absolute_url(), PURCHASE.move("lift_hold").label) if asked else None


def addendum_recipients(entry: Entry) -> News | None:
    """A proposal is news for the other side, its answer for who proposed."""
    addendum = Addendum.objects.select_related("purchase").filter(pk=int(entry.aggregate_id)).first()
    if addendum is None:
        return None
    purchase = addendum.purchase
    proposed = Role.VENDOR if addendum.side == Side.VENDOR else Role.PPK
    other = Role.PPK if proposed == Role.VENDOR else Role.VENDOR
    asked = entry.act in {"addendum.propose", "addendum.withdraw"}
    step = ADDENDUM.move("agree").label if entry.act == "addendum.propose" else ""
    return News((recipient_of(purchase, other if asked else proposed),), purchase.get_absolute_url(), step)


def _turn(act: str, state: str, purchase: Purchase) -> tuple[Role, ...]:
    """Who is to act next."""
    if act == "purchase.amend":
        return ()
    if act == "purchase.sign_bast":
        return (Role.VENDOR,)
    if act in {"purchase.inspect", "purchase.accept_short"}:
        return (Role.PPK,)
    if state == "NEGOTIATING":
        buyer = Role.PP if purchase.pp_user_id is not None else Role.PPK
        return (buyer,) if purchase.last_round_by == Side.VENDOR else (Role.VENDOR,)
    return holders(state)


def recipient_of(purchase: Purchase, role: Role) -> Recipient:
    """A person where the order names one, else whoever holds the office."""
    duty = DUTY_OF_ROLE.get(role)
    if duty in NAMED:
        return Recipient(user_id=getattr(purchase, f"{duty}_user_id"))
    own = purchase.vendor_organisation_id if role == Role.VENDOR else purchase.organisation_id
    return Recipient(organisation_id=own, role=str(role))


def _both_sides(purchase: Purchase) -> tuple[Recipient, ...]:
    """The buyer in person, and the vendor if it ever heard of the order."""
    buyer = Recipient(user_id=purchase.pp_user_id or purchase.ppk_user_id)
    heard = purchase.approved_at is not None or purchase.negotiated
    return (buyer, recipient_of(purchase, Role.VENDOR)) if heard else (buyer,)


def _next_step(state: str, role: Role) -> str:
    stage = {rolled: code for code, rolled in STATE_OF_STAGE.items()}.get(state)
    table, code = (PURCHASE, state) if stage is None else (DELIVERY, stage)
    steps = (
        each.label for each in table.moves if code in each.sources and each.primary and role in each.roles
    )
    return next(steps, "")
