"""Submitting a basket: one order per vendor, all in one deed; either every one stands or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.oscar.baskets import freeze
from marketplace.oscar.orders import AgreedLine, place_oscar_order
from marketplace.oscar.stock import reserve_stock
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, begin, doing
from procurement.planning.actions import reserve
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing import checks
from procurement.purchasing.models import Purchase, PurchaseLine
from procurement.purchasing.numbering import next_number
from procurement.purchasing.queries import taxes
from search.actions import Chosen, freeze_choices
from vendors.models import Listing, Vendor
from vendors.queries import basket_lines, open_basket_for, price_at

SMALL = frozenset({Vendor.Size.MICRO, Vendor.Size.SMALL, Vendor.Size.COOPERATIVE})
"""Sizes that count for the 40 % share (UU 11/2020 Art. 97)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where and when the goods are needed. `receiver_id` is an appointment of the unit, or None."""

    address: str
    place_code: str
    needed_by: date
    place_name: str = ""
    receiver_id: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One basket line as it is being ordered: a listing at today's price at the place of delivery, and how many.

    `chosen` is the frozen answer it was chosen from; None: chosen directly.
    """

    listing: Listing
    quantity: int
    unit_price: int
    chosen: Chosen | None = None

    @property
    def total(self) -> int:
        """Whole rupiah before tax."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Share:
    """One vendor's part of a basket, with its taxes: what becomes one order."""

    vendor: Vendor
    items: tuple[Item, ...]
    mechanism: str
    tax_facts: dict[str, Any]
    taxes: taxes.Preview

    @property
    def total(self) -> int:
        """Whole rupiah the budget pays."""
        return self.taxes.gross


def items_of(basket: Any, place_code: str = "") -> list[Item]:
    """The lines of a basket with their listings and vendors: two queries, ordered by vendor.

    Without a place of delivery the general prices hold.
    """
    quantities = {line.listing_id: line.quantity for line in basket_lines(basket)}
    listings = Listing.objects.select_related("vendor__organisation", "product").filter(pk__in=quantities)
    return [
        Item(listing, quantities[listing.pk], price_at(listing, place_code))
        for listing in listings.order_by("vendor_id", "pk")
    ]


def shares_of(items: Sequence[Item], region_id: int) -> list[Share]:
    """Split items by vendor and work out mechanism and taxes of each part, as of today."""
    grouped = groupby(items, key=lambda item: item.listing.vendor_id)
    return [_share(tuple(members), region_id) for _vendor_id, members in grouped]


def _share(items: tuple[Item, ...], region_id: int) -> Share:
    vendor, today = items[0].listing.vendor, clock.today()
    up_max = int(parameter("payment.up_max_per_payee", region_id=region_id).value)
    price = sum(item.total for item in items)
    # Small payments come out of the imprest (UP), larger ones straight from the treasury (LS): handbook §4.2.
    mechanism = Purchase.Mechanism.UP if price <= up_max else Purchase.Mechanism.LS
    facts = taxes.vendor_facts(vendor, today)
    preview = taxes.preview(
        [(item.listing.kind, item.total) for item in items],
        shipping=0,
        facts=facts,
        mechanism=mechanism,
        on=today,
        region_id=region_id,
    )
    return Share(vendor, items, mechanism, facts, preview)


def submit_basket(
    *,
    actor: Actor,
    package_id: int,
    budget_line_id: int,
    delivery: Delivery,
    reason: str = "",
    expected_total: int | None = None,
) -> list[Purchase]:
    """Order everything in the actor's open basket: one order per vendor, money and stock set aside for each.

    `expected_total` (rupiah) is what the person saw; another sum now means a price changed meanwhile.
    Raises Refused with a code of `checks`, `basket_empty`, `basket_closed`, `price_changed`, `budget_short`,
    `out_of_stock`; Package.DoesNotExist for another unit's package. Nothing is kept of a refused submission.
    """
    actor.require(Role.PP, Role.PPK)
    basket = open_basket_for(actor)
    with doing(actor=actor) as deed:
        package = _locked_package(actor, package_id)
        line = BudgetLine.objects.get(pk=budget_line_id, package=package)
        items = items_of(basket, delivery.place_code)
        _check_people_and_goods(actor, package, line, items, delivery, reason)
        choices = freeze_choices(deed, basket=basket)
        items = [replace(item, chosen=choices.get(item.listing.product_id)) for item in items]
        shares = shares_of(items, package.region_id)
        _check_amounts(package, shares, expected_total)
        freeze(basket)
        made = [_order(deed, package, line, share, delivery, reason) for share in shares]
        reserve_stock([each for purchase in made for each in purchase.new_lines])
        for purchase in made:
            _place(purchase)
    return [purchase.thing for purchase in made]


def _locked_package(actor: Actor, package_id: int) -> Package:
    """The unit's own package, locked: two submissions cannot both take the rest of its HPS."""
    packages: QuerySet[Package] = Package.objects.select_for_update(of=("self",))
    return packages.filter(organisation=actor.organisation_id).get(pk=package_id)


def _check_people_and_goods(
    actor: Actor,
    package: Package,
    line: BudgetLine,
    items: Sequence[Item],
    delivery: Delivery,
    reason: str,
) -> None:
    if not items:
        raise Refused(
            "basket_empty", _("Keranjang masih kosong."), fix=_("Pilih barang di katalog lebih dahulu.")
        )
    checks.open_for_buying(package)
    checks.authority(actor, package)
    checks.budget_line_of(package, line)
    checks.on_time(delivery.needed_by)
    vendors = list({item.listing.vendor_id: item.listing.vendor for item in items}.values())
    for vendor in vendors:
        checks.vendor_in_business(vendor, package.region_id)
    for item in items:
        checks.orderable(item.listing, item.quantity, delivery.place_code)
    checks.within_capacity([(item.listing, item.quantity) for item in items], delivery.needed_by)
    checks.no_conflict(package, actor, vendors)
    checks.choice_explained([item.listing for item in items], reason)


