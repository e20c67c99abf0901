"""Submitting a basket: one order per vendor, all in one deed; either every one stands or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.oscar.baskets import begun_at, freeze
from marketplace.oscar.stock import reserve_stock
from marketplace.workflow.door import Deed, begin, doing
from procurement.planning.actions import reserve
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing import checks
from procurement.purchasing.actions import flagging
from procurement.purchasing.actions.agreeing import (
    SMALL,
    DeliveryTerms,
    LineTerms,
    Terms,
    write_agreement,
)
from procurement.purchasing.actions.negotiating import open_with_list_prices
from procurement.purchasing.actions.wishes import Item, Share, Wish, laid_out, shares_of
from procurement.purchasing.flags.consequences import Verdict
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase, PurchaseLine
from procurement.purchasing.numbering import next_number
from procurement.purchasing.parcelling import Destination
from search.actions import freeze_choices
from vendors.models import Listing
from vendors.queries import open_basket_for


def submit_basket(
    *,
    actor: Actor,
    package_id: int,
    budget_line_id: int,
    destinations: Sequence[Destination],
    reason: str = "",
    negotiate: bool = False,
    no_negotiation_reason: str = "",
    expected_total: int | None = None,
    justifications: Mapping[str, str] | None = None,
) -> list[Purchase]:
    """Order everything in the actor's open basket: one order per vendor, money and stock set aside for each.

    With `negotiate` the orders begin with a negotiation, the list prices being the vendor's first word.
    `expected_total` (rupiah) is what the person saw; another sum now means a price changed meanwhile.
    `justifications` by flag code answer what `flagging.looked_over` found before.
    Raises Refused with a code of `checks` or `parcelling`, `basket_empty`, `basket_closed`, `price_changed`,
    `budget_short`, `out_of_stock`, `justification_needed`; Package.DoesNotExist for another unit's package. Nothing
    is kept of a refused submission.
    """
    actor.require(Role.PP, Role.PPK)
    basket = open_basket_for(actor)
    wish = Wish(
        reason=reason,
        negotiate=negotiate,
        no_negotiation_reason=no_negotiation_reason,
        since=begun_at(basket),
        justifications=justifications or {},
    )
    with doing(actor=actor) as deed:
        package = _locked_package(actor, package_id)
        line = BudgetLine.objects.get(pk=budget_line_id, package=package)
        items = laid_out(basket, destinations)
        _check_people_and_goods(actor, package, line, items, destinations, reason)
        choices = freeze_choices(deed, basket=basket)
        items = [replace(item, chosen=choices.get(item.listing.product_id)) for item in items]
        shares = shares_of(items, package.region_id, destinations, source=line.sumber_dana)
        _check_amounts(package, shares, expected_total)
        for share in shares:
            checks.negotiation_explained(
                share.taxes.price, wish.negotiate, no_negotiation_reason, package.region_id
            )
        verdicts = flagging.explained_orders(package, line, shares, destinations, wish, at=deed.at)
        freeze(basket)
        made = [
            write_order(deed, package, line, share, destinations, wish, verdict)
            for share, verdict in zip(shares, verdicts, strict=True)
        ]
        reserve_stock([each for purchase in made for each in purchase.new_lines])
    return [each.thing for each in made]


def _locked_package(actor: Actor, package_id: int) -> Package:
    """The unit's own package, locked: two submissions cannot both take the rest of its HPS."""
    packages: QuerySet[Package] = Package.objects.select_for_update(of=("self",))
    return packages.filter(organisation=actor.organisation_id).get(pk=package_id)


def _check_people_and_goods(
    actor: Actor,
    package: Package,
    line: BudgetLine,
    items: Sequence[Item],
    destinations: Sequence[Destination],
    reason: str,
) -> None:
    if not items:
        raise Refused(
            "basket_empty", _("Keranjang masih kosong."), fix=_("Pilih barang di katalog lebih dahulu.")
        )
    checks.open_for_buying(package)
    checks.authority(actor, package)
    checks.budget_line_of(package, line)
    for destination in destinations:
        checks.on_time(destination.needed_by)
    vendors = list({item.listing.vendor_id: item.listing.vendor for item in items}.values())
    for vendor in vendors:
        checks.vendor_in_business(vendor, package.region_id)
    ordered: Counter[Listing] = Counter()
    for item in items:
        ordered[item.listing] += item.quantity if not item.milestone else 0
        checks.milestones_allowed(item.listing, item.milestone)
        for index in item.by_destination:
            checks.delivered_to(item.listing, destinations[index].place_code)
    for listing in {item.listing for item in items}:
        checks.on_show(listing)
    for listing, quantity in ordered.items():
        if quantity:
            checks.enough_to_order(listing, quantity)
    for day in {destination.needed_by for destination in destinations}:
        checks.within_capacity(
            [
                (item.listing, units)
                for item in items
                for index, units in item.by_destination.items()
                if destinations[index].needed_by == day
            ],
            day,
        )
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
class Made:
    """An order just written, with its lines."""

    thing: Purchase
    new_lines: list[PurchaseLine]


