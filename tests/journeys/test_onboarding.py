"""A caterer on a telephone: from no account at all to an offer in the public catalogue; also without scripts.

She follows links and buttons; the operator and the curator check what she sent on their own pages. Fields and
clicks are counted. A second telling has one field returned: she reads why beside it, mends it, and only that
field is looked at again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.runner import drain
from tests import people
from tests.journeys import browser as looks
from tests.onboarding.signing_up import PASSWORD, SECTIONS, photo
from tests.purchasing import factories
from tests.vendors import stalls
from vendors.models import Listing, Vendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.timeout(300)]

SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")
MOST_FIELDS = 25
ACCOUNT = {"name": "Sari Wulandari", "email": "sari@contoh.test", "password": PASSWORD}
OFFER = {
    "title": "Nasi kotak ayam bakar",
    "category": "Konsumsi › Nasi kotak",
    "attr_menu": "nasi putih, ayam bakar, lalapan, buah",
    "price": "35.000",
    "daily_capacity": "200",
}
ORDER = ("usaha", "pajak", "ukuran", "alamat", "rekening", "berkas", "pakta")
GIVEN = {"legal_form", "edition"}
"""What the forms already say for her."""


@dataclass
class Hand:
    """One person at a browser; every page that comes must be sound. Counts what is filled in and clicked."""

    page: Page
    site: str
    scripts: bool
    fields: int = 0
    clicks: int = 0
    pictures: int = field(default=0, repr=False)

    def goto(self, path: str) -> None:
        """Open an address."""
        self.page.goto(self.site + path)
        self.look()

    def look(self) -> None:
        """Nothing may be wrong with the page; axe needs scripts to look."""
        self.page.wait_for_load_state()
        found = looks.examine(self.page) if self.scripts else looks.overflow(self.page)
        assert found == [], f"{self.page.url}: {found}"
        if SCREENSHOTS and self.scripts:
            self.pictures += 1
            name = re.sub(r"\W+", "-", self.page.url.removeprefix(self.site)).strip("-")
            looks.picture(self.page, Path(SCREENSHOTS), f"daftar-{self.pictures:02}-{name}")

    def press(self, text: str) -> None:
        """Follow a link or press a button by its words; the page that comes is looked at."""
        self.clicks += 1
        place = self.page.locator("main").locator("a, button").get_by_text(text, exact=True)
        whole = self.page.locator("main").locator("a, button").filter(has_text=re.compile(rf"^\s*{text}\s*$"))
        (whole if whole.count() else place).locator("visible=true").first.click()
        self.look()

    def follow(self, address: str) -> None:
        """Follow the link to an address."""
        self.clicks += 1
        self.page.locator(f"main a[href='{address}']").locator("visible=true").first.click()
        self.look()

    def fill(self, **answers: str) -> None:
        """Type, choose or tick; each counts as one field."""
        for name, answer in answers.items():
            if name in GIVEN:
                continue
            self.fields += 1
            place = self.page.locator(f"main [name={name}]")
            if place.evaluate("e => e.tagName") == "SELECT":
                by_label = self.page.locator(f"[name={name}] option", has_text=answer)
                place.select_option(by_label.first.get_attribute("value") if by_label.count() else answer)
            elif place.get_attribute("type") == "checkbox":
                place.check()
            else:
                place.fill(answer)

    def attach(self, name: str, content: bytes) -> None:
        """Choose a photo."""
        self.fields += 1
        self.page.set_input_files(
            f"main [name={name}]", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": content}
        )

    def reads(self, text: str) -> None:
        """The page says so."""
        expect(self.page.locator("body")).to_contain_text(text)


@pytest.fixture(autouse=True)
def _mail_and_files_of_this_test(settings: Any, tmp_path: Path, live_server: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = live_server.url
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "vendor_documents": {"BACKEND": backend, "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def hands(browser: Browser, live_server: Any) -> Iterator[Callable[..., Hand]]:
    """``hands()`` has a telephone, ``hands(Role.OPERATOR)`` an office computer and is signed in."""
    contexts = []

    def of(role: Role | None = None, *, scripts: bool = True) -> Hand:
        context = browser.new_context(
            viewport=looks.OFFICE if role else looks.PHONE, java_script_enabled=scripts
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if role is not None:
            client = people.signed_in(people.appointment(role))
            name = live_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return Hand(context.new_page(), live_server.url, scripts)

    yield of
    for context in contexts:
        context.close()


def signs_up(caterer: Hand) -> Vendor:
    """From the sign-in page to an account, and the link of the mail opened."""
    caterer.goto("/masuk/")
    caterer.follow("/daftar/")
    caterer.fill(**ACCOUNT)
    caterer.press("Buat akun dan mulai")
    caterer.reads("Konfirmasi alamat surel Anda")
    drain()
    link = re.search(r"/daftar/surel/\S+", str(mail.outbox[0].body))
    assert link
    caterer.goto(link[0])
    caterer.clicks += 1
    caterer.reads("sudah dipastikan")
    caterer.press("Ke pendaftaran saya")
    return Vendor.objects.get()


def fills_in(caterer: Hand) -> None:
    """Every section in its order; saving one leads to the next."""
    caterer.follow("/usaha-saya/usaha/")
    for section in ORDER:
        assert f"/usaha-saya/{section}/" in caterer.page.url, caterer.page.url
        if section == "berkas":
            caterer.attach("file", photo())
            caterer.press("Unggah")
            caterer.press("Lanjut")
            continue
        caterer.fill(**SECTIONS[section])
        caterer.press("Setuju" if section == "pakta" else "Simpan dan lanjut")


def sends(caterer: Hand) -> None:
    """Look through the answers and hand in."""
    if not caterer.page.url.endswith("/periksa/"):
        caterer.press("Periksa jawaban")
    caterer.page.locator("main .moves a.primary").click()
    caterer.clicks += 1
    caterer.look()
    caterer.page.locator("main form button.primary").click()
    caterer.clicks += 1
    caterer.look()


def offers(caterer: Hand) -> Listing:
    """Draft a listing with its photo and hand it in for curation."""
    caterer.press("Susun produk saya")
    caterer.follow("/produk-saya/baru/")
    caterer.follow("?jenis=KATERING")
    caterer.fill(**OFFER)
    caterer.attach("pictures", factories.photo())
    caterer.press("Simpan rancangan")
    caterer.page.locator("main .moves a.primary").click()
    caterer.clicks += 1
    caterer.look()
    caterer.page.locator("main form button.primary").click()
    caterer.clicks += 1
    caterer.look()
    return Listing.objects.get()


def finds_right(checker: Hand, address: str) -> None:
    """Word by word: right; then the move that follows."""
    waiting = checker.page.locator("main fieldset.judge input[value=right]")
    for place in range(waiting.count()):
        if waiting.nth(place).is_visible():
            waiting.nth(place).check()
    checker.press("Simpan pemeriksaan")
    assert checker.page.url.endswith(address), checker.page.url
    takes_move(checker)


def takes_move(checker: Hand) -> None:
    """The page's one primary move, and its confirmation."""
    checker.page.locator("main .moves a.primary").click()
    checker.look()
    checker.page.locator("main form button[type=submit]").click()
    checker.look()


