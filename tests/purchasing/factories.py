"""Orders in any state, brought there through the actions people use: never by writing a row."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from PIL import Image

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.oscar.baskets import open_basket, put
from marketplace.regulation.models import Region
from procurement.fulfilment import actions as fulfilment
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing import actions as purchasing
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.models import Addendum, Purchase
from procurement.taxation.actions import load_tax_rules
from procurement.taxation.models import TaxRule
from tests import people
from tests.planning import plans
from tests.vendors import stalls
from vendors.models import Listing, Vendor

REASON = "alasan yang cukup panjang untuk dibaca"


@dataclass
class Office:
    """A unit with everybody an order needs, and one prepared package with one budget line."""

    package: Package
    officers: dict[Role, Appointment]
    line: BudgetLine = field(init=False)

    def __post_init__(self) -> None:
        self.line = self.package.lines.get()

    def actor(self, role: Role) -> Actor:
        """The unit's officer of that role as an actor."""
        return Actor.of(self.officers[role])


def office(
    *, pagu: int = 100_000_000, hps: int | None = None, region: Region | None = None, **package: Any
) -> Office:
    """A unit whose package is ready to buy from. HPS is 90 % of `pagu` unless given. Loads the tax rules."""
    if not TaxRule.objects.exists():
        load_tax_rules()
    unit = people.organisation(in_region=region or people.region())
    officers = {
        role: people.appointment(role, unit)
        for role in (Role.PA, Role.PPK, Role.PP, Role.PPTK, Role.PPK_SKPD, Role.TREASURER, Role.RECEIVER)
    }
    made = plans.package(
        pagu=pagu,
        at=unit,
        state="PREPARED",
        hps_total=hps or pagu * 9 // 10,
        **{"kind_code": Package.Kind.GOODS, **plans.hands(officers[Role.PPK], officers[Role.PP]), **package},
    )
    return Office(made, officers)


def shop(name: str = "CV Maju Bersama", *, region: Region | None = None, **said: Any) -> Vendor:
    """A verified small taxable enterprise that delivers within Central Jakarta."""
    told = {"size": "KECIL", "pkp": True, "activities": [("47611", "2020")], **said}
    return stalls.vendor(name, region=region, **told)


def paper(of: Vendor | None = None, *, region: Region | None = None, **said: Any) -> Listing:
    """Paper at Rp52.000 a ream, 500 in stock, made in Indonesia, on show at a new shop unless told otherwise.

    It has been on show for `shown_days`, so that nothing about it stands out.
    """
    shown = clock.now() - timedelta(days=said.pop("shown_days", 60))
    told: dict[str, Any] = {
        "way": "alat-tulis-kantor/kertas",
        "kind": "BARANG",
        "unit": "rim",
        "price": 52_000,
    }
    told |= {"in_stock": 500, "is_pdn": True, "tkdn_bp": 4_250, "kbki_code": "3212913"}
    made = stalls.listing(
        of or shop(region=region), said.pop("title", "Kertas HVS A4 80 gsm"), **(told | said)
    )
    Listing.objects.filter(pk=made.pk).update(live_since=shown)
    return made


def fill_basket(buyer: Actor, wanted: Sequence[tuple[Listing, int]]) -> None:
    """Put listings into the buyer's open basket."""
    assert buyer.user_id is not None
    basket = open_basket(buyer.user_id)
    for listing, quantity in wanted:
        put(basket, listing.stockrecord, quantity)


def delivery(**told: Any) -> purchasing.Destination:
    """Delivery to an office in Jakarta in ten days."""
    return purchasing.Destination(
        **{
            "address": "Jl. Medan Merdeka Selatan 8, lantai 5",
            "place_code": "31.71.01",
            "place_name": "Gambir, Jakarta Pusat",
            "needed_by": clock.today() + timedelta(days=10),
            **told,
        }
    )


def photo(colour: tuple[int, int, int] = (25, 107, 205)) -> bytes:
    """A small picture as a phone would send it, with a position in its EXIF data."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "S"
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@dataclass
class Story:
    """An order with its people: takes it on, one act after another."""

    purchase: Purchase
    office: Office

    @property
    def vendor(self) -> Actor:
        """The order's vendor."""
        return stalls.owner_of(self.purchase.vendor)

    def actor(self, role: Role) -> Actor:
        """Whoever holds that role on this order."""
        return self.vendor if role == Role.VENDOR else self.office.actor(role)

    def appointment(self, role: Role) -> Appointment:
        """The appointment of whoever holds that role on this order."""
        if role != Role.VENDOR:
            return self.office.officers[role]
        seller = self.purchase.vendor.organisation.appointments
        return seller.select_related("user", "organisation").get(role=role)

    def fresh(self) -> Purchase:
        """The order as it is in the database now."""
        self.purchase = Purchase.objects.select_related("vendor", "budget_line").get(pk=self.purchase.pk)
        return self.purchase

    def counts(self, *, good: int | None = None, damaged: int = 0) -> dict[int, fulfilment.Count]:
        """A count for every line: all that was ordered is sound unless said otherwise."""
        return {
            line.pk: fulfilment.Count(line.quantity if good is None else good, damaged)
            for line in self.purchase.lines.all()
        }

    def offer(self, *, price: int | None = None, **told: Any) -> purchasing.Offer:
        """An offer that keeps what is agreed, but for the unit price of every line and what else is told."""
        lines = list(self.purchase.lines.all())
        kept = {"shipping": self.purchase.shipping, "needed_by": self.purchase.needed_by}
        prices = {line.pk: price or line.agreed_price for line in lines}
        return purchasing.Offer(**{"prices": prices, **kept, **told})

    def proposes(self, *, role: Role = Role.VENDOR, change: purchasing.Change | None = None) -> Addendum:
        """An addendum proposed by `role`: three days more for the first delivery unless told otherwise."""
        first = self.purchase.deliveries.all()[0]
        later = purchasing.Change(days={first.pk: first.needed_by + timedelta(days=3)})
        return purchasing.propose_addendum(
            actor=self.actor(role), purchase_id=self.purchase.pk, change=change or later, reason=REASON
        )

    def take(self, name: str, **told: Any) -> Purchase:
        """Take the move `name` by the person whose it is."""
        role, act, defaults = STEPS[name]
        given = {key: value(self) if callable(value) else value for key, value in defaults.items()}
        act(actor=self.actor(role), purchase_id=self.purchase.pk, **{**given, **told})
        return self.fresh()


