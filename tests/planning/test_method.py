"""Who buys, how, and under which form of contract: at every limit and one rupiah above it."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.accounts.roles import Role
from marketplace.regulation.queries import parameter
from procurement.planning.kak import names_a_brand, read, written
from procurement.planning.method import KINDS, way_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 6)


@pytest.mark.parametrize(("code", "kind"), KINDS.items())
def test_the_pp_buys_up_to_the_limit_and_the_ppk_above_it(code, kind):
    limit = int(parameter(f"authority.pp_max.{kind}", on=TODAY).value)
    assert way_of(code, limit, on=TODAY).buyer == Role.PP
    above = way_of(code, limit + 1, on=TODAY)
    assert (above.buyer, above.limit) == (Role.PPK, limit)
    assert above.basis


def test_an_unknown_kind_is_bought_as_goods():
    assert way_of(None, 200_000_000, on=TODAY) == way_of(1, 200_000_000, on=TODAY)


@pytest.mark.parametrize(
    ("planned", "form"),
    [
        (10_000_000, "Bukti pembelian/pembayaran"),
        (10_000_001, "Kuitansi"),
        (50_000_000, "Kuitansi"),
        (50_000_001, "Surat Perintah Kerja (SPK)"),
        (200_000_000, "Surat Perintah Kerja (SPK)"),
        (200_000_001, "Surat Perjanjian"),
    ],
)
def test_the_form_of_contract_of_goods(planned, form):
    assert way_of(1, planned, on=TODAY).form == form


def test_consultancy_has_no_receipt():
    assert way_of(3, 1_000_000, on=TODAY).form == "Surat Perintah Kerja (SPK)"
    assert way_of(3, 100_000_001, on=TODAY).form == "Surat Perjanjian"


def test_packages_up_to_fifteen_thousand_million_are_for_small_business():
    assert way_of(1, 15_000_000_000, on=TODAY).small_business
    assert not way_of(1, 15_000_000_001, on=TODAY).small_business


def test_every_finding_names_its_law():
    for finding in way_of(2, 350_000_000, on=TODAY).findings:
        assert finding.sentence
        assert finding.basis


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("Printer merek Epson", "merek Epson"),
        ("kertas merk: Sidu 80 gsm", "merk: Sidu"),
        ("merek setara atau lebih baik", ""),
        ("merek apa pun", ""),
        ("kertas 80 gsm putih", ""),
    ],
)
def test_a_brand_in_a_specification_is_seen(text, brand):
    assert names_a_brand(text) == brand


def test_terms_of_reference_are_read_back_as_they_were_written():
    told = {"purpose": "Pelayanan", "specification": "Kertas\n80 gsm", "delivery": "Di kantor"}
    assert read(written(told)) == told
    assert read("Kertas saja") == {"specification": "Kertas saja"}