def _check_amounts(package: Package, shares: Sequence[Share], expected_total: int | None) -> None:
    total = sum(share.total for share in shares)
    if expected_total is not None and total != expected_total:
        raise Refused(
            "price_changed",
            _("Jumlah berubah dari %(before)s menjadi %(now)s sejak halaman Anda dibuka.")
            % {"before": rupiah(expected_total), "now": rupiah(total)},
            fix=_("Periksa kembali keranjang, lalu ajukan lagi."),
        )
    for share in shares:
        checks.within_order_limit(share.total, package.region_id)
    checks.within_hps(package, total)


@dataclass(frozen=True, slots=True)
class _Made:
    """An order just written, with its lines."""

    thing: Purchase
    new_lines: list[PurchaseLine]


def _order(
    deed: Deed, package: Package, line: BudgetLine, share: Share, delivery: Delivery, reason: str
) -> _Made:
    purchase = begin(_purchase(deed, package, line, share, delivery, reason), at=deed.at)
    lines = [_line(purchase, position, item) for position, item in enumerate(share.items, start=1)]
    PurchaseLine.objects.bulk_create(lines)
    reserve(deed, line.pk, purchase.total, reference=purchase.number)
    deed.record("purchase.submit", purchase, _facts(purchase, package, line, share, lines))
    return _Made(purchase, lines)


def _line(purchase: Purchase, position: int, item: Item) -> PurchaseLine:
    line = PurchaseLine.of(item.listing, position=position, quantity=item.quantity, price=item.unit_price)
    line.purchase = purchase
    if item.chosen is not None:
        line.choice, line.choice_position = item.chosen.choice, item.chosen.position
    return line


def _purchase(
    deed: Deed, package: Package, line: BudgetLine, share: Share, delivery: Delivery, reason: str
) -> Purchase:
    actor, items = deed.actor, share.items
    receiver = _receiver(actor, delivery.receiver_id)
    bought_by_pp = actor.role == Role.PP
    return Purchase(
        number=next_number(),
        region_id=package.region_id,
        organisation_id=package.organisation_id,
        package=package,
        budget_line=line,
        vendor=share.vendor,
        vendor_organisation_id=share.vendor.organisation_id,
        pp_id=actor.appointment_id if bought_by_pp else None,
        pp_user_id=actor.user_id if bought_by_pp else None,
        ppk_id=package.ppk_id,
        ppk_user_id=package.ppk_user_id,
        receiver=receiver,
        receiver_user_id=receiver.user_id if receiver else None,
        delivery_address=delivery.address,
        delivery_place_code=delivery.place_code,
        delivery_place_name=delivery.place_name,
        needed_by=delivery.needed_by,
        goods_total=sum(item.total for item in items),
        price_total=share.taxes.price,
        ppn=share.taxes.ppn,
        local_tax=share.taxes.local_tax,
        total=share.taxes.gross,
        mechanism=share.mechanism,
        vendor_size=share.vendor.size,
        pdn_value=sum(item.total for item in items if item.listing.is_pdn),
        umk_value=share.taxes.price if share.vendor.size in SMALL else 0,
        tax_preview=share.taxes.details,
        tax_facts=share.tax_facts,
        reason_of_choice=reason.strip(),
        submitted_at=deed.at,
    )


def _receiver(actor: Actor, appointment_id: int | None) -> Appointment | None:
    if appointment_id is None:
        return None
    receivers = appointments_in_force().filter(organisation=actor.organisation_id, role=Role.RECEIVER)
    return receivers.get(pk=appointment_id)


def _facts(
    purchase: Purchase, package: Package, line: BudgetLine, share: Share, lines: Sequence[PurchaseLine]
) -> dict[str, Any]:
    return {
        "number": purchase.number,
        "vendor": share.vendor.name,
        "vendor_id": share.vendor.pk,
        "vendor_size": purchase.vendor_size,
        "kd_rup": package.kd_rup,
        "rekening": line.rekening or line.mak,
        "total_rupiah": purchase.total,
        "price_rupiah": purchase.price_total,
        "ppn_rupiah": purchase.ppn,
        "mechanism": purchase.mechanism,
        "reason": purchase.reason_of_choice,
        "tax_rules": share.taxes.rules,
        "needed_by": purchase.needed_by.isoformat(),
        "state": purchase.state,
        "lines": [
            {
                "listing": each.listing_id,
                "quantity": each.quantity,
                "price_rupiah": each.agreed_price,
                # the hash of the answer it was chosen from, so that the log vouches for that, too
                "choice": each.choice.sha256 if each.choice else None,
            }
            for each in lines
        ],
    }


def _place(made: _Made) -> None:
    """Mirror an order into Oscar's tables, at the agreed prices."""
    purchase = made.thing
    agreed = [
        AgreedLine(each.stockrecord_id, each.quantity, each.agreed_price, each.title)
        for each in made.new_lines
    ]
    buyer = purchase.pp_user or purchase.ppk_user
    purchase.oscar_order = place_oscar_order(number=purchase.number, user=buyer, lines=agreed)
    Purchase.objects.filter(pk=purchase.pk).update(oscar_order=purchase.oscar_order)
