"""What rooms above would hang into the shared pages, with contents of the tests' own."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink
from marketplace.pages.home import CategoryTile, HomeFigure


def waiting(actor: Actor) -> list[DeskItem]:
    """Five items, out of order; the actor holds three of them."""
    now = clock.now()
    item = DeskItem
    return [
        item(
            "EP-2026-000131 · Dapur Bu Ratna",
            "/pesanan/EP-2026-000131/",
            "Menunggu persetujuan PPK",
            "AWAITING_PPK",
            now + timedelta(days=6),
            4_350_000,
            detail="120 nasi kotak ayam bakar untuk rapat koordinasi",
        ),
        item(
            "EP-2026-000127 · Toko Sumber Tulis",
            "/pesanan/EP-2026-000127/",
            "Menunggu persetujuan PPK",
            "AWAITING_PPK",
            now - timedelta(days=4),
            2_100_000,
            detail="40 rim kertas HVS A4 80 gram",
        ),
        item(
            "Tanpa tenggat", "/pesanan/EP-2026-000101/", "Ketidaksesuaian", "DISCREPANCY", None, 1_250_000_000
        ),
        item(
            "EP-2026-000119 · CV Teknik Jaya",
            "/pesanan/EP-2026-000119/",
            "Menunggu konfirmasi penyedia",
            "AWAITING_VENDOR",
            now + timedelta(days=1),
            7_500_000,
            holder="CV Teknik Jaya",
            mine=False,
        ),
        item(
            "EP-2026-000094 · Dapur Bu Ratna",
            "/pesanan/EP-2026-000094/",
            "Verifikasi",
            "VERIFIED",
            now + timedelta(days=2),
            12_875_000,
            holder="PPK-SKPD",
            mine=False,
        ),
    ]


def links(actor: Actor) -> list[DeskLink]:
    """Three quick links."""
    return [
        DeskLink("Cari barang dan jasa", "/katalog/", "search"),
        DeskLink("Paket RUP", "/paket/", "file"),
        DeskLink("Pemantauan pesanan", "/pesanan/", "chart"),
    ]


def cashless() -> HomeFigure:
    """A figure with a proof behind it."""
    return HomeFigure("cashless", "98,4 %", "pembayaran dicocokkan, 30 hari terakhir", "/tlog/checkpoint")


def on_time() -> HomeFigure:
    """A figure without a proof page."""
    return HomeFigure("on_time", "2,1 hari kerja", "rata-rata dari BAST sampai dibayar")


def nothing_yet() -> None:
    """A promise of which nothing can be counted yet."""


def categories() -> list[CategoryTile]:
    """Eight ways into the catalogue."""
    return [
        CategoryTile("Makanan dan minuman", "/katalog/makanan/", 1240, "food"),
        CategoryTile("Alat tulis kantor", "/katalog/atk/", 3861, "pen"),
        CategoryTile("Cetak dan penggandaan", "/katalog/cetak/", 712, "print"),
        CategoryTile("Kebersihan", "/katalog/kebersihan/", 455, "broom"),
        CategoryTile("Komputer dan elektronik", "/katalog/elektronik/", 987, "laptop"),
        CategoryTile("Pakaian dan seragam", "/katalog/pakaian/", 301, "shirt"),
        CategoryTile("Perbaikan dan perawatan", "/katalog/servis/", 268, "wrench"),
        CategoryTile("Buku dan bahan ajar", "/katalog/buku/", 92, "book"),
    ]


def three_lines(actor: Actor) -> int | None:
    """Three lines in the basket of people of an organisation."""
    return 3 if actor.organisation_id else None
