"""Orders and addenda as things with deadlines: who holds one, for reminders and for the page of deadlines."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.purchasing.actions.clockwork import carry_deliveries
from procurement.purchasing.models import Addendum, Purchase, Side
from procurement.purchasing.queries.holders import held_by, with_deliveries
from procurement.purchasing.queries.news import recipient_of
from procurement.purchasing.queries.orders import purchases_of


def standing(purchase: Purchase) -> Standing:
    """Who holds an order and what it is called. No query for orders of `reach`."""
    named = ((Role.PP, purchase.pp_user_id), (Role.PPK, purchase.ppk_user_id))
    return Standing(
        holders=tuple(Office(role, recipient_of(purchase, role)) for role in held_by(purchase)),
        label=_("Pesanan %(number)s") % {"number": purchase.number},
        url=purchase.get_absolute_url(),
        organisation_id=purchase.organisation_id,
        buyers=tuple(Office(role, Recipient(user_id=user)) for role, user in named if user is not None),
    )


def addendum_standing(addendum: Addendum) -> Standing:
    """Who answers a proposed addendum: the side that did not propose it. No query for addenda of `addenda_reach`."""
    purchase = addendum.purchase
    told = standing(purchase)
    answers = Role.PPK if addendum.side == Side.VENDOR else Role.VENDOR
    return Standing(
        holders=(Office(answers, recipient_of(purchase, answers)),),
        label=_("Adendum %(n)d pesanan %(number)s") % {"n": addendum.number, "number": purchase.number},
        url=told.url,
        organisation_id=told.organisation_id,
        buyers=told.buyers,
    )


def addenda_reach(actor: Actor) -> QuerySet[Addendum]:
    """The addenda whose deadlines `actor` may see: those of the orders in sight."""
    return _with_order(Addendum.objects.filter(purchase__in=purchases_of(actor)))


def _with_order(found: QuerySet[Addendum]) -> QuerySet[Addendum]:
    return found.select_related("purchase")


def reach(actor: Actor) -> QuerySet[Purchase]:
    """The orders whose deadlines `actor` may see."""
    return with_deliveries(purchases_of(actor))


SOURCE = Source(
    Purchase,
    standing,
    reach,
    complete=with_deliveries,
    by_clock=frozenset({"lapse", "close"}),
    carry=carry_deliveries,
)

ADDENDUM_SOURCE = Source(
    Addendum, addendum_standing, addenda_reach, complete=_with_order, by_clock=frozenset({"lapse"})
)
