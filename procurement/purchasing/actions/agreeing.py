"""Writing down what was agreed: version 1 with the submission, a further one with a negotiation or an addendum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from marketplace.audit import canonical
from marketplace.core import clock
from marketplace.workflow.door import Deed
from procurement.purchasing.models import Agreement, Delivery, DeliveryLine, Purchase, PurchaseLine
from procurement.purchasing.queries import taxes
from vendors.models import Vendor

SMALL = frozenset({Vendor.Size.MICRO, Vendor.Size.SMALL, Vendor.Size.COOPERATIVE})
"""Sizes that count for the 40 % share (UU 11/2020 Art. 97)."""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What is agreed of one line: unit price (rupiah before tax) and units per delivery id."""

    price: int
    quantities: Mapping[int, int]

    @property
    def quantity(self) -> int:
        """Units over all deliveries."""
        return sum(self.quantities.values())


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """What is agreed of one delivery: its cost (rupiah before tax), day and place. None leaves the place as it is."""

    shipping: int
    needed_by: date
    address: str | None = None
    place_code: str | None = None
    place_name: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything an agreement settles, by line id and delivery id; `extra` goes into the record as it is."""

    lines: Mapping[int, LineTerms]
    deliveries: Mapping[int, DeliveryTerms]
    extra: Mapping[str, Any] = field(default_factory=dict)


def terms_of(purchase: Purchase) -> Terms:
    """What is agreed now. Three queries."""
    deliveries = list(purchase.deliveries.all())
    quantities: dict[int, dict[int, int]] = {}
    for each in DeliveryLine.objects.filter(delivery__in=deliveries):
        quantities.setdefault(each.line_id, {})[each.delivery_id] = each.quantity
    return Terms(
        {line.pk: LineTerms(line.agreed_price, quantities[line.pk]) for line in purchase.lines.all()},
        {each.pk: DeliveryTerms(each.shipping, each.needed_by) for each in deliveries},
    )


def taxed(purchase: Purchase, terms: Terms) -> taxes.Preview:
    """What those terms cost with taxes, by the vendor's tax facts and the rules of the day of submission."""
    classes = {line.pk: line.tax_class for line in purchase.lines.all()}
    return taxes.preview(
        [(classes[pk], each.quantity * each.price) for pk, each in terms.lines.items()],
        shipping=sum(each.shipping for each in terms.deliveries.values()),
        facts=purchase.tax_facts,
        mechanism=purchase.mechanism,
        on=clock.day_of(purchase.submitted_at),
        region_id=purchase.region_id,
    )


def agree_anew(deed: Deed, purchase: Purchase, terms: Terms, *, cause: Agreement.Cause) -> Agreement:
    """Write the next version of what an order asks for, inside the passage that moves it.

    Sets the amounts on `purchase` (the passage saves them), its lines and deliveries. Moves neither budget nor
    stock: the caller compares the totals before and after.
    """
    version, preview = purchase.version + 1, taxed(purchase, terms)
    lines = list(purchase.lines.all())
    purchase.version = version
    purchase.goods_total = sum(each.quantity * each.price for each in terms.lines.values())
    purchase.shipping = sum(each.shipping for each in terms.deliveries.values())
    _set_amounts(purchase, preview)
    purchase.needed_by = max(each.needed_by for each in terms.deliveries.values())
    purchase.pdn_value = sum(
        terms.lines[line.pk].quantity * terms.lines[line.pk].price for line in lines if line.is_pdn
    )
    agreement = write_agreement(deed, purchase, terms, lines, cause=cause)
    for line in lines:
        agreed = terms.lines[line.pk]
        PurchaseLine.objects.filter(pk=line.pk).update(
            version=version,
            quantity=agreed.quantity,
            agreed_price=agreed.price,
            total=agreed.quantity * agreed.price,
        )
        for delivery_id, quantity in agreed.quantities.items():
            DeliveryLine.objects.filter(delivery_id=delivery_id, line=line).update(quantity=quantity)
    _set_deliveries(terms.deliveries, version)
    purchase._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return agreement


def _set_deliveries(agreed: Mapping[int, DeliveryTerms], version: int) -> None:
    for delivery in Delivery.objects.filter(pk__in=agreed).select_related("purchase"):
        terms = agreed[delivery.pk]
        delivery.version, delivery.shipping, delivery.needed_by = version, terms.shipping, terms.needed_by
        for name in ("address", "place_code", "place_name"):
            if (told := getattr(terms, name)) is not None:
                setattr(delivery, name, told)
        if delivery.due_at is not None and (due := delivery.agreed_deadline(delivery.stage)) is not None:
            delivery.due_at = due
        delivery.save()


def _set_amounts(purchase: Purchase, preview: taxes.Preview) -> None:
    purchase.price_total, purchase.ppn = preview.price, preview.ppn
    purchase.local_tax, purchase.total = preview.local_tax, preview.gross
    purchase.tax_preview = preview.details
    purchase.umk_value = preview.price if purchase.vendor_size in SMALL else 0


def write_agreement(
    deed: Deed,
    purchase: Purchase,
    terms: Terms,
    lines: Iterable[PurchaseLine],
    *,
    cause: Agreement.Cause,
) -> Agreement:
    """Write the version `purchase` bears now."""
    agreement = agreement_of(purchase, terms, lines, cause=cause, at=deed.at)
    agreement.save()
    return agreement


def agreement_of(
    purchase: Purchase,
    terms: Terms,
    lines: Iterable[PurchaseLine],
    *,
    cause: Agreement.Cause,
    at: datetime,
) -> Agreement:
    """The unsaved version `purchase` bears now. Addresses stand in it by their SHA-256 alone."""
    told = {
        "lines": _told_lines(terms, list(lines)),
        "deliveries": [
            {
                "delivery": pk,
                "shipping_rupiah": each.shipping,
                "needed_by": each.needed_by.isoformat(),
                "place_code": each.place_code,
                "address_sha256": sha256(each.address.encode()).hexdigest() if each.address else None,
            }
            for pk, each in terms.deliveries.items()
        ],
        **terms.extra,
    }
    agreement = Agreement(
        purchase=purchase,
        version=purchase.version,
        cause=cause,
        at=at,
        needed_by=purchase.needed_by,
        terms=told,
        **{name: getattr(purchase, name) for name in Agreement.AMOUNTS},
    )
    agreement.sha256 = sha256(canonical.encode(agreement.content(purchase.number))).hexdigest()
    return agreement


def _told_lines(terms: Terms, lines: Sequence[PurchaseLine]) -> list[dict[str, Any]]:
    return [
        {
            "line": line.pk,
            "listing": line.listing_id,
            "list_price_rupiah": line.list_price,
            "price_rupiah": terms.lines[line.pk].price,
            "quantity": terms.lines[line.pk].quantity,
            "by_delivery": {str(pk): units for pk, units in terms.lines[line.pk].quantities.items()},
        }
        for line in lines
    ]