STEPS: dict[str, tuple[Role, Callable[..., Any], dict[str, Any]]] = {
    "counter": (Role.PP, purchasing.counter, {"offer": lambda story: story.offer(price=50_000)}),
    "agree": (Role.PP, purchasing.agree, {}),
    "approve": (Role.PPK, purchasing.approve, {}),
    "refuse": (Role.PPK, purchasing.refuse, {"reason": REASON}),
    "cancel": (Role.PP, purchasing.cancel, {"reason": REASON}),
    "confirm": (Role.VENDOR, purchasing.confirm, {}),
    "decline": (Role.VENDOR, purchasing.decline, {"reason": REASON}),
    "ship": (Role.VENDOR, fulfilment.ship, {"courier": "Diantar sendiri"}),
    "receive": (
        Role.RECEIVER,
        fulfilment.receive,
        {"counts": Story.counts, "photos": lambda story: [photo()]},
    ),
    "inspect": (Role.PPK, fulfilment.inspect, {}),
    "report_discrepancy": (Role.PPK, fulfilment.report_discrepancy, {"reason": REASON}),
    "comment": (Role.VENDOR, fulfilment.comment, {"reason": REASON}),
    "replace": (Role.PPK, fulfilment.replace, {"reason": REASON}),
    "accept_short": (Role.PPK, fulfilment.accept_short, {"reason": REASON}),
    "reject_goods": (Role.PPK, fulfilment.reject_goods, {"reason": REASON}),
    "sign_bast": (Role.PPK, fulfilment.sign_bast, {}),
    "accept": (Role.VENDOR, fulfilment.accept, {}),
    "warn": (Role.PPK, fulfilment.warn, {"reason": REASON}),
    "stop": (Role.PPK, fulfilment.stop, {"reason": REASON, "evaluation": REASON}),
    "terminate": (Role.PPK, fulfilment.terminate, {"reason": REASON, "evaluation": REASON}),
}
"""Move → who takes it, by which action, with what unless told otherwise."""

DISCREPANT = {"counts": lambda story: story.counts(good=1, damaged=1)}
PATHS: dict[str, tuple[str, ...]] = {
    "AWAITING_PPK": (),
    "AWAITING_VENDOR": ("approve",),
    "ORDERED": ("approve", "confirm"),
    "SHIPPED": ("approve", "confirm", "ship"),
    "DELIVERED": ("approve", "confirm", "ship", "receive"),
    "INSPECTED": ("approve", "confirm", "ship", "receive", "inspect"),
    "DISCREPANCY": ("approve", "confirm", "ship", "receive", "report_discrepancy"),
    "ACCEPTED": ("approve", "confirm", "ship", "receive", "inspect", "sign_bast", "accept"),
    "CANCELLED": ("refuse",),
    "STOPPED": ("approve", "confirm", "stop"),
    "TERMINATED": ("approve", "confirm", "warn", "terminate"),
    "NEGOTIATING": (),
}
"""The shortest way from submission to a state this room and fulfilment lead to."""


def story(
    state: str = "AWAITING_PPK",
    *,
    at: Office | None = None,
    wanted: Sequence[tuple[Listing, int]] | None = None,
    needed_by: date | None = None,
    negotiate: bool | None = None,
    reason: str = "",
) -> Story:
    """An order brought to `state`: 20 reams of paper of a new vendor unless told otherwise.

    It begins with a negotiation where asked to, or where that is the state wanted.
    """
    negotiate = state == "NEGOTIATING" if negotiate is None else negotiate
    unit = at or office()
    items = wanted or [(paper(region=unit.package.region), 20)]
    buyer = unit.actor(Role.PP)
    fill_basket(buyer, items)
    (purchase,) = purchasing.submit_basket(
        actor=buyer,
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        destinations=[delivery(**({"needed_by": needed_by} if needed_by else {}))],
        negotiate=negotiate,
        no_negotiation_reason="" if negotiate else REASON,
        reason=reason,
        justifications=dict.fromkeys(CODES, REASON),  # many orders of one test may look like a split one
    )
    told = Story(purchase, unit)
    told.fresh()
    for name in ("agree",) if negotiate and state != "NEGOTIATING" else ():
        told.take(name)
    for name in PATHS[state]:
        told.take(name)
    assert told.purchase.state == state
    return told


def make_purchase(state: str = "AWAITING_PPK", **told: Any) -> Purchase:
    """The order of `story(...)` alone."""
    return story(state, **told).purchase
