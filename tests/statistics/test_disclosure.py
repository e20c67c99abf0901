"""A share of too few orders is told on no page and in no file; amounts are told in all."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.test import Client

from procurement.statistics.actions import refresh
from procurement.statistics.models import Level
from procurement.statistics.queries.spending import sample_min
from tests.statistics import market


@pytest.mark.django_db(transaction=True)
def test_pages_and_files_tell_a_share_from_the_smallest_sample_on_and_every_amount() -> None:
    scene = market.opened()
    edition = refresh()
    assert edition is not None
    least = sample_min()
    spent = list(edition.spending.all())
    assert {row.orders >= least for row in spent if "CATEGORY" in row.level} == {True, False}

    unit = scene.office.package.organisation_id
    small, large = market.bound_of(scene.other), market.bound_of(scene.office)
    assert len(small) < least <= len(large)
    for path in ("/belanja/", "/belanja/?daerah=D031", f"/rapor/pembeli/{unit}/", "/rapor/pembeli/"):
        told = json.loads(Client().get(f"{path}{'&' if '?' in path else '?'}berkas=json").getvalue())["rows"]
        for row in told:
            enough = row["pesanan"] >= least
            shares = {value for name, value in row.items() if name.startswith("porsi_") or name == "hhi"}
            assert (None not in shares) if enough else (shares == {None}), (path, row)
            assert None not in {row.get(name, 0) for name in ("belanja", "umk", "pdn", "umk_pdn")}, (
                path,
                row,
            )
    for path, names in {
        "/belanja/": {each.category: each.orders for each in spent if each.level == Level.CATEGORY}
        | {each.unit.name: each.orders for each in spent if each.level == Level.UNIT and each.unit},
        f"/rapor/pembeli/{unit}/": {
            each.category: each.orders
            for each in spent
            if each.level == Level.UNIT_CATEGORY and each.unit_id == unit
        },
    }.items():
        page = Client().get(path).getvalue().decode()
        for name, orders in names.items():
            (line,) = [each for each in re.split(r"</?tr>", page) if f">{name}<" in each and "meter" in each]
            assert (line.count("–") == 0 and "%" in line) is (orders >= least), (path, name)
            assert (line.count("–") == 2 and "%" not in line) is (orders < least), (path, name)
    far = Client().get("/belanja/?daerah=D031").getvalue().decode()
    assert "%" not in far.split("Menurut bulan")[0] and "belum cukup banyak untuk dinilai" in far


@pytest.mark.django_db(transaction=True)
def test_a_unit_and_a_vendor_offer_their_figures_as_files() -> None:
    scene = market.opened()
    refresh()
    unit = scene.office.package.organisation
    mine = [each for each in market.bound() if each.organisation_id == unit.pk]
    rows = json.loads(Client().get(f"/rapor/pembeli/{unit.pk}/?berkas=json").getvalue())["rows"]
    assert {row["satuan_kerja"] for row in rows} == {unit.name}
    assert {row["kode_tingkat"] for row in rows} == {"UNIT", "UNIT_MONTH", "UNIT_CATEGORY"}
    assert [row["belanja"] for row in rows if row["kode_tingkat"] == "UNIT"] == [
        sum(each.price_total for each in mine)
    ]
    heads, *lines = read(f"/rapor/pembeli/{unit.pk}/?berkas=csv")
    assert heads[:2] == ["Tingkat", "Kode tingkat"] and len(lines) == len(rows)
    assert {line[0] for line in lines} == {"Satuan kerja", "Satuan kerja, bulan", "Satuan kerja, kategori"}

    vendor = scene.stories[0].purchase.vendor
    sold = [each for each in market.bound() if each.vendor_id == vendor.pk]
    path = f"/rapor/penyedia/{vendor.slug}/"
    told = json.loads(Client().get(f"{path}?berkas=json").getvalue())
    assert told["definisi"]["spending"] and told["dihitung"]
    assert [(row["satuan_kerja"], row["pesanan"], row["belanja"]) for row in told["rows"]] == [
        (unit.name, len(sold), sum(each.price_total for each in sold))
    ]
    _heads, line = read(f"{path}?berkas=csv")
    assert line[:2] == [vendor.organisation.name, vendor.nib]
    page = Client().get(path).getvalue().decode()
    assert unit.name in page and "berkas=csv" in page and "berkas=json" in page
    assert "berkas=csv" in Client().get(f"/rapor/pembeli/{unit.pk}/").getvalue().decode()
    assert Client().get("/rapor/penyedia/tidak-ada/").status_code == 404


def read(path: str) -> list[list[str]]:
    text = Client().get(path).getvalue().decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))
