"""Patterns planted among honest orders, each with the label of the rule that should find it, and honest look-alikes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from oscar.core.loading import get_model

from marketplace.accounts.models import User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.workflow.door import doing
from procurement.redflags.actions.raising import JUDGE
from procurement.settlement.models import Invoice, PaymentObligation
from procurement.treasury.models import PaymentRequest, RequestItem
from tests.redflags.labelled.market import BEGINNING, MEDIAN, Market
from tests.redflags.labelled.rows import copied, next_ids
from vendors.models import Activity, BankAccount, Listing, ListingPrice, Vendor

Product = get_model("catalogue", "Product")


def purchase(pk: int) -> str:
    """The subject an order is."""
    return f"purchase:{pk}"


def one_vendor_again_and_again(market: Market, count: int) -> None:
    """ID01: seven orders of one PPK to one vendor within ten weeks."""
    for number in range(count):
        unit, goods = market.some()
        day = market.chance.randrange(60, 250)
        made = [
            market.order(
                unit, goods, at=market.moment(day=day + 10 * n), account=f"5.1.02.91.{number:02}.{n:04}"
            )
            for n in range(7)
        ]
        market.label("ID01", f"{number}", *map(purchase, made))


def in_a_hurry(market: Market, count: int) -> None:
    """ID02: approved minutes after the basket began, or large and not negotiated."""
    for number in range(count):
        unit, goods = market.some()
        at = market.moment()
        if number % 2:
            made = market.order(
                unit,
                goods,
                at=at,
                amount=25_000_000,
                basket_since=at - timedelta(minutes=3),
                approved_at=at + timedelta(minutes=2),
            )
        else:
            made = market.order(unit, goods, at=at, amount=80_000_000, negotiated=False)
        market.label("ID02", f"{number}", purchase(made))


def bought_at_once(market: Market, count: int) -> None:
    """ID03: bought five hours after going on show; every other one is off the shelf two days later."""
    for number in range(count):
        unit, goods = market.some()
        at = market.moment()
        Listing.objects.filter(pk=goods.pk).update(live_since=at - timedelta(hours=5))
        market.label("ID03", f"{number}", purchase(market.order(unit, goods, at=at)))
        if number % 2:
            with clock.frozen(at + timedelta(days=2)), doing(actor=JUDGE) as deed:
                deed.record(
                    "listing.delist", ("listing", str(goods.pk)), {"title": goods.title, "reason": "habis"}
                )


def up_and_down(market: Market, count: int) -> None:
    """ID04: 35 % dearer from five days before the order until a week after; honest rises that stay among them."""
    ids, rows = iter(next_ids(ListingPrice)), []
    for number in range(2 * count):
        unit, goods = market.some()
        at = market.moment(day=market.chance.randrange(60, 300))
        high = goods.price * 135 // 100
        history = [(goods.price, at - timedelta(days=200)), (high, at - timedelta(days=5))]
        planted = number < count
        if planted:
            history.append((goods.price, at + timedelta(days=7)))
        rows += [
            {"id": next(ids), "listing_id": goods.pk, "price": price, "valid_from": since}
            for price, since in history
        ]
        made = market.order(unit, goods, at=at, listed=high, agreed=high)
        if planted:
            market.label("ID04", f"{number}", purchase(made))
    copied(ListingPrice, rows)


def too_dear(market: Market, count: int) -> None:
    """ID05: at two and a half times the price on show."""
    for number in range(count):
        unit, goods = market.some()
        dear = goods.price * 5 // 2
        made = market.order(
            unit, goods, at=market.moment(day=market.chance.randrange(200, 340)), listed=dear, agreed=dear
        )
        market.label("ID05", f"{number}", purchase(made))


def locked(market: Market, count: int) -> None:
    """ID06: the KAK is the product's own page, with a word before it; honest ones are written by people."""
    texts = dict(
        Product.objects.filter(pk__in=[each.product_id for each in market.goods]).values_list(
            "pk", "description"
        )
    )
    for number in range(2 * count):
        unit, goods = market.some()
        own = (
            "Kebutuhan rutin kantor untuk kegiatan semester ini. Barang baru, tidak cacat, kemasan tertutup, dikirim "
            f"ke gudang lantai {number % 9}, diperiksa bersama penerima, dan diganti bila tidak sesuai contoh."
        )
        kak = f"Dibutuhkan {texts[goods.product_id]}" if number < count else own
        made = market.order(unit, goods, package={"kak": kak})
        if number < count:
            market.label("ID06", f"{number}", purchase(made))


