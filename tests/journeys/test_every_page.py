"""Every page of the site in a real browser, on a phone and in an office: whatever has an address is looked at.

Addresses come from the URL configuration. Which role opens which, and with which number in it, is found out by
trying: a page added later is scanned by itself, or fails here because nothing in the scene opens it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from tests import people
from tests.house.addresses import Address, addresses
from tests.house.specimens import absent
from tests.journeys import browser as looks
from tests.journeys import scenery
from tests.journeys.scene import Scene
from vendors.models import Listing
from vendors.sections import BY_CODE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.timeout(1800)]

SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")
FILES = {"django.views.static"}
NO_PAGE_HERE = {
    "akun/keamanan/aplikasi/lepas/": "only with a second factor: tests/pages looks at it",
    "akun/keamanan/cadangan/": "only with a second factor: tests/pages looks at it",
    "akun/keamanan/cadangan/unduh/": "a file, only with a second factor",
    "daftar/usaha/": "only for an account without a business: tests/onboarding looks at it",
    "tlog/tile/<path:path>": "a file of the log",
    "tlog/stamp/<int:size>.tsr": "a file of the log",
    "tlog/stamp/<int:size>.checkpoint": "a file of the log",
    "media/produk/<slug:shelf>/<str:name>": "a picture",
}
STATES_TO_SEE = {
    Role.PPK: ("AWAITING_PPK", "DISCREPANCY", "INSPECTED", "CANCELLED", "PAID", "CLOSED"),
    Role.VENDOR: ("AWAITING_VENDOR", "ORDERED", "ACCEPTED", "PAID", "TERMINATED"),
    Role.RECEIVER: ("SHIPPED",),
    Role.TREASURER: ("PAYMENT_APPROVED",),
    Role.AUDITOR: ("CLOSED",),
}
"""Orders in these states look different to these roles."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One page to look at, and as whom; None for a visitor who has not signed in."""

    path: str
    who: Appointment | None


