"""Synthetic orders of any size, for benchmarks: rows and log entries through bulk paths, marked as made up.

Every order stands somewhere on the plain way from submission to closing, with its budget figures and the entries
of all acts up to there under the actor "Data buatan". Papers, stock and ledger are left alone: nothing was bought.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.workflow.door import Deed, doing
from procurement.planning.models import BudgetLine, BudgetMovement, Package, figures
from procurement.practice.units import Unit
from procurement.purchasing.actions import DeliveryTerms, LineTerms, Terms, agreement_of
from procurement.purchasing.models import Agreement, Delivery, DeliveryLine, Purchase, PurchaseLine
from vendors.models import Listing

CHUNK: Final = 1_000
ORDERS_A_PACKAGE: Final = 8
MEAN_PRICE: Final = 1_500_000
"""Rupiah before tax; with PPN where it is due, 40,000 orders come to about Rp 111 billion, the real market's size."""
ACTOR: Final = Actor.system("Data buatan")
VAT: Final = (11, 100)
"""PPN of ordinary goods as a share of the price (12 % of 11/12). Good enough for rows that nobody will pay."""

WAY: Final = (
    ("submit", "AWAITING_PPK"),
    ("approve", "AWAITING_VENDOR"),
    ("confirm", "ORDERED"),
    ("ship", "SHIPPED"),
    ("receive", "DELIVERED"),
    ("inspect", "INSPECTED"),
    ("sign_bast", "INSPECTED"),
    ("accept", "ACCEPTED"),
    ("invoice", "INVOICED"),
    ("verify", "VERIFIED"),
    ("approve_payment", "PAYMENT_APPROVED"),
    ("pay", "PAID"),
    ("settle_tax", "TAX_SETTLED"),
    ("close", "CLOSED"),
)
ENDS: Final = (14, 14, 14, 14, 14, 14, 14, 14, 14, 13, 11, 10, 9, 8, 5, 4, 3, 2, 1)
"""How many acts of the way an order has behind it: most are closed, some stand at every step."""
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class _Goods:
    """One listing as the orders need it, read once."""

    listing: Listing
    pkp: bool
    vendor_name: str


@dataclass(slots=True)
class _Made:
    """One synthetic order before it is saved: its row, its lines, how far it came, when each act was."""

    purchase: Purchase
    lines: list[PurchaseLine]
    acts: int
    at: list[datetime]
    vendor_name: str


def bring_orders(
    units: Sequence[Unit], count: int, *, seed: int = 1, progress: Progress | None = None
) -> int:
    """Make `count` orders of the region's live listings, eight to a package; returns their value in rupiah."""
    chance, goods, value = random.Random(seed), _goods(), 0
    orders = _orders(units, goods, count, chance, seed)
    while chunk := list(islice(orders, CHUNK)):
        with doing(actor=ACTOR) as deed:
            _write(deed, chunk)
        value += sum(made.purchase.total for made in chunk)
        if progress:
            progress(len(chunk))
    return value


def _goods() -> dict[int, list[_Goods]]:
    """Live listings by vendor."""
    by_vendor: dict[int, list[_Goods]] = {}
    live = Listing.objects.filter(state="LIVE").select_related("vendor__organisation", "product")
    for listing in live.iterator(chunk_size=5_000):
        by_vendor.setdefault(listing.vendor_id, []).append(
            _Goods(listing, listing.vendor.pkp, listing.vendor.organisation.name)
        )
    return by_vendor


