"""A market of honest orders over one year, made by chance from a seed; patterns are planted among them (planting)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median_low
from typing import Any, Final

from django.db import connection

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.queries import is_working_day, parameter
from procurement.fulfilment.models import Evidence
from procurement.planning.models import BudgetLine, Package
from procurement.practice.market import bring_goods, bring_vendors
from procurement.practice.units import Unit, bring_units
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine
from tests.redflags.labelled.rows import copied, next_ids
from vendors.models import Activity, Listing

YEAR: Final = 2025
AFTER: Final = datetime(2026, 12, 2, 3, tzinfo=UTC)
"""When the year is judged, by the figures of that day."""
BEGINNING: Final = datetime(YEAR, 1, 7, 2, tzinfo=UTC)
DAYS: Final = 345
ACCOUNTS: Final = 12
"""Account codes a unit buys under."""
MEDIAN: Final = 1_300_000
LARGEST: Final = 150_000_000
FLUSH: Final = 4_000


@dataclass(frozen=True, slots=True)
class Goods:
    """A listing as an order needs it."""

    pk: int
    vendor_id: int
    vendor_organisation_id: int
    product_id: int
    stockrecord_id: int
    title: str
    unit: str
    kind: str
    kbki: str
    price: int


@dataclass
class Market:
    """Units, goods and the orders among them; `labels` are (rule, episode, subject) of what was planted."""

    region: Region
    seed: int
    units: Sequence[Unit]
    goods: Sequence[Goods]
    chance: random.Random = field(init=False)
    labels: list[tuple[str, str, str]] = field(default_factory=list)
    later: list[tuple[str, str, dict[str, int]]] = field(default_factory=list)
    orders: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.of_vendor: dict[int, list[Goods]] = defaultdict(list)
        for each in self.goods:
            self.of_vendor[each.vendor_id].append(each)
        self.vendors = list(self.of_vendor)
        kinds: tuple[Any, ...] = (Package, BudgetLine, Purchase, PurchaseLine, Delivery, Evidence)
        self._ids = {kind: iter(next_ids(kind)) for kind in kinds}
        self._rows: dict[Any, list[dict[str, Any]]] = {kind: [] for kind in kinds}

    def label(self, rule: str, episode: str, *subjects: str) -> None:
        """Say what `rule` should find."""
        self.labels += [(rule, episode, subject) for subject in subjects]

    def label_orders(self, rule: str, episode: str, **of: int) -> None:
        """Say that `rule` should find all orders with those columns, those still to come included."""
        self.later.append((rule, episode, of))

    def settle(self) -> None:
        """Write what is left and label what could not be named before."""
        self.flush()
        for rule, episode, of in self.later:
            orders = Purchase.objects.filter(**of).values_list("pk", flat=True)
            self.label(rule, episode, *(f"purchase:{pk}" for pk in orders))

    def moment(self, *, day: int | None = None) -> datetime:
        """Some working hour of the year, or of its `day`."""
        if day is None:
            day = self.chance.randrange(DAYS)
        at = BEGINNING + timedelta(days=day)
        while not is_working_day(clock.day_of(at)):
            at -= timedelta(days=1)
        return at + timedelta(minutes=self.chance.randrange(7 * 60))

    def some(self) -> tuple[Unit, Goods]:
        """Any unit and anything on show."""
        return self.chance.choice(self.units), self.chance.choice(self.goods)

    def honest(self, count: int) -> None:
        """Orders as they are: amounts spread widely, negotiated when large, accepted with a picture of their own."""
        for _each in range(count):
            unit, goods = self.some()
            self.order(unit, goods)

    def order(
        self,
        unit: Unit,
        goods: Goods,
        *,
        at: datetime | None = None,
        amount: int | None = None,
        listed: int | None = None,
        agreed: int | None = None,
        account: str = "",
        package: dict[str, Any] | None = None,
        **told: Any,
    ) -> int:
        """One order of about `amount` rupiah, closed; `told` replaces columns of the order. Returns its id."""
        chance, at = self.chance, at or self.moment()
        amount = amount or min(int(MEDIAN * chance.lognormvariate(0, 1.1)), LARGEST)
        listed = listed or goods.price
        large = amount > 40_000_000
        negotiated = told.pop("negotiated", chance.random() < (0.985 if large else 0.1))
        if agreed is None:
            agreed = listed * chance.randrange(8_800, 9_950) // 10_000 if negotiated else listed
        quantity = max(1, round(amount / agreed))
        total = quantity * agreed
        approved = at + timedelta(minutes=chance.randrange(30, 60))
        arrived = approved + timedelta(days=chance.randrange(2, 9), hours=1)
        photo = told.pop("photo", True)
        likeness = told.pop("likeness", None)
        digest = told.pop("digest", None)
        pk = next(self._ids[Purchase])
        line = self.line_of(
            unit, account or f"5.1.02.01.01.00{chance.randrange(ACCOUNTS):02}", at, package, total
        )
        officers = unit.officers
        delivery = {
            "id": next(self._ids[Delivery]),
            "purchase_id": pk,
            "position": 1,
            "place_code": "31.71.01",
            "needed_by": clock.day_of(arrived),
            "stage": "ACCEPTED",
            "shipped_at": approved + timedelta(days=1),
            "arrived_at": arrived,
            "bast_ppk_at": arrived + timedelta(hours=2),
            "bast_vendor_at": arrived + timedelta(hours=3),
            "accepted_price": total,
            "accepted_total": total,
            **told.pop("delivery", {}),
        }
        self._rows[Delivery].append(delivery)
        self._rows[Purchase].append(
            {
                "id": pk,
                "created_at": at,
                "number": f"EO-{YEAR}-{pk:08d}",
                "state": "CLOSED",
                "region_id": self.region.pk,
                "organisation_id": unit.organisation.pk,
                "package_id": line["package_id"],
                "budget_line_id": line["id"],
                "vendor_id": goods.vendor_id,
                "vendor_organisation_id": goods.vendor_organisation_id,
                "pp_user_id": officers[Role.PP].user_id,
                "ppk_user_id": officers[Role.PPK].user_id,
                "receiver_user_id": officers[Role.RECEIVER].user_id,
                "needed_by": delivery["needed_by"],
                "goods_total": total,
                "price_total": total,
                "ppn": 0,
                "total": total,
                "mechanism": "UP",
                "vendor_size": "KECIL",
                "negotiated": negotiated,
                "sp_number": f"SP/{pk}",
                "basket_since": at - timedelta(hours=chance.randrange(1, 60)),
                "submitted_at": at,
                "approved_at": approved,
                "confirmed_at": approved + timedelta(hours=20),
                "bast_ppk_at": delivery["bast_ppk_at"],
                "bast_vendor_at": delivery["bast_vendor_at"],
                "accepted_total": total,
                "accepted_price": total,
                **told,
            }
        )
        self._rows[PurchaseLine].append(
            {
                "id": next(self._ids[PurchaseLine]),
                "purchase_id": pk,
                "position": 1,
                "listing_id": goods.pk,
                "product_id": goods.product_id,
                "stockrecord_id": goods.stockrecord_id,
                "title": goods.title,
                "unit": goods.unit,
                "kind": goods.kind,
                "kbki_code": goods.kbki,
                "quantity": quantity,
                "list_price": max(listed, agreed),
                "agreed_price": agreed,
                "total": total,
            }
        )
        if photo:
            self._photo(pk, delivery, unit, digest, likeness)
        self.orders += 1
        if len(self._rows[Purchase]) >= FLUSH:
            self.flush()
        return pk

    def _photo(
        self, pk: int, delivery: dict[str, Any], unit: Unit, digest: str | None, likeness: int | None
    ) -> None:
        self._rows[Evidence].append(
            {
                "id": next(self._ids[Evidence]),
                "purchase_id": pk,
                "delivery_id": delivery["id"],
                "step": "RECEIPT",
                "sha256": digest or f"{self.chance.getrandbits(256):064x}",
                "size": 90_000,
                "width": 1_200,
                "height": 900,
                "likeness": self.chance.getrandbits(64) - (1 << 63) if likeness is None else likeness,
                "added_at": delivery["arrived_at"] or AFTER - timedelta(days=1),
                "organisation_id": unit.organisation.pk,
            }
        )

    def line_of(
        self, unit: Unit, account: str, at: datetime, package: dict[str, Any] | None, total: int
    ) -> dict[str, Any]:
        """A package with one budget line for this order alone; packages that already have an `id` are shared."""
        told = package if package is not None else {}
        if "line" in told:
            return dict(told["line"])
        pk = next(self._ids[Package])
        self._rows[Package].append(
            {
                "id": pk,
                "created_at": at,
                "state": "PLANNED",
                "region_id": self.region.pk,
                "organisation_id": unit.organisation.pk,
                "year": YEAR,
                "kd_rup": f"{pk:010d}",
                "name": f"Belanja {account}",
                "pagu": 10 * total,
                "kak": told.get("kak", ""),
            }
        )
        line = {
            "id": next(self._ids[BudgetLine]),
            "package_id": pk,
            "mak": f"5.03.{account}",
            "rekening": account,
            "sumber_dana": "APBD",
            "pagu": 10 * total,
            "available": 10 * total,
        }
        self._rows[BudgetLine].append(line)
        told["line"] = line
        return line

    def flush(self) -> None:
        """Write what was made so far."""
        for kind, rows in self._rows.items():
            if rows:
                copied(kind, rows)
                rows.clear()


def opened(*, vendors: int, listings: int, units: int, seed: int = 5) -> Market:
    """A market with vendors, goods on show and units, and nothing ordered yet."""
    region = Region.objects.get(klpd_code="D197")
    bring_goods(
        bring_vendors(region, vendors, seed=seed, with_owner=False), listings, seed=seed, pictures=False
    )
    with connection.cursor() as cursor:
        # what a product's page says, long enough to be copied; and a page that was there before the year began
        cursor.execute(
            "UPDATE catalogue_product SET description = title || %s WHERE length(description) < 80",
            [
                " dengan mutu terjamin, bergaransi resmi satu tahun, warna sesuai gambar, siap dikirim hari yang sama."
            ],
        )
        # honest vendors share nothing, except fourteen whose helper left one telephone for all of them
        cursor.execute("UPDATE vendors_vendor SET phone_hash = encode(sha256(id::text::bytea), 'hex')")
        cursor.execute(
            "UPDATE vendors_vendor SET phone_hash = repeat('f', 64)"
            " WHERE id IN (SELECT id FROM vendors_vendor ORDER BY id LIMIT 14)"
        )
    _licensed()
    Listing.objects.update(live_since=BEGINNING - timedelta(days=90))
    rows = (
        Listing.objects.filter(state="LIVE", vendor__region=region)
        .order_by("pk")
        .values_list(
            "pk",
            "vendor_id",
            "vendor__organisation_id",
            "product_id",
            "stockrecord_id",
            "product__title",
            "unit",
            "kind",
            "kbki_code",
            "price",
        )
    )
    return Market(region, seed, bring_units(region, units), _priced([Goods(*row) for row in rows], seed))


def _licensed() -> None:
    """Give every vendor a line of business that covers what it sells."""
    fitting = parameter("flag.ID12.kbli_of_kbki").value
    sold = Listing.objects.exclude(kbki_code="").order_by().values_list("vendor_id", "kbki_code").distinct()
    wanted = {(vendor, f"{fitting[kbki[0]][0]}111") for vendor, kbki in sold if kbki[0] in fitting}
    rows = [Activity(vendor_id=vendor, code=code, edition="2020") for vendor, code in sorted(wanted)]
    Activity.objects.bulk_create(rows, ignore_conflicts=True)


def _priced(goods: Sequence[Goods], seed: int) -> list[Goods]:
    """The goods with prices as a market has them: what is of one kind and unit costs about the same everywhere."""
    chance, prices = random.Random(seed), defaultdict(list)
    for each in goods:
        prices[each.kbki, each.unit].append(each.price)
    usual = {kind: median_low(found) for kind, found in prices.items()}
    return [
        replace(each, price=max(100, int(usual[each.kbki, each.unit] * chance.lognormvariate(0, 0.15))))
        for each in goods
    ]
