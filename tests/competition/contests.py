"""Competitions in any state, brought there by the actions people use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.competition import actions
from procurement.competition.actions import Draft, Need, Offered
from procurement.competition.models import Competition
from tests import people
from tests.purchasing import factories
from tests.purchasing.factories import Office
from tests.vendors import stalls
from vendors.models import Listing, Vendor

REQUEST = (
    "Kami perlu 80 nasi kotak untuk rapat di lantai 5 pada %(day)s jam 11, "
    "5 di antaranya vegetarian, paling mahal 35 ribu per kotak."
)
REASON = "alasan yang cukup panjang untuk dibaca"


@dataclass
class Contest:
    """A competition with its unit and the stalls that may offer."""

    thing: Competition
    office: Office
    stalls: list[tuple[Vendor, Listing]] = field(default_factory=list)

    @property
    def pp(self) -> Actor:
        """Who runs it."""
        return self.office.actor(Role.PP)

    def fresh(self) -> Competition:
        """It as it is in the database now."""
        self.thing = Competition.objects.get(pk=self.thing.pk)
        return self.thing

    def publish(self, **told: Any) -> Contest:
        """Announce it."""
        actions.publish(actor=self.pp, competition_id=self.thing.pk, **told)
        self.fresh()
        return self

    def offer(self, n: int, price: int, *, shipping: int = 0, **told: Any) -> actions.Receipt:
        """The n-th stall offers `price` for each line."""
        vendor, listing = self.stalls[n]
        lines = [
            Offered(each.pk, listing.pk, price, shipping if self.thing.itemized else 0)
            for each in told.pop("lines", self.thing.lines.all())
        ]
        assert self.thing.needed_by is not None
        return actions.offer(
            actor=stalls.owner_of(vendor),
            number=self.thing.number,
            offered=lines,
            shipping=shipping,
            **{"delivery_day": self.thing.needed_by, **told},
        )

    def owner(self, n: int) -> Actor:
        """The n-th stall's owner."""
        return stalls.owner_of(self.stalls[n][0])

    def owner_appointment(self, n: int) -> Appointment:
        """The appointment of the n-th stall's owner."""
        held = self.stalls[n][0].organisation.appointments
        return held.select_related("user", "organisation").get(role=Role.VENDOR)

    @property
    def closing(self) -> datetime:
        """When offers close."""
        assert self.thing.closes_at is not None
        return self.thing.closes_at

    def open(self) -> Competition:
        """Let the closing pass and open."""
        with after(self.thing):
            actions.open_offers(actor=self.pp, competition_id=self.thing.pk)
        return self.fresh()


@contextmanager
def after(competition: Competition, **later: float) -> Iterator[datetime]:
    """The clock shortly after the closing."""
    assert competition.closes_at is not None
    moment = competition.closes_at + timedelta(**(later or {"minutes": 1}))
    with clock.frozen(moment):
        yield moment


def needs(*, lines: int = 1, quantity: int = 80, hps: int = 35_000) -> list[Need]:
    """So many lines of meal boxes."""
    return [
        Need(f"Nasi kotak {n}", quantity, "kotak", hps, "Nasi, lauk, sayur, buah")
        for n in range(1, lines + 1)
    ]


def _boxes(stall: Vendor, title: str, price: int) -> Listing:
    return stalls.listing(stall, title, price=price, in_stock=500, is_pdn=True)


def draft(
    *,
    at: Office | None = None,
    sellers: int = 2,
    seller: Vendor | None = None,
    lines: Sequence[Need] | None = None,
    price: int = 40_000,
    region: Region | None = None,
    **said: Any,
) -> Contest:
    """A whole draft for meal boxes and so many stalls that sell them."""
    unit = at or factories.office(region=region or people.region())
    made = [(seller, _boxes(seller, "Nasi kotak", price))] if seller else []
    for n in range(sellers):
        stall = stalls.vendor(f"Dapur {n + 1}", region=unit.package.region, size="KECIL")
        made.append((stall, _boxes(stall, f"Nasi kotak {n + 1}", price)))
    needed = clock.today() + timedelta(days=20)
    told = {
        "title": "Konsumsi rapat koordinasi",
        "request_text": REQUEST % {"day": f"{needed.day}-{needed.month}-{needed.year}"},
        "kind": Listing.Kind.CATERING,
        "category_id": stalls.categories()["konsumsi/nasi-kotak"],
        "specification": "Dikemas satu per satu.",
        "address": "Jl. Medan Merdeka Selatan 8, lantai 5",
        "place_code": "31.71.01",
        "place_name": "Gambir, Jakarta Pusat",
        "needed_by": needed,
        "closes_at": datetime.combine(
            clock.today() + timedelta(days=10), datetime.min.time().replace(hour=14), tzinfo=clock.JAKARTA
        ),
    }
    thing = actions.draft(
        actor=unit.actor(Role.PP),
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        said=Draft(**{**told, **said}),
        needs=needs() if lines is None else lines,
    )
    return Contest(thing, unit, made)


def published(**told: Any) -> Contest:
    """An announced competition."""
    return draft(**told).publish()


def opened(*prices: int, **told: Any) -> Contest:
    """An opened competition in which the stalls offered these prices, in their order."""
    contest = published(sellers=max(len(prices), 1), **told)
    for n, price in enumerate(prices):
        contest.offer(n, price)
    contest.open()
    return contest