def twins(market: Market, count: int) -> None:
    """ID07: two vendors with one telephone or account sell to the same unit."""
    free = market.chance.sample(market.vendors, 2 * count)
    for number in range(count):
        first, second = sorted(free[2 * number : 2 * number + 2])
        Vendor.objects.filter(pk__in=[first, second]).update(phone_hash=f"{number:064x}")
        unit, _goods = market.some()
        for vendor in (first, second):
            market.order(unit, market.of_vendor[vendor][0])
        market.label("ID07", f"{number}", f"vendor:{first}", f"{first}-{second}")


def split(market: Market, count: int) -> None:
    """ID08: three or four orders of one kind to one vendor within weeks, each within a limit, together above it."""
    for number in range(count):
        unit, goods = market.some()
        limit = (10_000_000, 50_000_000)[number % 2]
        day = market.chance.randrange(20, 300)
        made = [
            market.order(
                unit,
                goods,
                at=market.moment(day=day + 6 * n),
                amount=limit * market.chance.randrange(55, 80) // 100,
                account=f"5.1.02.98.{number:04}",
                negotiated=True,
            )
            for n in range(3)
        ]
        market.label("ID08", f"{number}", *map(purchase, made))


def crowded(market: Market, count: int) -> None:
    """ID09: a unit with fourteen orders just under fifty million."""
    for unit in market.units[:count]:
        cheap = [min(market.chance.sample(market.goods, 8), key=lambda each: each.price) for _n in range(14)]
        made = [
            market.order(unit, goods, amount=49_300_000, negotiated=True, agreed=goods.price)
            for goods in cheap
        ]
        market.label("ID09", f"{unit.organisation.pk}", f"unit:{unit.organisation.pk}", *map(purchase, made))


def unproved(market: Market, count: int) -> None:
    """ID10: no picture, accepted a day before arrival, the same picture twice, or one that differs in three bits."""
    for number in range(count):
        unit, goods = market.some()
        at = market.moment()
        kind = number % 4
        if kind == 0:
            made = market.order(unit, goods, at=at, photo=False)
        elif kind == 1:
            arrived = at + timedelta(days=6)
            early = {"arrived_at": arrived, "bast_ppk_at": arrived - timedelta(days=1)}
            made = market.order(unit, goods, at=at, delivery=early)
        else:
            digest = f"{market.chance.getrandbits(256):064x}"
            likeness = market.chance.getrandbits(62)
            market.order(unit, goods, at=at - timedelta(days=3), digest=digest, likeness=likeness)
            again = (
                {"digest": digest, "likeness": likeness}
                if kind == 2
                else {"likeness": likeness ^ 0b10000100010}
            )
            made = market.order(unit, goods, at=at, **again)
        market.label("ID10", f"{number}", purchase(made))


def rushed(market: Market, count: int) -> None:
    """ID11: a unit whose December is worth more than the whole year before."""
    for unit in market.units[-count:]:
        each = 4 * market.orders // len(market.units) * MEDIAN // 100
        made = [
            market.order(
                unit,
                market.chance.choice(market.goods),
                at=market.moment(day=market.chance.randrange(330, 344)),
                amount=max(each, 25_000_000),
                negotiated=True,
            )
            for _n in range(60)
        ]
        market.label("ID11", f"{unit.organisation.pk}", f"unit:{unit.organisation.pk}", *map(purchase, made))


def unfit(market: Market, count: int) -> None:
    """ID12: vendors whose only line of business is growing rice."""
    sellers = [each for each in market.vendors if market.of_vendor[each][0].kbki[:1] in "3458"]
    for number, vendor in enumerate(market.chance.sample(sellers, count)):
        Activity.objects.filter(vendor=vendor).delete()
        Activity.objects.create(vendor_id=vendor, code="01121", edition="2020")
        unit, _goods = market.some()
        market.order(unit, market.of_vendor[vendor][0])
        market.label("ID12", f"{number}", f"vendor:{vendor}")


def on_paper(market: Market, count: int) -> None:
    """ID13: six negotiations of one unit with one vendor, all with exactly three per cent off."""
    for number in range(count):
        unit, goods = market.some()
        goods = max(market.of_vendor[goods.vendor_id], key=lambda each: each.price)
        for n in range(6):
            market.order(
                unit,
                goods,
                at=market.moment(day=20 + 50 * n),
                listed=goods.price // 100 * 100,
                agreed=goods.price // 100 * 97,
                negotiated=True,
            )
        market.label("ID13", f"{number}", f"vendor:{goods.vendor_id}")


