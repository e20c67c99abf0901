"""An order, read once for all its sections: what was agreed version by version, and the competition it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, Subquery

from procurement.competition.models import Award
from procurement.opendata import identity
from procurement.opendata.identity import PartyName
from procurement.opendata.mapping.values import rupiah
from procurement.purchasing.models import Agreement, Delivery, DeliveryLine, Purchase, PurchaseLine
from vendors.models import Vendor

_OF_VENDOR = ("nib", "place_code", "organisation__name")
_OF_DELIVERY = (
    "pk",
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
    """One order with its lines, its agreements by version, its seller, and what it was won by.

    `contest` is the number of the competition and `bid` its offer's id; both empty where one vendor alone was asked.
    """

    purchase: Purchase
    lines: Mapping[int, PurchaseLine]
    agreements: Sequence[Agreement]
    seller: Seller
    contest: str
    bid: str

    @classmethod
    def read(cls, purchase_id: int) -> Self:
        """The order of that id. Three queries. Raises Purchase.DoesNotExist."""
        won = Award.objects.filter(purchase=OuterRef("pk"))
        purchase = (
            Purchase.objects.select_related("package__region", "region", "organisation")
            .annotate(
                nib=F("vendor__nib"),
                place_code=F("vendor__place_code"),
                vendor_name=F("vendor__organisation__name"),
                contest=Subquery(won.values("competition__number")[:1]),
                bid=Subquery(won.values("offer_id")[:1]),
            )
            .get(pk=purchase_id)
        )
        name = identity.supplier(purchase.nib, purchase.vendor_name, purchase.region)
        return cls(
            purchase,
            {line.pk: line for line in purchase.lines.all()},
            list(purchase.agreements.all()),
            Seller(name, purchase.place_code, purchase.vendor_size),
            contest=purchase.contest or "",
            bid=str(purchase.bid or ""),
        )

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

    def deliveries(self) -> list[dict[str, Any]]:
        """Its deliveries without their addresses; `whole` where all of it was accepted. One query."""
        missing = DeliveryLine.objects.filter(delivery=OuterRef("pk")).exclude(accepted__gte=F("quantity"))
        found = Delivery.objects.filter(purchase=self.purchase).annotate(whole=~Exists(missing))
        return list(found.order_by("position").values(*_OF_DELIVERY, "whole"))


def seller(vendor_id: int, size: str, region: Any) -> Seller:
    """A vendor's public names. One query."""
    nib, place_code, name = Vendor.objects.values_list(*_OF_VENDOR).get(pk=vendor_id)
    return Seller(identity.supplier(nib, name, region), place_code, size)
