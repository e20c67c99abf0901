"""What everybody sees: the numbers of the scene, files that say what they rest on, nobody's name, few queries."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from marketplace.accounts.models import Organisation, User
from marketplace.audit.sequencer import integrate
from marketplace.core import clock
from marketplace.core.money import rupiah
from procurement.statistics.actions import refresh
from procurement.statistics.models import Edition, UnitYear
from procurement.statistics.queries.scorecards import Buyer, buyers, buying_units
from tests.statistics import market
from vendors.models import Listing, Observation

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/belanja/", "/rapor/pembeli/", "/rapor/penyedia/", "/bukti-nontunai/")


def text_of(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.getvalue().decode()


def rows_of(path: str) -> list[dict[str, Any]]:
    return json.loads(text_of(path))["rows"]


def test_pages_say_that_nothing_was_made_yet() -> None:
    for path in PAGES:
        assert "Belum ada" in text_of(path)
        assert rows_of(f"{path}?berkas=json") == []


def test_visitors_see_the_figures_and_nobody_by_name() -> None:
    scene = market.opened()
    integrate()
    call_command("refresh_statistics")
    whole = sum(each.price_total for each in market.bound())
    text = text_of("/belanja/")
    assert rupiah(whole) in text
    for name, value in market.by_category().items():
        assert name in text and rupiah(value) in text
    far = text_of("/belanja/?daerah=D031")
    (bought,) = [each for each in market.bound() if each.region.klpd_code == "D031"]
    assert rupiah(bought.price_total) in far and rupiah(whole) not in far
    assert scene.office.package.organisation.name not in far
    unit = scene.office.package.organisation
    pages = [
        *PAGES,
        f"/rapor/pembeli/{unit.pk}/",
        f"/rapor/penyedia/{scene.stories[0].purchase.vendor.slug}/",
        "/belanja/?tahun=1999",
        "/belanja/?tahun=x&daerah=x&halaman=x",
    ]
    everything = " ".join(text_of(path) for path in pages)
    people = [user.name for user in User.objects.all()]
    assert people and not [name for name in people if re.search(rf"\b{re.escape(name)}\b", everything)]
    assert Client().get("/rapor/pembeli/999999/").status_code == 404
    for path in ("/belanja/", "/rapor/pembeli/"):
        assert "Tidak ada angka untuk tahun itu" in text_of(f"{path}?tahun=1999")
        assert "Tidak ada angka untuk tahun itu" not in text_of(path)
    assert Client().get("/bukti-nontunai/?daerah=D197&hari=kemarin").status_code == 404
    law = "UU 11/2020 Pasal 97; Perpres 16/2018 jo. 12/2021 Pasal 65; Inpres 2/2022"
    assert text.count(law) == 1 and "tanpa sasaran porsi tersendiri (Perpres 46/2025 Pasal 66)" in text
    edition = Edition.objects.get()
    assert edition.checkpoint is not None and f"{edition.checkpoint.size} daun" in text


def test_files_hold_the_same_rows_and_what_they_rest_on() -> None:
    scene = market.opened()
    Organisation.objects.filter(pk=scene.office.package.organisation_id).update(name='=HYPERLINK("x")')
    refresh()
    told = json.loads(text_of("/belanja/?berkas=json"))
    assert told["definisi"]["spending"].startswith("Dihitung dari") and told["dihitung"]
    rows = told["rows"]
    assert sum(row["belanja"] for row in rows if row["kode_tingkat"] == "CATEGORY") == sum(
        each.price_total for each in market.bound()
    )
    listed = list(
        csv.reader(io.StringIO(text_of("/belanja/?berkas=csv").removeprefix("\ufeff")), delimiter=";")
    )
    assert len(listed) == len(rows) + 1
    named = {row[4] for row in listed}
    assert '\'=HYPERLINK("x")' in named and '=HYPERLINK("x")' not in named
    assert {row["hhi"] for row in rows if row["pesanan"] < 5} == {None}


def test_a_small_sample_judges_nobody() -> None:
    market.opened()
    edition = refresh()
    year = clock.today().year
    by_orders = {each.year.submitted: each for each in buyers(list(buying_units(edition, year)))}
    assert set(by_orders) == {7, 3, 1}
    many, few = by_orders[7], by_orders[1]
    assert many.dropped_share == 10_000 // 7 and many.approve_hours == 0 and many.shares.umk is not None
    assert (few.dropped_share, few.approve_hours, few.shares.umk, few.shares.pdn) == (None, None, None, None)
    told = {row["pesanan"]: row for row in rows_of("/rapor/pembeli/?berkas=json")}
    assert told[1]["porsi_umk_bp"] is None and told[7]["porsi_umk_bp"] == many.shares.umk


def test_of_where_a_vendor_is_the_public_is_told_the_city_alone_as_the_policy_promises() -> None:
    scene = market.opened()
    refresh()
    assert "yang diumumkan hanya kotanya" in text_of("/data-terbuka/kebijakan/")
    listing = Listing.objects.select_related("vendor", "product").first()
    assert listing is not None
    vendor = listing.vendor
    assert vendor.place_name == "Menteng, Menteng, Kota Jakarta Pusat" and vendor.city == "Kota Jakarta Pusat"
    for path in (
        "/rapor/penyedia/",
        "/rapor/penyedia/?berkas=csv",
        "/rapor/penyedia/?berkas=json",
        f"/umkm/{vendor.slug}/",
        "/umkm/",
        listing.get_absolute_url(),
    ):
        told = text_of(path)
        assert "Jakarta Pusat" in told and "Menteng" not in told, path
    assert scene.stories


def test_scores_stand_with_what_the_subject_may_say() -> None:
    scene = market.opened()
    vendor, unit = scene.stories[0].purchase.vendor, scene.office.package.organisation
    for number in range(1, 6):
        for side, subject, measure in (("VENDOR", vendor.pk, "answer"), ("UNIT", unit.pk, "payment")):
            Observation.objects.create(
                side=side, subject_id=subject, measure=measure, purchase_id=number, value=80, at=clock.now()
            )
    refresh()
    (listed,) = [
        row for row in rows_of("/rapor/penyedia/?berkas=json") if row["penyedia"] == vendor.organisation.name
    ]
    assert (listed["skor"], listed["answer"], listed["rating"]) == (80, 80, None)
    shown = text_of("/rapor/penyedia/")
    assert (f"/umkm/{vendor.slug}/" in shown and "dibantah" in shown) or "membantah" in shown
    assert f"/instansi/{unit.pk}/" in text_of(f"/rapor/pembeli/{unit.pk}/")


def test_pages_ask_little_whatever_was_bought(assert_max_queries: Any) -> None:
    scene = market.opened()
    call_command("refresh_statistics")
    unit = scene.office.package.organisation_id
    vendor = scene.stories[0].purchase.vendor
    for path in (*PAGES, f"/rapor/pembeli/{unit}/", f"/rapor/penyedia/{vendor.slug}/"):
        Client().get(path)
        with assert_max_queries(7):
            assert Client().get(path).status_code == 200
    row = UnitYear.objects.filter(unit=unit).get()
    assert isinstance(buyers([row])[0], Buyer)