def write_order(
    deed: Deed,
    package: Package,
    line: BudgetLine,
    share: Share,
    destinations: Sequence[Destination],
    wish: Wish,
    verdict: Verdict | None = None,
) -> Made:
    """Write one order with its deliveries and first agreement, inside a deed; the money is set aside, stock is not.

    The caller has locked the package and asked `checks`, and reserves the stock of all its orders at once. `verdict`
    is what `flagging.looked_over` found about it.
    """
    found = verdict or Verdict()
    purchase = _purchase(deed, package, line, share, destinations, wish)
    purchase.endorsement_needed, purchase.on_hold = found.needs_second, found.held
    begin(purchase, at=deed.at, state="NEGOTIATING" if wish.negotiate else None)
    lines = [_line(purchase, position, item) for position, item in enumerate(share.items, start=1)]
    PurchaseLine.objects.bulk_create(lines)
    terms = _deliver(deed, purchase, share, destinations, lines)
    agreement = write_agreement(deed, purchase, terms, lines, cause=wish.cause)
    if wish.negotiate:
        open_with_list_prices(deed, purchase, terms)
    reserve(deed, line.pk, purchase.total, reference=purchase.number)
    facts = _facts(purchase, package, line, share, lines)
    agreed = {"agreement": agreement.version, "agreement_sha256": agreement.sha256}
    deed.record("purchase.submit", purchase, {**facts, **agreed, **flagging.facts_of(found)})
    flagging.write_flags(deed, purchase, found)
    return Made(purchase, lines)


def _line(purchase: Purchase, position: int, item: Item) -> PurchaseLine:
    line = PurchaseLine.of(
        item.listing,
        position=position,
        quantity=item.quantity,
        price=item.unit_price,
        agreed=item.agreed_price,
        milestone=item.milestone,
    )
    line.purchase = purchase
    if item.chosen is not None:
        line.choice, line.choice_position = item.chosen.choice, item.chosen.position
    return line


def _deliver(
    deed: Deed,
    purchase: Purchase,
    share: Share,
    destinations: Sequence[Destination],
    lines: Sequence[PurchaseLine],
) -> Terms:
    """Write the deliveries of an order: the destinations that get something of this vendor."""
    reached = sorted({index for item in share.items for index, units in item.by_destination.items() if units})
    deliveries = {
        index: Delivery(
            purchase=purchase,
            position=position,
            title=destinations[index].title,
            address=destinations[index].address,
            place_code=destinations[index].place_code,
            place_name=destinations[index].place_name,
            needed_by=destinations[index].needed_by,
            receiver=receiver_of(deed.actor, destinations[index].receiver_id),
            shipping=share.shipping.get(index, 0),
            since=deed.at,
        )
        for position, index in enumerate(reached, start=1)
    }
    Delivery.objects.bulk_create(deliveries.values())
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=deliveries[index], line=line, quantity=units)
        for line, item in zip(lines, share.items, strict=True)
        for index, units in item.by_destination.items()
        if units
    )
    return Terms(
        {
            line.pk: LineTerms(
                line.agreed_price,
                {deliveries[index].pk: units for index, units in item.by_destination.items() if units},
            )
            for line, item in zip(lines, share.items, strict=True)
        },
        {
            each.pk: DeliveryTerms(
                each.shipping, each.needed_by, each.address, each.place_code, each.place_name
            )
            for each in deliveries.values()
        },
    )


def _purchase(
    deed: Deed,
    package: Package,
    line: BudgetLine,
    share: Share,
    destinations: Sequence[Destination],
    wish: Wish,
) -> Purchase:
    actor, items = deed.actor, share.items
    reached = {index for item in items for index, units in item.by_destination.items() if units}
    first = receiver_of(actor, destinations[min(reached)].receiver_id)
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
        receiver=first,
        receiver_user_id=first.user_id if first else None,
        needed_by=max(destinations[index].needed_by for index in reached),
        goods_total=sum(item.total for item in items),
        shipping=share.shipping_total,
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
        reason_of_choice=wish.reason.strip(),
        negotiated=wish.negotiate,
        no_negotiation_reason=wish.no_negotiation_reason.strip(),
        basket_since=wish.since,
        submitted_at=deed.at,
    )


def receiver_of(actor: Actor, appointment_id: int | None) -> Appointment | None:
    """A receiver of the actor's unit by appointment. Raises Appointment.DoesNotExist for anybody else's."""
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
        "shipping_rupiah": purchase.shipping,
        "deliveries": len({index for item in share.items for index in item.by_destination}),
        "no_negotiation_reason": purchase.no_negotiation_reason,
        "state": purchase.state,
        "lines": [
            {
                "listing": each.listing_id,
                "quantity": each.quantity,
                "price_rupiah": each.agreed_price,
                "tax_class": each.tax_class.code,
                # the hash of the answer it was chosen from, so that the log vouches for that, too
                "choice": each.choice.sha256 if each.choice else None,
            }
            for each in lines
        ],
    }