class Doors:
    """Tries addresses without a browser, to find out who gets a page there."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._clients: dict[int | None, Client] = {None: Client()}

    def stop(self, address: Address) -> Stop | str | None:
        """A page to look at; None where there is no page (a form's target, a file); else what is wrong."""
        met = set()
        for who in self._visitors(address):
            for path in self._paths(address):
                answer = self._client(who).get(path)
                if answer.status_code >= 500:
                    return f"{path}: {answer.status_code}"
                if answer.status_code == 200 and b"<html" in getattr(answer, "content", b""):
                    return Stop(path, who)
                if answer.status_code in {200, 405}:
                    return None  # a file, or the target of a form
                met.add(answer.status_code)
        if met & {204, 301, 302} or address.route in NO_PAGE_HERE:
            return None
        return f"/{address.route}: nothing in the scene opens it ({sorted(met)}); add one to tests/journeys/furnishing"

    def _visitors(self, address: Address) -> Iterator[Appointment | None]:
        staff, entering = self._scene.staff, address.may_enter
        if entering is None:
            yield None
        may = [hands for role, hands in staff.items() if entering is None or role in entering]
        yield from (hands[0] for hands in may)
        yield from (each for hands in may for each in hands[1:])

    def _paths(self, address: Address) -> list[str]:
        tried = self._scene.candidates(address.route, address.parameters)
        nothing = {name: absent(kind) for name, kind in address.parameters.items()}
        return list(dict.fromkeys(address.url(values) for values in tried or [nothing]))

    def _client(self, who: Appointment | None) -> Client:
        key = who.pk if who else None
        if who is not None and key not in self._clients:
            self._clients[key] = people.signed_in(who)
        return self._clients[key]

    def cookie(self, who: Appointment) -> str:
        """The sign-in cookie of a person."""
        return str(self._client(who).cookies[live_settings.SESSION_COOKIE_NAME].value)


class Eyes:
    """Browsers of everybody, and what is wrong with the pages they looked at."""

    def __init__(self, browser: Browser, site: str, doors: Doors) -> None:
        self._browser, self._site, self._doors = browser, site, doors
        self._pages: dict[int | None, Page] = {}
        self._traffic: dict[Page, looks.Traffic] = {}
        self._noise: list[str] = []
        self.seen = 0

    def complaints(self, stop: Stop) -> Iterator[str]:
        """Look at a page on a phone, a very narrow one, and in an office."""
        page = self._page(stop.who)
        traffic = self._traffic[page]
        traffic.responses.clear()
        self._noise.clear()
        page.set_viewport_size(looks.PHONE)
        answer = page.goto(self._site + stop.path)
        found = [] if answer and answer.status == 200 else [f"answered {answer and answer.status}"]
        found += [f"phone: {each}" for each in looks.examine(page)]
        self._take_picture(page, stop, "phone")
        page.set_viewport_size(looks.NARROWEST)
        found += [f"320 px: {each}" for each in looks.overflow(page)]
        page.set_viewport_size(looks.OFFICE)
        found += [f"office: {each}" for each in looks.examine(page)]
        self._take_picture(page, stop, "office")
        found += [f"foreign: {url}" for url in traffic.foreign()] + [
            f"console: {each}" for each in self._noise
        ]
        self.seen += 1
        role = stop.who.role if stop.who else "visitor"
        yield from (f"{stop.path} ({role}): {each}" for each in dict.fromkeys(found))

    def _page(self, who: Appointment | None) -> Page:
        key = who.pk if who else None
        if key not in self._pages:
            context: BrowserContext = self._browser.new_context()
            if who is not None:
                name = live_settings.SESSION_COOKIE_NAME
                context.add_cookies([{"name": name, "value": self._doors.cookie(who), "url": self._site}])
            self._pages[key] = page = context.new_page()
            self._traffic[page] = looks.Traffic(page, self._site)
            page.on("console", self._hear)
            page.on("pageerror", lambda error: self._noise.append(str(error)))
        return self._pages[key]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._noise.append(message.text)

    def _take_picture(self, page: Page, stop: Stop, size: str) -> None:
        if SCREENSHOTS:
            name = re.sub(r"\W+", "-", stop.path.strip("/")) or "beranda"
            looks.picture(
                page, Path(SCREENSHOTS), f"{stop.who.role if stop.who else 'visitor'}-{name}-{size}"
            )


def stops_of_roles(scene: Scene) -> Iterator[Stop]:
    """Pages that look different to each role: its desk and lists, and orders in the states that concern it."""
    yield Stop("/cari/?q=kertas", None)
    yield Stop("/cari/?q=tidakada", None)
    yield Stop("/banding/?" + "&".join(f"id={each.product_id}" for each in scene.listings[:5]), None)
    yield from (Stop(f"/usaha-saya/{code}/", scene.staff[Role.VENDOR][1]) for code in BY_CODE)
    yield from (
        Stop(f"/produk-saya/baru/?jenis={kind}", scene.staff[Role.VENDOR][0]) for kind in Listing.Kind.values
    )
    yield Stop(f"/penyedia/{scene.vendors[1].pk}/", scene.staff[Role.OPERATOR][0])
    yield Stop(f"/kurasi/{scene.listings[-2].pk}/", scene.staff[Role.CURATOR][0])
    for role, hands in scene.staff.items():
        yield Stop("/meja/", hands[0])
        yield Stop("/kabar/", hands[0])
        for state in STATES_TO_SEE.get(role, ()):
            yield Stop(f"/pesanan/{scene.orders[state][0].purchase.number}/", hands[0])


def test_every_page_is_sound(browser: Browser, live_server: Any, settings: Any, caplog: Any) -> None:
    caplog.set_level("ERROR", logger="django.request")  # trying doors is noisy
    scene = scenery.build(settings, live_server.url)
    doors = Doors(scene)
    found = [doors.stop(each) for each in addresses() if each.view.__module__ not in FILES]
    complaints = [each for each in found if isinstance(each, str)]
    stops = dict.fromkeys([each for each in found if isinstance(each, Stop)] + list(stops_of_roles(scene)))

    eyes = Eyes(browser, live_server.url, doors)
    for stop in stops:
        complaints += eyes.complaints(stop)

    assert not complaints, "\n".join(complaints)
    assert eyes.seen > 100
