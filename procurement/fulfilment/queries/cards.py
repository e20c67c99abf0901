"""What an order's page shows of its deliveries: a card for each, with its own steps, counts, pictures and papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from marketplace.accounts.actors import Actor
from procurement.fulfilment.models import Discrepancy, Evidence, Shipment, WarningLetter
from procurement.fulfilment.queries.deliveries import evidence_of, shipments_of
from procurement.fulfilment.steps import buttons_of
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase
from procurement.purchasing.queries import Panel, delivery_holders, in_words
from procurement.purchasing.workflow import AWAITING, DELIVERY


@dataclass(slots=True)
class Card:
    """One delivery as the page shows it."""

    delivery: Delivery
    holder: str
    buttons: list[dict[str, Any]]
    lines: list[DeliveryLine] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    discrepancies: list[Discrepancy] = field(default_factory=list)
    pictures: list[Evidence] = field(default_factory=list)


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """The cards of an order's deliveries; nothing before it runs, or before the first shipment of a single one."""
    deliveries = list(purchase.deliveries.all())
    if purchase.state in AWAITING or (len(deliveries) == 1 and purchase.shipped_at is None):
        return None
    cards = {each.pk: _card(actor, purchase, each, several=len(deliveries) > 1) for each in deliveries}
    if len(deliveries) > 1:
        lines = DeliveryLine.objects.filter(delivery__in=deliveries).select_related("line")
        for line in lines.order_by("line__position"):
            cards[line.delivery_id].lines.append(line)
    for shipment in shipments_of(purchase):
        cards[shipment.delivery_id].shipments.append(shipment)
    reported = Discrepancy.objects.filter(delivery__in=deliveries).select_related("comment", "decision")
    for each in reported.order_by("position"):
        cards[each.delivery_id].discrepancies.append(each)
    for picture in evidence_of(purchase):
        cards[picture.delivery_id or deliveries[0].pk].pictures.append(picture)
    _one_primary(list(cards.values()))
    letters = list(WarningLetter.objects.filter(purchase=purchase))
    return Panel(
        "fulfilment/panel.html",
        {"cards": list(cards.values()), "several": len(deliveries) > 1, "letters": letters},
    )


def _card(actor: Actor, purchase: Purchase, delivery: Delivery, *, several: bool) -> Card:
    ended = DELIVERY.state(delivery.stage).terminal
    signed = delivery.bast_ppk_at is not None
    holder = "" if ended else in_words(delivery_holders(delivery.stage, signed=signed))
    return Card(delivery, holder, buttons_of(actor, purchase, delivery) if several else [])


def _one_primary(cards: list[Card]) -> None:
    """The first plain step on the page leads; a screen has one leading button."""
    steps = (each for card in cards for each in card.buttons)
    for step in steps:
        if step["move"].primary and not step["move"].danger:
            step["primary"] = True
            return
