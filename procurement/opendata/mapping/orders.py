"""Orders, each read once for all its sections: what was agreed version by version, and how it was fulfilled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Subquery, Sum

from marketplace.regulation.models import Region
from procurement.competition.models import Award
from procurement.fulfilment.models import ReceiptLine
from procurement.opendata import identity
from procurement.opendata.identity import PartyName
from procurement.opendata.mapping.values import rupiah
from procurement.purchasing.models import Agreement, Delivery, DeliveryLine, Purchase, PurchaseLine

OF_VENDOR: Final[Mapping[str, Any]] = {
    "nib": F("vendor__nib"),
    "place_code": F("vendor__place_code"),
    "vendor_name": F("vendor__organisation__name"),
}
"""What is read of a vendor, beside the row that names it."""
_OF_DELIVERY: Final = (
    "pk",
    "purchase_id",
    "position",
    "title",
    "stage",
    "since",
    "needed_by",
    "bast_number",
    "bast_vendor_at",
    "accepted_total",
    "deemed",
)


@dataclass(frozen=True, slots=True)
class Seller:
    """The vendor of an order or an offer: its party name, where it is, and its size on that day."""

    name: PartyName
    place_code: str
    size: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order with its lines, its agreements by version, its seller, its deliveries, and what it was won by.

    `deliveries` are told without their addresses, `whole` where all of one was accepted; `receipts` are the delivery,
    the moment and the sound units of every count. `contest` is the number of the competition and `bid` its offer's
    id; both empty where one vendor alone was asked.
    """

    purchase: Purchase
    lines: Mapping[int, PurchaseLine]
    agreements: Sequence[Agreement]
    seller: Seller
    deliveries: Sequence[Mapping[str, Any]]
    receipts: Sequence[tuple[int, datetime, int]]
    contest: str
    bid: str

    @property
    def ocid(self) -> str:
        """Its process: the competition it was won in, else its own."""
        return identity.process(self.contest or self.purchase.number)

    @property
    def buyer(self) -> PartyName:
        """The working unit."""
        return identity.unit(self.purchase.organisation, self.purchase.region)

    def agreed(self, by: datetime | None = None) -> Agreement:
        """What was agreed `by` a moment; the newest version when left out."""
        known = [each for each in self.agreements if by is None or each.at <= by]
        return known[-1] if known else self.agreements[0]

    def items(self, agreement: Agreement) -> list[dict[str, Any]]:
        """The agreed items; unit values are before tax."""
        return [
            self._item(self.lines[told["line"]], told["quantity"], told["price_rupiah"])
            for told in agreement.terms["lines"]
        ]

    def offered_items(self) -> list[dict[str, Any]]:
        """What was asked for at the beginning, at the prices of the catalogue."""
        return [
            self._item(self.lines[told["line"]], told["quantity"], told["list_price_rupiah"])
            for told in self.agreements[0].terms["lines"]
        ]

    def _item(self, line: PurchaseLine, quantity: int, price: int) -> dict[str, Any]:
        item: dict[str, Any] = {
            "id": f"{self.purchase.number}-{line.position}",
            "description": f"{line.title} · {line.milestone}" if line.milestone else line.title,
            "quantity": quantity,
            "unit": {"name": line.unit, "value": rupiah(price)},
        }
        if line.kbki_code:
            item["classification"] = {"scheme": "KBKI", "id": line.kbki_code}
        return item

    def shares(self, agreement: Agreement) -> dict[str, Any]:
        """What counts for the targets of domestic products (PDN) and small enterprises (UMK), before tax."""
        domestic = sum(
            told["quantity"] * told["price_rupiah"]
            for told in agreement.terms["lines"]
            if self.lines[told["line"]].is_pdn
        )
        small = agreement.price_total if self.purchase.umk_value else 0
        return {"nilaiPDN": rupiah(domestic), "nilaiUMK": rupiah(small)}


def read_orders(ids: Collection[int]) -> dict[int, Order]:
    """Orders by id. Seven queries for any number of them, none for none."""
    if not ids:
        return {}
    won = Award.objects.filter(purchase=OuterRef("pk"))
    found = (
        Purchase.objects.filter(pk__in=ids)
        .select_related("package__region", "region", "organisation")
        .prefetch_related("lines", "agreements", "package__lines")
        .annotate(
            **OF_VENDOR,
            contest=Subquery(won.values("competition__number")[:1]),
            bid=Subquery(won.values("offer_id")[:1]),
        )
    )
    deliveries, receipts = _deliveries(ids), _receipts(ids)
    return {
        purchase.pk: Order(
            purchase,
            {line.pk: line for line in purchase.lines.all()},
            list(purchase.agreements.all()),
            seller(purchase, purchase.region),
            deliveries[purchase.pk],
            receipts[purchase.pk],
            contest=purchase.contest or "",
            bid=str(purchase.bid or ""),
        )
        for purchase in found
    }


def _deliveries(ids: Collection[int]) -> Mapping[int, list[dict[str, Any]]]:
    missing = DeliveryLine.objects.filter(delivery=OuterRef("pk")).exclude(accepted__gte=F("quantity"))
    rows = Delivery.objects.filter(purchase__in=ids).annotate(whole=~Exists(missing)).order_by("position")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for told in rows.values(*_OF_DELIVERY, "whole"):
        found[told["purchase_id"]].append(told)
    return found


def _receipts(ids: Collection[int]) -> Mapping[int, list[tuple[int, datetime, int]]]:
    shipment = "receipt__shipment"
    rows = ReceiptLine.objects.filter(**{f"{shipment}__purchase__in": ids}).values_list(
        f"{shipment}__purchase", f"{shipment}__delivery", "receipt__received_at"
    )
    found: dict[int, list[tuple[int, datetime, int]]] = defaultdict(list)
    for purchase, delivery, at, good in rows.annotate(Sum("good")):
        found[purchase].append((delivery, at, good))
    return found


def seller(row: Any, region: Region) -> Seller:
    """The vendor of an order or an offer that was read with OF_VENDOR."""
    return Seller(identity.supplier(row.nib, row.vendor_name, region), row.place_code, row.vendor_size)
