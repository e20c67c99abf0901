"""Shares of too few vendors are not published, and cannot be worked out from what is."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import defaultdict

import pytest
from django.test import Client

from procurement.statistics.actions import refresh
from procurement.statistics.making.disclosure import Cell, hidden
from procurement.statistics.models import Level, Spending
from tests.statistics import market


def cell(pk: int, price: int, *lines: str, few: bool = False) -> Cell:
    return Cell(pk, price, few, lines)


def test_the_only_row_of_its_line_takes_the_smallest_other_with_it() -> None:
    cells = [cell(1, 900, "a"), cell(2, 100, "a", few=True), cell(3, 300, "a"), cell(4, 500, "b")]
    assert hidden(cells) == {2, 3}
    assert hidden([cell(1, 9, "a"), cell(2, 1, "a", few=True), cell(3, 2, "a", few=True)]) == {2, 3}
    assert hidden([cell(1, 9, "a"), cell(2, 8, "a")]) == set()
    assert hidden([cell(1, 9, "a", few=True)]) == {1}


def test_no_line_of_any_table_gives_a_single_share_away() -> None:
    chance = random.Random(3)
    for _n in range(200):
        rows, columns = chance.randrange(1, 6), chance.randrange(1, 6)
        cells = [
            cell(
                row * 10 + column, chance.randrange(1, 99), f"r{row}", f"c{column}", few=chance.random() < 0.2
            )
            for row in range(rows)
            for column in range(columns)
        ]
        found = hidden(cells)
        assert {each.pk for each in cells if each.few} <= found
        lines = defaultdict(list)
        for each in cells:
            for line in each.lines:
                lines[line].append(each.pk in found)
        assert all(sum(told) != 1 or len(told) == 1 for told in lines.values())


@pytest.mark.django_db(transaction=True)
def test_pages_and_files_show_no_share_of_one_or_two_vendors_but_all_they_were_paid() -> None:
    scene = market.opened()
    edition = refresh()
    assert edition is not None
    rows = {row.category: row for row in edition.spending.filter(level=Level.CATEGORY)}
    food = rows["Konsumsi"]
    assert food.vendors == 1 and food.few and food.umk_share == 10_000
    file = json.loads(Client().get("/belanja/?berkas=json").getvalue())["rows"]
    (told,) = [row for row in file if row["kode_tingkat"] == "CATEGORY" and row["kategori"] == "Konsumsi"]
    assert told["belanja"] == food.price and {told[name] for name in ("umk", "pdn", "umk_pdn", "hhi")} == {
        None
    }
    (whole,) = [row for row in file if row["kode_tingkat"] == "YEAR"]
    assert whole["umk"] == sum(each.umk_value for each in market.bound())
    assert whole["umk_pdn"] == sum(each.pdn_value for each in market.bound() if each.umk_value) > 0
    unit = scene.office.package.organisation_id
    for path in ("/belanja/", f"/rapor/pembeli/{unit}/"):
        page = Client().get(path).getvalue().decode()
        (line,) = [each for each in re.split(r"</?tr>", page) if "Konsumsi" in each and "meter" in each]
        assert line.count("–") == 2 and "%" not in line, path
    assert Spending.objects.filter(few=True).exclude(level__contains="CATEGORY").count() == 0


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
