"""On the page of an order that a competition led to: which one, and at what rank it won."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from procurement.competition.models import Award
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import Panel


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """The competition behind an order, for both parties and the auditor. One query; none for a basket."""
    if purchase.basket_since is not None:
        return None
    awards = list(Award.objects.filter(purchase=purchase).select_related("competition", "line", "offer"))
    return Panel("competition/panel.html", {"awards": awards}) if awards else None
