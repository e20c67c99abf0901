"""A market of 360 offers that differ in all that is searched, filtered and counted; the same in every run."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from marketplace.accounts.actors import Actor
from search import index
from search.models import ListingCard
from tests import people
from tests.vendors import stalls
from vendors import bulk
from vendors.actions import ListingData

OFFERS: Final = 360
PLACES: Final = (
    ("31.71.06.1001", "Menteng, Menteng, Kota Jakarta Pusat"),
    ("31.71.06.1002", "Pegangsaan, Menteng, Kota Jakarta Pusat"),
    ("31.71.01.1001", "Gambir, Gambir, Kota Jakarta Pusat"),
    ("31.74.01.1001", "Tebet Barat, Tebet, Kota Jakarta Selatan"),
    ("32.73.01.1001", "Sukarasa, Sukasari, Kota Bandung"),
    ("35.78.01.1001", "Karangpilang, Karangpilang, Kota Surabaya"),
)
SIZES: Final = ("MIKRO", "KECIL", "MENENGAH", "KOPERASI")
GOODS: Final = {
    "konsumsi/nasi-kotak": ("KATERING", ["Nasi kotak", "Nasi box", "Nasi kotak ayam bakar", "Nasi tumpeng"]),
    "konsumsi/snack": ("KATERING", ["Snack box", "Snack rapat", "Kue basah", "Jajanan pasar kotak"]),
    "alat-tulis-kantor/kertas": (
        "BARANG",
        ["Kertas HVS A4", "Kertas HVS F4", "Kertas fotokopi", "Kertas label"],
    ),
    "alat-tulis-kantor/pulpen": (
        "BARANG",
        ["Pulpen gel", "Bolpoin hitam", "Spidol papan tulis", "Pensil 2B"],
    ),
    "kebersihan/jasa-kebersihan": ("JASA", ["Jasa kebersihan gedung", "Cleaning service", "Cuci karpet"]),
}
EXTRAS: Final = (
    "merah biru hijau premium hemat besar kecil isi 12 80 gram cepat rapat kantor sekolah acara".split()
)
PRICES: Final = (
    4_500,
    15_000,
    49_999,
    50_000,
    120_000,
    199_999,
    200_000,
    999_999,
    1_000_000,
    4_200_000,
    5_000_000,
)


def build() -> list[int]:
    """Make the market; returns its two regions. A few offers and one vendor are not on show."""
    chance = random.Random(20)
    here, there = people.region(), people.region("D300", "Kota Lain")
    vendors = [
        stalls.vendor(
            f"{chance.choice(['Toko', 'Warung', 'CV'])} {name}",
            region=there if number > 3 else here,
            place_code=code,
            place_name=place,
            size=SIZES[number % 4],
        )
        for number, ((code, place), name) in enumerate(
            zip(PLACES, ["Maju", "Bu Sari", "Sinar Kertas", "Berkah", "Rapi", "Nasi Enak"], strict=True)
        )
    ]
    for live in (True, False):
        rows = [
            bulk.ListingRow(vendor_id=chance.choice(vendors).pk, live=live, data=_offer(chance, number))
            for number in range(OFFERS if live else 20)
        ]
        bulk.create_listings(rows, actor=Actor.system("uji"))
    _vary(chance)
    with transaction.atomic():
        index.count_words()
    return [here.pk, there.pk]


def _offer(chance: random.Random, number: int) -> ListingData:
    way = chance.choice(list(GOODS))
    kind, titles = GOODS[way]
    said = chance.sample(EXTRAS, chance.randint(0, 4))
    areas = [code for code, _place in PLACES]
    return stalls.listing_data(
        " ".join([chance.choice(titles), *said]) + (f" {number}" if chance.random() < 0.2 else ""),
        way=way,
        kind=kind,
        price=chance.choice(PRICES),
        description=" ".join(chance.choices([*EXTRAS, "kertas", "nasi", "kotak", "antar", "gratis"], k=12)),
        is_pdn=chance.random() < 0.5,
        tkdn_bp=chance.choice([None, 1_000, 2_500, 4_000, 7_500]),
        halal=chance.random() < 0.3,
        lead_days=chance.choice([1, 2, 3, 5, 7, 14]),
        area_codes=sorted({code[: chance.choice([2, 5, 8])] for code in chance.sample(areas, 2)}),
    )


def _vary(chance: random.Random) -> None:
    """What otherwise comes with time: standing, scores, stock, age. Some are of the same moment."""
    began = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
    cards = list(ListingCard.objects.order_by("pk"))
    for card in cards:
        card.standing_parts = chance.choice(
            [[0] * 6, [4, 2, 2, 0, 1, 1], [10, 8, 0, 2, 0, 0], [15, 10, 10, 5, 3, 2]]
        )
        card.standing = sum(card.standing_parts)
        card.score = chance.choice([None, 30, 60, 79, 80, 95])
        card.available = chance.random() < 0.7
        card.live_since = began + timedelta(microseconds=chance.randint(0, 3) * 7, days=chance.randint(0, 20))
    ListingCard.objects.bulk_update(cards, ["standing", "standing_parts", "score", "available", "live_since"])