def _orders(
    units: Sequence[Unit], goods: Mapping[int, list[_Goods]], count: int, chance: random.Random, seed: int
) -> Iterator[_Made]:
    vendors, now, made = list(goods), clock.now(), 0
    numbers = _numbers(count)
    while made < count:
        unit = units[made // ORDERS_A_PACKAGE % len(units)]
        package, line = _package(unit, seed, made // ORDERS_A_PACKAGE)
        orders = [
            _order(unit, package, line, goods[chance.choice(vendors)], next(numbers), now, chance)
            for _ in range(min(ORDERS_A_PACKAGE, count - made))
        ]
        _settle_budget(package, line, orders)
        yield from orders
        made += len(orders)


def _numbers(count: int) -> Iterator[str]:
    year = clock.today().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('purchasing_number') FROM generate_series(1, %s)", [count])
        return iter([f"EO-{year}-{value:06d}" for (value,) in cursor.fetchall()])


def _package(unit: Unit, seed: int, number: int) -> tuple[Package, BudgetLine]:
    """An unsaved package with one line; its sums come with its orders."""
    package = Package(
        region_id=unit.organisation.region_id,
        organisation=unit.organisation,
        year=clock.today().year,
        kd_rup=str(70_000_000 + seed * 1_000_000 + number),
        name=f"Belanja kantor {unit.organisation.name} nomor {number + 1}",
        method_code=Package.Method.E_PURCHASING,
        kind_code=Package.Kind.GOODS,
        announced=True,
        state="PREPARED",
        ppk=unit.officers[Role.PPK],
        ppk_user_id=unit.officers[Role.PPK].user_id,
        pp=unit.officers[Role.PP],
        pp_user_id=unit.officers[Role.PP].user_id,
        kak="Data buatan.",
        hps_basis="Data buatan.",
        created_at=clock.now(),
        pagu=0,
    )
    line = BudgetLine(
        package=package,
        mak=f"5.03.01.2.06.0005.5.1.02.01.01.0024.{number:05d}",
        rekening="5.1.02.01.01.0024",
        sumber_dana="APBD",
        pagu=0,
        available=0,
    )
    return package, line


def _order(
    unit: Unit,
    package: Package,
    line: BudgetLine,
    goods: list[_Goods],
    number: str,
    now: datetime,
    chance: random.Random,
) -> _Made:
    acts = chance.choice(ENDS)
    submitted = now - timedelta(days=chance.uniform(1, 300))
    at = [submitted + timedelta(hours=9 * step) for step in range(acts)]
    first = goods[0]
    vendor = first.listing.vendor
    chosen = chance.sample(goods, min(len(goods), chance.randint(1, 3)))
    lines = [_line(position, each, chosen, chance) for position, each in enumerate(chosen, start=1)]
    price = sum(each.total for each in lines)
    ppn = price * VAT[0] // VAT[1] if first.pkp and lines[0].kind != Listing.Kind.CATERING else 0
    officers = unit.officers
    purchase = Purchase(
        number=number,
        state=WAY[acts - 1][1],
        revision=acts - 1,
        created_at=submitted,
        submitted_at=submitted,
        region_id=package.region_id,
        organisation=unit.organisation,
        package=package,
        budget_line=line,
        vendor=vendor,
        vendor_organisation_id=vendor.organisation_id,
        pp=officers[Role.PP],
        pp_user_id=officers[Role.PP].user_id,
        ppk=officers[Role.PPK],
        ppk_user_id=officers[Role.PPK].user_id,
        receiver=officers[Role.RECEIVER],
        receiver_user_id=officers[Role.RECEIVER].user_id,
        needed_by=clock.day_of(submitted + timedelta(days=10)),
        goods_total=price,
        price_total=price,
        ppn=ppn,
        total=price + ppn,
        mechanism=Purchase.Mechanism.UP,
        vendor_size=vendor.size,
        pdn_value=price,
        umk_value=price if vendor.size != "MENENGAH" else 0,
        reason_of_choice="Data buatan",
        **_times(acts, at, number, price + ppn, price),
    )
    return _Made(purchase, lines, acts, at, first.vendor_name)


def _line(position: int, goods: _Goods, chosen: list[_Goods], chance: random.Random) -> PurchaseLine:
    listing = goods.listing
    share = chance.uniform(0.2, 1.8) * MEAN_PRICE / len(chosen)
    quantity = max(int(share) // listing.price, 1)
    return PurchaseLine.of(listing, position=position, quantity=quantity)


def _times(acts: int, at: list[datetime], number: str, total: int, price: int) -> dict[str, Any]:
    """The columns that the acts so far have filled in."""
    columns = {
        2: {"approved_at": 1},
        3: {"confirmed_at": 2},
        4: {"shipped_at": 3},
        5: {"delivered_at": 4},
        6: {"inspected_at": 5},
        7: {"bast_ppk_at": 6},
        8: {"bast_vendor_at": 7},
        14: {"ended_at": 13},
    }
    filled: dict[str, Any] = {
        name: at[step]
        for needed, moments in columns.items()
        if acts >= needed
        for name, step in moments.items()
    }
    if acts >= 3:
        filled["sp_number"] = f"SP/{number}"
    if acts >= 8:
        filled |= {"accepted_total": total, "accepted_price": price, "late_days": 0, "penalty": 0}
    if acts >= 8:
        filled["bast_number"] = f"BAST/{number}"
    if acts >= 14:
        filled["rating"] = 4
    return filled


_STAGES: Final = {4: "SHIPPED", 5: "ARRIVED", 6: "INSPECTED", 7: "INSPECTED"}


def _delivery(made: _Made) -> Delivery:
    """The one delivery of an order, as far as its acts brought it."""
    purchase, acts, at = made.purchase, made.acts, made.at
    signed = {
        "bast_ppk_at": at[6] if acts >= 7 else None,
        "accepted_price": purchase.price_total,
        "accepted_total": purchase.total,
    }
    return Delivery(
        purchase=purchase,
        position=1,
        address="Alamat buatan",
        place_code="31.71.01",
        place_name="Gambir, Jakarta Pusat",
        needed_by=purchase.needed_by,
        receiver_id=purchase.receiver_id,
        stage="ACCEPTED" if acts >= 8 else _STAGES.get(acts, "AWAITED"),
        since=at[min(acts, 8) - 1],
        shipped_at=at[3] if acts >= 4 else None,
        arrived_at=at[4] if acts >= 5 else None,
        inspected_at=at[5] if acts >= 6 else None,
        arrived_whole=acts >= 5,
        something_good=acts >= 5,
        bast_vendor_at=at[7] if acts >= 8 else None,
        bast_number=purchase.bast_number,
        **(signed | {"late_days": 0, "penalty": 0} if acts >= 7 else {}),
    )


def _agreement(made: _Made, delivery: Delivery) -> Agreement:
    """What was agreed with the submission, as the order's own act would have written it."""
    terms = Terms(
        {each.pk: LineTerms(each.agreed_price, {delivery.pk: each.quantity}) for each in made.lines},
        {
            delivery.pk: DeliveryTerms(
                0, delivery.needed_by, delivery.address, delivery.place_code, delivery.place_name
            )
        },
    )
    return agreement_of(made.purchase, terms, made.lines, cause=Agreement.Cause.SUBMISSION, at=made.at[0])


def _settle_budget(package: Package, line: BudgetLine, orders: Sequence[_Made]) -> None:
    """Give the package a pagu that holds its orders with a little over, and put each order's money in its place."""
    places = dict.fromkeys(("reserved", "committed", "payable", "spent"), 0)
    for made in orders:
        places[_place_of(made.acts)] += made.purchase.total
    used = sum(places.values())
    line.pagu = package.pagu = package.hps_total = used * 21 // 20
    line.available = line.pagu - used
    for place, amount in places.items():
        setattr(line, place, amount)


def _place_of(acts: int) -> str:
    """Where an order's money is: reserved, bound by the Surat Pesanan, owed after the BAST, spent."""
    return "reserved" if acts < 3 else "committed" if acts < 8 else "payable" if acts < 12 else "spent"


def _write(deed: Deed, chunk: list[_Made]) -> None:
    kept = {id(made.purchase.budget_line): made.purchase.budget_line for made in chunk}.values()
    lines = [line for line in kept if line.pk is None]
    packages = [line.package for line in lines]
    Package.objects.bulk_create(packages)
    for line in lines:
        line.package_id = line.package.pk
    BudgetLine.objects.bulk_create(lines)
    BudgetMovement.objects.bulk_create(_opening(deed, line) for line in lines)
    for made in chunk:
        made.purchase.package_id = made.purchase.package.pk
        made.purchase.budget_line_id = made.purchase.budget_line.pk
    Purchase.objects.bulk_create(made.purchase for made in chunk)
    for made in chunk:
        for each in made.lines:
            each.purchase_id = made.purchase.pk
    PurchaseLine.objects.bulk_create(each for made in chunk for each in made.lines)
    deliveries = {id(made): _delivery(made) for made in chunk}
    Delivery.objects.bulk_create(deliveries.values())
    DeliveryLine.objects.bulk_create(
        DeliveryLine(
            delivery=deliveries[id(made)],
            line=each,
            quantity=each.quantity,
            accepted=each.quantity if made.acts >= 7 else None,
        )
        for made in chunk
        for each in made.lines
    )
    Agreement.objects.bulk_create(_agreement(made, deliveries[id(made)]) for made in chunk)
    deed.record_many(
        [
            ("package.announce", line.package, {
                "kd_rup": line.package.kd_rup, "pagu_rupiah": line.package.pagu, "lines": [line.told], "sha256": "",
                "state": "PREPARED",
            })
            for line in lines
        ]
    )  # fmt: skip
    deed.record_many([entry for made in chunk for entry in _entries(made)])


def _opening(deed: Deed, line: BudgetLine) -> BudgetMovement:
    """One movement that says where the line's money stands; the steps between were never taken."""
    return BudgetMovement(
        line=line,
        deed=deed.uuid,
        at=deed.at,
        kind=BudgetMovement.Kind.OPEN,
        amount=line.pagu,
        reference="Data buatan",
        before=dict.fromkeys(figures(line), 0),
        after=figures(line),
    )


def _entries(made: _Made) -> Iterator[tuple[str, Purchase, dict[str, Any]]]:
    """The acts of one order, as its own moves would tell them."""
    purchase, before = made.purchase, ""
    for act, state in WAY[: made.acts]:
        facts = {**_FACTS[act](made), "number": purchase.number, "state": state}
        yield f"purchase.{act}", purchase, {**facts, "before": before} if before else facts
        before = state


def _submit_facts(made: _Made) -> dict[str, Any]:
    purchase = made.purchase
    return {
        "vendor": made.vendor_name,
        "vendor_id": purchase.vendor_id,
        "vendor_size": purchase.vendor_size,
        "kd_rup": purchase.package.kd_rup,
        "rekening": purchase.budget_line.rekening,
        "total_rupiah": purchase.total,
        "price_rupiah": purchase.price_total,
        "ppn_rupiah": purchase.ppn,
        "mechanism": purchase.mechanism,
        "reason": purchase.reason_of_choice,
        "tax_rules": [],
        "shipping_rupiah": purchase.shipping,
        "deliveries": 1,
        "no_negotiation_reason": purchase.no_negotiation_reason,
        "lines": [
            {"listing": line.listing_id, "quantity": line.quantity, "price_rupiah": line.agreed_price}
            for line in made.lines
        ],
    }


def _sums(*names: str) -> Callable[[_Made], dict[str, Any]]:
    """Facts that all hold the order's total."""
    return lambda made: dict.fromkeys(names, made.purchase.total)


def _with(sums: Sequence[str], **fixed: Any) -> Callable[[_Made], dict[str, Any]]:
    return lambda made: {**dict.fromkeys(sums, made.purchase.total), **fixed}


_FACTS: Final[dict[str, Callable[[_Made], dict[str, Any]]]] = {
    "submit": _submit_facts,
    "approve": _sums("total_rupiah", "hps_rupiah"),
    "confirm": lambda made: {"total_rupiah": made.purchase.total, "sp_number": made.purchase.sp_number},
    "ship": _with((), note_number="buatan", courier="buatan", lines=[], photos=[]),
    "receive": _with((), good=1, damaged=0, short=0, lines=[], photos=[]),
    "inspect": _with((), result="sesuai"),
    "sign_bast": _with(("accepted_rupiah",), late_days=0, penalty_rupiah=0, lines=[]),
    "accept": lambda made: {
        "accepted_rupiah": made.purchase.total,
        "bast_number": made.purchase.bast_number,
        "penalty_rupiah": 0,
    },
    "invoice": _with(("total_rupiah",), invoice="buatan", receipt="buatan", bank_account_version=1),
    "verify": _with(("ordered_rupiah", "accepted_rupiah", "total_rupiah"), invoice="buatan"),
    "approve_payment": _with(
        ("total_rupiah", "net_rupiah"),
        profile="buatan",
        profile_basis="buatan",
        penalty_rupiah=0,
        tax_plan={},
        obligation=None,
    ),
    "pay": _with(("total_rupiah", "net_rupiah"), proof="data buatan", proof_sha256=""),
    "settle_tax": _with(("total_rupiah",), ntpn=[]),
    "close": _with((), rating=4),
}
