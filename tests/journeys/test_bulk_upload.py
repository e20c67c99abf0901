"""Five products from a spreadsheet on a telephone: errors found, given back, mended, saved; also without scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.core import spreadsheets
from marketplace.events.jobs import run_due
from tests.journeys import browser as looks
from tests.vendors import sheets, stalls
from vendors.models import Listing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SCREENSHOTS = os.environ.get("EORDER_SCREENSHOTS")
ROWS = (
    *sheets.many(3),
    sheets.row("NK-8", "Nasi kotak ikan bakar", price="tiga puluh lima ribu"),
    sheets.row("NK-9", "Nasi kotak rendang", category="Makanan padang", menu=""),
)


class Phone:
    """A vendor's telephone: every page is looked at as it comes, and must be sound."""

    def __init__(self, page: Page, site: str, *, scripts: bool) -> None:
        self.page, self.site, self.scripts = page, site, scripts
        self.traffic = looks.Traffic(page, site)

    def sign_in(self, email: str) -> None:
        """Sign in and open one's products."""
        self.page.goto(f"{self.site}/masuk/?next=/produk-saya/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", "rahasia-sekali")
        self.page.click("main form button[type=submit]")

    def press(self, text: str) -> None:
        """Press a button or follow a link by its words."""
        self.page.locator("main").get_by_text(text, exact=True).locator("visible=true").first.click()

    def upload(self, file: Path) -> None:
        """Choose a file and have it checked."""
        self.page.set_input_files("[name=table]", file)
        self.press("Periksa berkas")
        self.page.wait_for_url("**/unggah/*/")
        self.see("sedang-diperiksa")
        run_due()
        self.look_again()

    def look_again(self) -> None:
        """With scripts the page looks by itself; without, there is a link."""
        if not self.scripts:
            self.press("Lihat kemajuan")
        expect(self.page.locator("#kemajuan")).to_have_count(0)

    def see(self, name: str) -> None:
        """Nothing may be wrong with the page; axe needs scripts to look."""
        found = looks.examine(self.page) if self.scripts else looks.overflow(self.page)
        assert found == [], f"{name}: {found}"
        if SCREENSHOTS:
            looks.picture(self.page, Path(SCREENSHOTS), f"unggah-{name}-{'js' if self.scripts else 'tanpa'}")

    def download(self, text: str, to: Path) -> Path:
        """Press and keep what comes."""
        with self.page.expect_download() as coming:
            self.press(text)
        coming.value.save_as(to)
        return to


def mended(file: Path, to: Path) -> Path:
    """What the vendor does in her spreadsheet program: read the red column, correct the cells, save."""
    headings, *rows = [cells for _line, cells in spreadsheets.rows(file.read_bytes())]
    assert headings[-1] == "Kesalahan"
    wrong = {cells[0]: cells[-1] for cells in rows if len(cells) == len(headings)}
    assert wrong["NK-8"] == "kolom harga: isi angka, contoh 35000"
    assert "kolom kategori: kategori tidak dikenal" in wrong["NK-9"]
    assert "kolom isi menu: wajib diisi" in wrong["NK-9"]
    for cells in rows:
        if cells[0] == "NK-8":
            cells[5] = "Rp36.000"
        if cells[0] == "NK-9":
            cells[2], cells[6] = "Konsumsi › Nasi kotak", "nasi, rendang, sayur"
    to.write_bytes(sheets.xlsx(*rows, headings=headings))
    return to


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_file_with_errors_is_given_back_mended_and_saved(
    browser: Browser, live_server: Any, settings: Any, tmp_path: Path, scripts: bool
) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "uploads", "base_url": None}},
    }
    stalls.categories()
    stall = stalls.vendor("Dapur Bu Kartika")
    owner = stall.organisation.appointments.select_related("user").get().user
    first = tmp_path / "menu-2026.xlsx"
    first.write_bytes(sheets.xlsx(*ROWS))
    context = browser.new_context(viewport=looks.PHONE, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    phone = Phone(context.new_page(), live_server.url, scripts=scripts)

    phone.sign_in(owner.email)
    phone.press("Unggah banyak")
    phone.see("awal")
    template = phone.download("Excel Makanan dan minuman", tmp_path / "templat.xlsx")
    assert spreadsheets.rows(template.read_bytes())
    phone.upload(first)
    phone.see("salah")
    body = phone.page.locator("main")
    expect(body).to_contain_text("Baris 5, kolom harga: isi angka, contoh 35000")
    expect(body).to_contain_text("Baris 6, kolom kategori: kategori tidak dikenal")
    assert not Listing.objects.exists()

    returned = phone.download("Unduh berkas dengan kolom Kesalahan", tmp_path / "kesalahan.xlsx")
    phone.press("Unggah hasil perbaikan")
    phone.upload(mended(returned, tmp_path / "diperbaiki.xlsx"))
    expect(body).not_to_contain_text("Baris 5, kolom")
    phone.see("benar")
    phone.page.locator("main form button.primary").click()
    phone.page.wait_for_load_state()
    phone.see("menyimpan")
    run_due()
    phone.look_again()
    expect(body).to_contain_text("Dibuat")
    phone.see("hasil")
    phone.press("Lihat produk saya")
    expect(body).to_contain_text("Nasi kotak rendang")
    phone.see("produk")
    phone.page.goto(f"{live_server.url}/produk-saya/unggah/")
    phone.see("riwayat")

    made = Listing.objects.filter(vendor=stall)
    assert (made.count(), made.get(sku="NK-8").price) == (5, 36_000)
    assert phone.traffic.foreign() == []
    context.close()
