"""Oscar's order, written once, when a purchase is agreed: the agreed prices, never the live ones.

The order is a mirror for Oscar's world (order history, exports); truth about state and money is the purchase's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from oscar.apps.order.utils import OrderCreator
from oscar.core.loading import get_model

from marketplace.core.transitions import Refused

from .pricing import fixed_price, storable

Basket = get_model("basket", "Basket")
BasketLine = get_model("basket", "Line")
Line = get_model("order", "Line")
LinePrice = get_model("order", "LinePrice")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """One agreed line: what, how many, at which unit price (whole rupiah, net of tax)."""

    stockrecord_id: int
    quantity: int
    unit_price: int
    title: str

    @property
    def total(self) -> int:
        """Line total in rupiah."""
        return self.quantity * self.unit_price


class _Delivery:
    """Stands where Oscar wants a shipping method: delivery is agreed in the purchase."""

    name = "Sesuai Surat Pesanan"
    code = "surat-pesanan"


class AgreedOrderCreator(OrderCreator):
    """Oscar's creator with stock left alone (it was reserved under lock) and lines written in bulk."""

    def update_stock_records(self, line: Any) -> None:
        """Nothing: `marketplace.oscar.stock.reserve_stock` has set the pieces aside already."""

    def place_agreed(self, *, number: str, user: Any, lines: Sequence[AgreedLine]) -> Any:
        """Write order, lines and line prices: a fixed number of queries, whatever the number of lines."""
        total = storable(sum(line.total for line in lines), _("Jumlah pesanan"))
        records = {
            record.pk: record
            for record in StockRecord.objects.select_related("partner", "product").filter(
                pk__in=[line.stockrecord_id for line in lines]
            )
        }
        if not lines or len(records) != len({line.stockrecord_id for line in lines}):
            raise Refused("listing_gone", _("Salah satu produk dalam pesanan tidak ada lagi."))
        order = self.create_order_model(
            user=user,
            basket=None,
            shipping_address=None,
            shipping_method=_Delivery,
            shipping_charge=fixed_price(0),
            billing_address=None,
            total=fixed_price(total),
            order_number=number,
            status=settings.OSCAR_INITIAL_ORDER_STATUS,
        )
        made = Line.objects.bulk_create(
            self._line(order, line, records[line.stockrecord_id]) for line in lines
        )
        LinePrice.objects.bulk_create(
            LinePrice(
                order=order,
                line=line,
                quantity=line.quantity,
                price_incl_tax=line.unit_price_incl_tax,
                price_excl_tax=line.unit_price_excl_tax,
            )
            for line in made
        )
        return order

    def _line(self, order: Any, line: AgreedLine, record: Any) -> Any:
        total, unit = Decimal(storable(line.total, _("Jumlah baris"))), Decimal(line.unit_price)
        return Line(
            order=order,
            partner=record.partner,
            partner_name=record.partner.name,
            partner_sku=record.partner_sku,
            stockrecord=record,
            product_id=record.product_id,
            title=line.title[:255],
            upc=record.product.upc,
            quantity=line.quantity,
            line_price_excl_tax=total,
            line_price_incl_tax=total,
            line_price_before_discounts_excl_tax=total,
            line_price_before_discounts_incl_tax=total,
            unit_price_excl_tax=unit,
            unit_price_incl_tax=unit,
            num_allocated=line.quantity,
            status=settings.OSCAR_INITIAL_LINE_STATUS,
        )


def place_oscar_order(*, number: str, user: Any, lines: Sequence[AgreedLine]) -> Any:
    """Write Oscar's order for an agreed purchase, in the caller's transaction; stock is not touched.

    `user` is the buyer's User (or None). Raises Refused `above_ceiling` when a line or the total does not fit
    Oscar's numeric(12,2), and `listing_gone`; IntegrityError when the number was used before.
    """
    return AgreedOrderCreator().place_agreed(number=number, user=user, lines=lines)
