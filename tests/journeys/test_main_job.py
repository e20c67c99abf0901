"""The main job in real browsers: from a line of the plan to the closed payment, every role by its own clicks.

The vendor and the receiver have JavaScript off and a phone of 360 px; offices have it on. Nobody types an address
but that of the site: every page is reached by a link or a button, and every click is counted.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.events.runner import drain
from procurement.planning.models import BudgetLine
from procurement.practice.cast import (
    OFFICERS,
    OVERSEERS,
    OWNER,
    PASSWORD,
    Person,
    appoint_officers,
    appoint_overseers,
    operator_of,
)
from procurement.practice.market import bring_goods, bring_vendors
from procurement.practice.setup import SAMPLE_PLAN, Stage, choose_stage, load_plan
from procurement.purchasing.models import Purchase
from procurement.settlement.ledger.reports import disagreements
from tests.fakes.stripe import FakeStripe
from tests.journeys import browser as looks
from tests.journeys.scenery import STRIPE_KEY, STRIPE_SECRET, until
from tests.settlement.orders import SCAN
from vendors.models import Vendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

MOST_CLICKS = 12
PLAIN = {Role.VENDOR, Role.RECEIVER}
"""They have a cheap phone: 360 px, no JavaScript."""


@dataclass
class Hand:
    """One person at a browser of their own: clicks, chooses, types; clicks and choices are counted."""

    person: Person
    page: Page
    site: str
    clicks: int = 0
    complaints: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Open the site and sign in through its form; ends at the desk."""
        self.page.goto(f"{self.site}/masuk/")
        self.page.fill("[name=login]", self.person.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        expect(self.page.locator("h1")).to_have_text("Meja saya")

    def click(self, target: str | Locator) -> None:
        """Follow a link or press a button that can be seen; the page that comes must fit the screen."""
        place = self.page.locator(target) if isinstance(target, str) else target
        place.first.click()
        self.page.wait_for_load_state()
        self.clicks += 1
        self.complaints += [f"{self.page.url}: {each}" for each in looks.overflow(self.page)]

    def choose(self, name: str, text: str) -> None:
        """Choose the option of a list that contains `text`."""
        options = self.page.locator(f"[name={name}] option", has_text=text)
        self.page.select_option(f"[name={name}]", options.first.get_attribute("value"))
        self.clicks += 1

    def fill(self, **values: object) -> None:
        """Type into fields."""
        for name, value in values.items():
            self.page.fill(f"main [name={name}]", str(value))

    def send(self) -> None:
        """Press the form's own button."""
        own = self.page.locator("main form button[type=submit]:is(.primary, .danger):visible")
        self.click(own if own.count() else "main form button[type=submit]:visible")

    def desk(self) -> None:
        """Back to the desk, by the link that every page has."""
        link = self.page.locator("header a[href='/meja/']:visible")
        if not link.count():  # on a phone the way there is in the menu
            self.click("header summary:visible")
        self.click("header a[href='/meja/']:visible")

    def open(self, address: str) -> None:
        """From the desk to a thing that stands there."""
        if not self.page.url.endswith("/meja/"):
            self.desk()
        self.page.reload()
        self.click(f"main a[href='{address}']")

    def act(self, number: str, move: str, **values: object) -> None:
        """From the desk to the order, to the move's form, fill it in, send it."""
        self.open(f"/pesanan/{number}/")
        self.click(f"main a[href$='/{number}/{move}/']")
        self.fill(**values)
        self.send()


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    """A plan in the ministry's format, the cast appointed, three stalls with goods."""
    call_command("load_tax_rules", verbosity=0)
    plan = load_plan(SAMPLE_PLAN, _silently)
    stage = choose_stage(plan.regions)
    appoint_officers(stage.unit)
    appoint_overseers(stage.region)
    bring_goods(bring_vendors(stage.region, 8, actor=operator_of(stage.region)), 24, pictures=False)
    return stage


def _silently(_said: str) -> None:
    """The story is told by the test."""


@pytest.fixture
def hands(browser: Browser, live_server: Any) -> Iterator[Callable[[Role], Hand]]:
    """``hands(Role.PPK)``: that person of the cast, signed in; everybody has a browser of their own."""
    people = {person.role: person for person in (*reversed(OVERSEERS), OWNER, *OFFICERS)}
    known: dict[Role, Hand] = {}

    def of(role: Role) -> Hand:
        if role not in known:
            size = looks.PHONE if role in PLAIN else looks.OFFICE
            context = browser.new_context(viewport=size, java_script_enabled=role not in PLAIN)
            context.set_default_timeout(10_000)
            known[role] = Hand(people[role], context.new_page(), live_server.url)
            known[role].sign_in()
        return known[role]

    yield of
    for hand in known.values():
        hand.page.context.close()


@pytest.fixture
def stripe(settings: Any, live_server: Any) -> Iterator[FakeStripe]:
    """The stand-in for the payment provider; it sends its webhooks to the site."""
    with FakeStripe(secret_keys=[STRIPE_KEY]) as running:
        settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = STRIPE_KEY, running.url
        settings.STRIPE_WEBHOOK_SECRETS = [STRIPE_SECRET]
        running.add_webhook(f"{live_server.url}/webhook/stripe/", STRIPE_SECRET)
        yield running


def test_from_plan_line_to_closed_payment(
    stage: Stage, hands: Callable[[Role], Hand], stripe: FakeStripe
) -> None:
    plan(stage, hands)
    order = buy(stage, hands)
    hands(Role.VENDOR).act(order.number, "confirm")
    drain()
    paper = hands(Role.VENDOR).page
    paper.reload()
    assert paper.locator("main a[href^='/dokumen/']").count() == 1  # the Surat Pesanan stands

    clicks = {role: hands(role).clicks for role in (Role.PA, Role.PPK, Role.PP, Role.VENDOR)}
    assert max(clicks.values()) <= MOST_CLICKS, clicks

    deliver(order, hands)
    bill(order, hands)
    pay(order, hands, stripe)
    closing = hands(Role.PPK)
    closing.open(f"/pesanan/{order.number}/")
    closing.click(f"main a[href$='/{order.number}/close/']")
    closing.click("label:has([name=rating][value='5'])")
    closing.send()

    order.refresh_from_db()
    line = BudgetLine.objects.get(pk=order.budget_line_id)
    assert order.state == "CLOSED"
    assert (line.reserved, line.committed, line.payable, line.spent) == (0, 0, 0, order.total)
    assert disagreements() == []
    assert not [each for role in Role if role in STAFF for each in hands(role).complaints]


STAFF = (Role.PA, Role.PPK, Role.PP, Role.VENDOR, Role.RECEIVER, Role.PPK_SKPD, Role.TREASURER)


def plan(stage: Stage, hands: Callable[[Role], Hand]) -> None:
    """PA disposes of the package; PPK sets KAK and HPS and hands it to the PP."""
    package = f"/paket/{stage.package.kd_rup}/"
    pa, ppk = hands(Role.PA), hands(Role.PPK)
    pa.click("main a[href='/paket/']")
    pa.fill(q=stage.package.kd_rup)
    pa.send()
    pa.click(f"main a[href='{package}']")
    pa.click(f"main a[href='{package}dispose/']")
    pa.choose("ppk", ppk.person.name)
    pa.send()
    ppk.open(package)
    ppk.click(f"main a[href='{package}hps/']")
    ppk.page.fill("main [name=q]", "kertas")
    ppk.click("main form[role=search] button")
    ppk.fill(quantity=100, unit="rim", unit_price=rupiah(stage.package.pagu * 100 // 111 // 100))
    for number in (0, 1):
        ppk.click(ppk.page.locator("main label:has([name=listings])").nth(number))
    ppk.click("main button[name=next]")
    ppk.choose("pp", "Citra Lestari")
    ppk.fill(
        kak_purpose="Alat tulis untuk pelayanan kantor triwulan berjalan.",
        kak_specification="Kertas HVS A4 80 gsm atau setara.",
        kak_delivery="Diserahkan di kantor pada jam kerja.",
    )
    ppk.send()


def buy(stage: Stage, hands: Callable[[Role], Hand]) -> Purchase:
    """PP searches, fills the basket, submits; PPK approves."""
    pp = hands(Role.PP)
    pp.page.fill("header [name=q]", "kertas")
    pp.page.keyboard.press("Enter")
    pp.clicks += 1
    pp.page.wait_for_url("**/cari/**")
    # which of the fitting offers stands first is a matter of the day: this is the story of one vendor
    seller = Vendor.objects.get(organisation__appointments__user__email=OWNER.email)
    pp.click(pp.page.locator("main .listing", has_text=seller.name).locator("h3 a"))
    pp.fill(quantity=60)
    pp.click("main form[action='/keranjang/tambah/'] button[type=submit]")
    if "/keranjang/" not in pp.page.url:
        pp.click("header a[href='/keranjang/']:visible")
    pp.click("main a[href='/keranjang/ajukan/']")
    pp.choose("budget_line", stage.package.kd_rup)
    pp.choose("receiver", "Gita Maharani")
    pp.fill(
        address="Jalan Contoh Nomor 1, lantai 2",
        place_code="31.71.01",
        place_name="Gambir, Jakarta Pusat",
        needed_by=(clock.today() + timedelta(days=10)).isoformat(),
        reason="Harga dan waktu kirim paling sesuai dengan kebutuhan.",
    )
    pp.send()
    pp.click("main button[value=send]")
    order = Purchase.objects.get()
    expect(pp.page.locator("h1")).to_contain_text(order.number)
    hands(Role.PPK).act(order.number, "approve")
    return order


def deliver(order: Purchase, hands: Callable[[Role], Hand]) -> None:
    """The vendor ships, the receiver counts and photographs, PPK inspects, both sign the BAST."""
    hands(Role.VENDOR).act(order.number, "ship", courier="Kurir sendiri")
    receiver = hands(Role.RECEIVER)
    receiver.open(f"/pesanan/{order.number}/")
    receiver.click(f"main a[href$='/{order.number}/receive/']")
    receiver.page.set_input_files("[name=photos]", _file("foto.jpg", "image/jpeg", _photograph()))
    receiver.send()
    hands(Role.PPK).act(order.number, "inspect")
    hands(Role.PPK).act(order.number, "sign_bast")
    hands(Role.VENDOR).act(order.number, "accept")


def bill(order: Purchase, hands: Callable[[Role], Hand]) -> None:
    """The vendor bills, the financial officer matches, PA approves the payment."""
    hands(Role.VENDOR).act(order.number, "invoice")
    hands(Role.PPK_SKPD).act(order.number, "verify")
    hands(Role.PA).act(order.number, "approve_payment")


def pay(order: Purchase, hands: Callable[[Role], Hand], stripe: FakeStripe) -> None:
    """The treasurer pays through the provider, evidences the transfer and deposits the taxes; another verifies."""
    place, treasurer = f"/bayar/{order.number}/", hands(Role.TREASURER)
    treasurer.open(place)
    treasurer.click(f"main form[action='{place}mulai/'] button")
    until(lambda: Purchase.objects.get(pk=order.pk).state == "PAID")
    stripe.sender.drain()
    treasurer.page.reload()
    verifier = hands(Role.PPK_SKPD)
    treasurer.click("main form[action$='/siapkan/'] button")
    verifier.open(place)
    verifier.click("main form[action$='/setujui/'] button")
    treasurer.open(place)
    treasurer.click("main form[action$='/kirim/'] button")
    treasurer.click(f"main a[href='{place}bukti/']")
    net = order.obligation.net
    treasurer.fill(number="TRF-1", dated=clock.today().isoformat(), amount=rupiah(net))
    treasurer.page.set_input_files("[name=file]", _file("bukti.pdf", "application/pdf", SCAN))
    treasurer.send()
    verifier.open(place)
    verifier.click("main form[action$='/verifikasi/'] button")
    for number in range(order.obligation.tax_lines.count()):
        treasurer.page.goto(treasurer.site + place)
        treasurer.click("main a[href*='/pajak/']")
        treasurer.fill(
            billing_code="820231123456789",
            ntpn=f"AAAA00001111222{number}",
            deposited_on=clock.today().isoformat(),
        )
        treasurer.send()


def _file(name: str, kind: str, content: bytes) -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


def _photograph() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), (186, 150, 104)).save(buffer, "JPEG")
    return buffer.getvalue()
