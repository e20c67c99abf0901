"""Price strategies: whole rupiah from the stock record at hand, without a query a line.

Tax is not the shop's business: PPN, PBJT and the withheld taxes are worked out per purchase by the room
`procurement.settlement`, from dated rules. To Oscar every price is therefore net of tax with a known tax of zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from oscar.apps.partner import availability, prices
from oscar.apps.partner.strategy import Base, PurchaseInfo

from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused

CURRENCY = "IDR"
# Oscar keeps amounts in numeric(12,2): ten digits before the comma.
CEILING = 9_999_999_999


def storable(amount: int, what: str) -> int:
    """`amount` (rupiah) if Oscar's tables can hold it; raises Refused `above_ceiling` otherwise, naming `what`."""
    if amount > CEILING:
        raise Refused(
            "above_ceiling",
            _("%(what)s %(amount)s melebihi batas sistem %(ceiling)s.")
            % {"what": what, "amount": rupiah(amount), "ceiling": rupiah(CEILING)},
            fix=_("Bagi menjadi beberapa pesanan menurut tahap pekerjaan, atau pakai jalur tender."),
        )
    return amount


def fixed_price(amount: int) -> prices.FixedPrice:
    """A price of `amount` whole rupiah, net of tax."""
    return prices.FixedPrice(currency=CURRENCY, excl_tax=Decimal(amount), tax=Decimal(0))


class RupiahStrategy(Base):
    """The live price and availability of a product: those of its only stock record."""

    def fetch_for_product(self, product: Any, stockrecord: Any = None) -> PurchaseInfo:
        """Price and availability of `product`; the stock record is looked up only when none is given."""
        record = stockrecord or next(iter(product.stockrecords.all()), None)
        return self._info(record)

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> PurchaseInfo:
        """Price and availability of a basket line, from the record the line already carries."""
        return self._info(stockrecord or line.stockrecord)

    def _info(self, record: Any) -> PurchaseInfo:
        if record is None or record.price is None:
            return PurchaseInfo(prices.Unavailable(), availability.Unavailable(), record)
        # A record without a number in stock is work made to order: capacity is agreed with the vendor.
        tracked = record.num_in_stock is not None
        available = (
            availability.StockRequired(record.net_stock_level) if tracked else availability.Available()
        )
        return PurchaseInfo(fixed_price(int(record.price)), available, record)


class AgreedPriceStrategy(Base):
    """The prices a purchase was approved at, by stock record id; the live price is never looked at."""

    def __init__(self, agreed: Mapping[int, int]) -> None:
        super().__init__(None)
        self.agreed = agreed

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> PurchaseInfo:
        """The agreed price of a line; KeyError for a line that was never agreed."""
        record = stockrecord or line.stockrecord
        return PurchaseInfo(fixed_price(self.agreed[record.pk]), availability.Available(), record)


class Selector:
    """Oscar asks here for the strategy of a request; every buyer pays the same price."""

    def strategy(self, request: HttpRequest | None = None, user: Any = None, **kwargs: Any) -> RupiahStrategy:
        """The live-price strategy."""
        return RupiahStrategy(request)