def opens(checker: Hand, queue: str, address: str) -> None:
    """From the queue to what waits in it."""
    checker.goto(queue)
    checker.follow(address)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_caterer_comes_from_nothing_into_the_catalogue(hands: Callable[..., Hand], scripts: bool) -> None:
    stalls.categories()
    people.region()
    caterer, operator, curator = (
        hands(scripts=scripts),
        hands(Role.OPERATOR, scripts=scripts),
        hands(Role.CURATOR, scripts=scripts),
    )

    vendor = signs_up(caterer)
    fills_in(caterer)
    sends(caterer)
    caterer.reads("Pendaftaran sedang diperiksa")
    listing = offers(caterer)
    assert (Vendor.objects.get().state, listing.state) == ("REGISTERED", "IN_CURATION")

    opens(operator, "/verifikasi/", f"/penyedia/{vendor.pk}/")
    finds_right(operator, f"/penyedia/{vendor.pk}/")
    opens(curator, "/kurasi/", f"/kurasi/{listing.pk}/")
    finds_right(curator, f"/kurasi/{listing.pk}/")
    drain()

    vendor.refresh_from_db()
    listing.refresh_from_db()
    assert (vendor.state, listing.state) == ("VERIFIED", "LIVE")
    visitor = hands(scripts=scripts)
    visitor.goto("/katalog/konsumsi/")
    visitor.press(OFFER["title"])
    visitor.reads("Dapur Ibu Sari")
    visitor.reads("35.000")
    visitor.goto(f"/umkm/{vendor.slug}/")
    visitor.reads(OFFER["title"])
    print(f"\nfilled in: {caterer.fields} fields, {caterer.clicks} clicks")  # noqa: T201 - shown by -rP
    assert caterer.fields <= MOST_FIELDS


def test_one_returned_field_is_mended_and_only_it_is_looked_at_again(hands: Callable[..., Hand]) -> None:
    people.region()
    caterer, operator = hands(), hands(Role.OPERATOR)
    vendor = signs_up(caterer)
    fills_in(caterer)
    sends(caterer)

    opens(operator, "/verifikasi/", f"/penyedia/{vendor.pk}/")
    operator.page.check("[name=word-address][value=wrong]")
    operator.page.select_option("[name=reason-address]", "address_incomplete")
    operator.page.fill("[name=note-address]", "RT dan RW belum ada.")
    operator.press("Simpan, sisanya benar")
    operator.page.locator("main .moves a").first.click()
    operator.look()
    operator.reads("Alamat belum cukup jelas untuk ditemukan.")
    operator.page.locator("main form button[type=submit]").click()
    operator.look()
    vendor.refresh_from_db()
    assert (vendor.state, vendor.round) == ("REJECTED", 1)

    caterer.goto("/meja/")
    caterer.follow("/usaha-saya/")
    caterer.reads("Perlu diperbaiki")
    caterer.follow("/usaha-saya/alamat/")
    caterer.reads("Alamat belum cukup jelas untuk ditemukan.")
    caterer.reads("RT dan RW belum ada.")
    caterer.reads("Lengkapi nama jalan, nomor, RT/RW, dan pilih kelurahannya.")
    caterer.fill(street="Jalan Teuku Umar 12 RT 3 RW 5")
    caterer.press("Simpan dan lanjut")
    sends(caterer)

    opens(operator, "/verifikasi/", f"/penyedia/{vendor.pk}/")
    shown = operator.page.locator("main fieldset.judge").locator("visible=true")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("Alamat")
    operator.reads("Putaran 1: Alamat belum cukup jelas")
    finds_right(operator, f"/penyedia/{vendor.pk}/")
    vendor.refresh_from_db()
    assert (vendor.state, vendor.round) == ("VERIFIED", 2)
    assert Entry.objects.filter(act="vendor.verify").count() == 1
