"""Tables in LKPP's shape: the same columns, safe in a spreadsheet, officers by their office alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from marketplace.core import clock
from procurement.opendata.lkpp import orders
from procurement.opendata.lkpp.shapes import SHAPES
from procurement.planning.models import Package
from procurement.purchasing.models import Purchase
from tests.competition.test_deciding import concluded, decide
from tests.planning import plans
from tests.purchasing import factories

pytestmark = pytest.mark.django_db
LKPP = Path(settings.BASE_DIR).parent / "shared" / "data" / "lkpp"


def table(client: Client, name: str, year: int = 2026) -> list[dict[str, str]]:
    response = client.get(reverse("lkpp-csv", args=[name, year]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


def test_the_columns_are_those_of_the_real_file() -> None:
    file = LKPP / "paket-e-purchasing_2025.csv"
    if not file.exists():
        pytest.skip(f"no real orders at {LKPP}")
    with file.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert tuple(rows[0]) == orders.INAPROC
    states = [state.code for state in Purchase.moves.states]
    told = [
        {"state": state, "approved_at": None, "negotiated": negotiated, "outside": outside}
        for state in states
        for negotiated in (True, False)
        for outside in (True, False)
    ]
    assert {orders.status_of(each) for each in told} == {row["status"] for row in rows}
    assert {orders.shipment_of(state) for state in states} == {row["shipment_status"] for row in rows}


def test_the_columns_are_those_of_the_handbook() -> None:
    assert (
        orders.ECAT[0] == "tahun_anggaran"
        and orders.ECAT[-1] == "status_pengiriman"
        and len(orders.ECAT) == 21
    )
    assert orders.BELA[0] == "tahun" and orders.BELA[-1] == "keterangan_ppmse" and len(orders.BELA) == 21
    for shape in SHAPES.values():
        assert len(set(shape.columns)) == len(shape.columns)


def test_an_order_stands_in_each_table_as_it_is(client: Client) -> None:
    order = factories.story("SHIPPED").purchase
    factories.story("NEGOTIATING").take("decline")
    told = {row["order_id"]: row for row in table(client, "paket-e-purchasing")}
    row = told[order.number]
    assert (row["total"], row["shipping_fee"]) == (str(order.total), str(order.shipping))
    assert row["order_date"] == f"{clock.day_of(order.submitted_at).isoformat()}T00:00:00+07:00"
    assert (row["count_product"], row["total_qty"], row["flag_minikom"]) == ("1", "20", "Tidak")
    assert (row["status"], row["shipment_status"]) == ("ON_PROCESS", "SHIPPING")
    assert row["product_id"] == str(order.lines.get().listing_id) and row["kode_penyedia"] == order.vendor.nib
    assert {each["status"] for each in told.values()} == {"ON_PROCESS", "CANCELLED_ON_NEGOTIATION"}
    assert {each["kd_paket"] for each in table(client, "ecat-paketepurchasingv6")} == set(told)
    (done,) = table(client, "bela-tokodaringrealisasi")
    assert (done["order_id"], done["valuasi"], done["kota_kab"]) == (
        order.number,
        str(order.total),
        "Kota Jakarta Pusat",
    )
    assert (done["nama_pemesan"], done["merchant_name"]) == ("Pejabat Pengadaan", order.vendor.name)
    assert table(client, "paket-e-purchasing", 2025) == []


def test_goods_and_categories_of_an_order_stand_side_by_side_in_one_cell(client: Client) -> None:
    shop = factories.shop()
    paper = factories.paper(shop)
    pens = factories.paper(shop, title="Pulpen gel", way="alat-tulis-kantor/pulpen", unit="kotak")
    order = factories.story("ORDERED", wanted=[(pens, 2), (paper, 20)]).purchase
    (row,) = table(client, "paket-e-purchasing")
    in_order = order.lines.order_by("position").values_list("listing_id", flat=True)
    assert row["product_id"] == ", ".join(map(str, in_order)) and row["count_product"] == "2"
    (row,) = table(client, "ecat-paketepurchasingv6")
    assert set(row["product_ids"].split(", ")) == {str(paper.pk), str(pens.pk)}
    (row,) = table(client, "bela-tokodaringrealisasi")
    assert row["kategori"].split("; ") == sorted({paper.category.name, pens.category.name})
    assert "Value(" not in "".join(row.values())


def test_what_was_won_in_a_competition_says_so(client: Client) -> None:
    decide(concluded(34_000, 33_000))
    (row,) = table(client, "paket-e-purchasing")
    assert row["flag_minikom"] == "Ya"


def test_only_announced_packages_are_told_and_officers_by_their_office(client: Client) -> None:
    office = factories.office()
    plans.package(announced=False)
    (row,) = table(client, "rup-paketpenyedia-terumumkan")
    assert (row["kd_rup"], row["pagu"]) == (office.package.kd_rup, str(office.package.pagu))
    assert row["nip_ppk"] == "" and row["nama_ppk"].startswith("Pejabat Pembuat Komitmen Dinas")
    assert row["status_umumkan_rup"] == "Terumumkan"


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+2", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_runs_as_a_formula_and_json_keeps_the_text(client: Client, name: str) -> None:
    plans.package(name=name)
    (row,) = table(client, "rup-paketpenyedia-terumumkan")
    assert row["nama_paket"] == f"'{name}"
    told: list[dict[str, Any]] = json.loads(
        client.get(reverse("lkpp-json", args=["rup-paketpenyedia-terumumkan", 2026])).getvalue()
    )
    assert told[0]["nama_paket"] == name and told[0]["pagu"] == Package.objects.get().pagu


def test_an_empty_year_is_an_empty_table(client: Client) -> None:
    for shape in SHAPES.values():
        response = client.get(reverse("lkpp-json", args=[shape.name, 1999]))
        assert json.loads(response.getvalue()) == []
        lines = client.get(reverse("lkpp-csv", args=[shape.name, 1999])).getvalue().decode().splitlines()
        assert lines == [",".join(shape.columns)]