def diverted(market: Market, count: int) -> None:
    """ID14: paid to an account recorded three days before, or in another name; as many honest payments beside."""
    kinds: tuple[Any, ...] = (BankAccount, Invoice, PaymentObligation, PaymentRequest, RequestItem)
    accounts, invoices, debts, requests, items = (iter(next_ids(kind)) for kind in kinds)
    rows: dict[Any, list[dict[str, Any]]] = {kind: [] for kind in kinds}
    person = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    free = market.chance.sample(market.vendors, 2 * count)
    for number, vendor in enumerate(free):
        unit, _goods = market.some()
        at = market.moment()
        made = market.order(unit, market.of_vendor[vendor][0], at=at)
        paid = at + timedelta(days=20)
        age = timedelta(days=3 if number < count and number % 2 else 200)
        account = {
            "id": next(accounts),
            "vendor_id": vendor,
            "version": 9,
            "bank_code": "002",
            "number": "1234567890",
            "number_hash": f"{market.chance.getrandbits(256):064x}",
            "holder_name": "Contoh",
            "added_at": paid - age,
            "verified_at": paid - age,
            "verified_by_id": person,
            "name_match": "BEDA" if number < count and not number % 2 else "COCOK",
        }
        rows[BankAccount].append(account)
        invoice, debt = next(invoices), next(debts)
        rows[Invoice].append(
            {
                "id": invoice,
                "purchase_id": made,
                "number": f"INV/{made}",
                "price": 1_000_000,
                "on_top": 0,
                "gross": 1_000_000,
                "bank_account_id": account["id"],
                "receipt_number": f"KW/{made}",
                "issued_at": paid - timedelta(days=4),
            }
        )
        rows[PaymentObligation].append(
            {
                "id": debt,
                "purchase_id": made,
                "region_id": market.region.pk,
                "invoice_id": invoice,
                "profile": "LS",
                "gross": 1_000_000,
                "withheld": 0,
                "net": 1_000_000,
                "tax_plan": {},
                "profile_basis": "contoh",
                "created_at": paid - timedelta(days=2),
            }
        )
        request = next(requests)
        rows[PaymentRequest].append(
            {
                "id": request,
                "created_at": paid - timedelta(days=1),
                "region_id": market.region.pk,
                "organisation_id": unit.organisation.pk,
                "kind": "LS",
                "year": paid.year,
                "purpose": "contoh",
                "vendor_id": vendor,
                "bank_account_id": account["id"],
                "gross": 1_000_000,
                "net": 1_000_000,
                "state": "SP2D",
                "sp2d_number": f"SP2D/{made}",
                "sp2d_dated": paid.date(),
                "sp2d_verified_at": paid,
            }
        )
        rows[RequestItem].append(
            {
                "id": next(items),
                "request_id": request,
                "obligation_id": debt,
                "gross": 1_000_000,
                "deductions": 0,
                "net": 1_000_000,
            }
        )
        if number < count:
            market.label("ID14", f"{number}", purchase(made))
    market.flush()
    for kind, told in rows.items():
        copied(kind, told)


def own_business(market: Market, count: int) -> None:
    """ID15: the PPK buys from a vendor whose owner has the PPK's NIK."""
    vendors = market.chance.sample(market.vendors, count)
    for number, (unit, vendor) in enumerate(zip(market.units[:count], vendors, strict=True)):
        nik = f"{number + 1_000_000:064x}"
        User.objects.filter(pk=unit.officers[Role.PPK].user_id).update(nik_hash=nik)
        Vendor.objects.filter(pk=vendor).update(owner_nik_hash=nik)
        for _n in range(2):
            market.order(unit, market.of_vendor[vendor][0])
        market.label_orders(
            "ID15", f"{number}", vendor_id=vendor, ppk_user_id=unit.officers[Role.PPK].user_id
        )


def at_night(market: Market, count: int) -> None:
    """ID16: approved at two in the morning; a few honest ones on a Saturday."""
    for number in range(count):
        unit, goods = market.some()
        at = market.moment()
        night: datetime = at.replace(hour=19, minute=7) + timedelta(days=1)
        made = market.order(unit, goods, at=at, amount=30_000_000, negotiated=True, approved_at=night)
        market.label("ID16", f"{number}", purchase(made))
    for _n in range(count // 5):
        unit, goods = market.some()
        saturday = BEGINNING + timedelta(days=5 + 7 * market.chance.randrange(40), hours=3)
        market.order(
            unit,
            goods,
            at=saturday - timedelta(days=1),
            amount=20_000_000,
            negotiated=True,
            approved_at=saturday,
        )


PATTERNS: Final[tuple[Callable[[Market, int], None], ...]] = (
    one_vendor_again_and_again,
    in_a_hurry,
    bought_at_once,
    up_and_down,
    too_dear,
    locked,
    twins,
    split,
    crowded,
    unproved,
    rushed,
    unfit,
    on_paper,
    diverted,
    own_business,
    at_night,
)
"""One for each rule, in their order."""
