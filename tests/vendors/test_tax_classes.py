"""How an offer is taxed: said by its vendor, looked at by a curator, shown to buyers, kept in spreadsheets."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests import people
from tests.vendors import sheets, stalls
from vendors import actions, queries
from vendors.models import REFINED, Listing, TaxClass, refined

pytestmark = pytest.mark.django_db(transaction=True)
PAPER: dict[str, Any] = {"way": "alat-tulis-kantor/kertas", "kind": "BARANG", "unit": "rim"}


@pytest.fixture(autouse=True)
def _uploads_of_this_test(settings, tmp_path):
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "uploads": folder}


def test_a_vendor_says_it_in_the_form_and_a_change_is_looked_at_again() -> None:
    stall = stalls.vendor(pkp=True)
    owner, curator = stalls.owner_of(stall), stalls.operation(Role.CURATOR)
    client = sheets.session(stall)
    known = stalls.categories()
    new = "/produk-saya/baru/?jenis=BARANG"
    assert "Barang mewah (terkena PPnBM)" in client.get(new).content.decode()
    assert "Perlakuan pajak" not in client.get("/produk-saya/baru/?jenis=KATERING").content.decode()
    answers = {
        "title": "Jam tangan emas",
        "category": known["alat-tulis-kantor/kertas"],
        "description": "Jam tangan.",
        "attr_brand": "Emas",
        "unit": "buah",
        "price": "1.000.000",
        "in_stock": 5,
        "min_order": 1,
        "lead_days": 1,
    }
    assert client.post(new, {**answers, "tax_class": "rent"}).status_code == 422
    assert not Listing.objects.exists()
    assert client.post(new, {**answers, "tax_class": "goods.luxury"}).status_code == 302
    listing = Listing.objects.get()
    assert listing.tax_class == TaxClass("goods", luxury=True)

    actions.add_image(actor=owner, listing_id=listing.pk, content=stalls.picture())
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    found = {each.code: each for each in queries.listing_findings(_fresh(listing))}
    assert found["category"].answer.shown.endswith("Barang mewah (terkena PPnBM)")
    stalls.found_right(listing, curator)
    actions.approve_listing(actor=curator, listing_id=listing.pk)
    assert Entry.objects.get(act="listing.approve").facts["tax_class"] == "goods.luxury"
    page = (
        people.signed_in(people.appointment(Role.PP)).get(_fresh(listing).get_absolute_url()).content.decode()
    )
    assert "Barang mewah (terkena PPnBM)" in page and "Rp1.120.000 termasuk PPN" in page

    # On show it does not change; pulled back and changed, it waits for a curator again.
    before = Entry.objects.count()
    data = stalls.listing_data("Jam tangan emas", **{**PAPER, "price": 1_000_000})
    with pytest.raises(Refused) as refused:
        actions.edit_listing(actor=owner, listing_id=listing.pk, data=data)
    assert refused.value.code == "on_show"
    assert (Entry.objects.count(), _fresh(listing).tax_code) == (before, "goods.luxury")
    actions.revise_listing(actor=owner, listing_id=listing.pk)
    actions.edit_listing(actor=owner, listing_id=listing.pk, data=data)
    assert "tax_class" in Entry.objects.get(act="listing.edit").facts["changed"]
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    waiting = {each.code for each in queries.listing_findings(_fresh(listing)) if not each.stands}
    assert "category" in waiting


def test_rice_of_a_taxable_vendor_is_shown_without_ppn() -> None:
    rice = stalls.listing(stalls.vendor(pkp=True), "Beras medium 5 kg", tax_class="goods.RICE", **PAPER)
    page = people.signed_in(people.appointment(Role.PP)).get(rice.get_absolute_url()).content.decode()
    assert "Barang atau jasa ini tidak dikenai PPN." in page and "Beras, gabah" in page


def test_a_class_of_another_kind_is_refused() -> None:
    stall = stalls.vendor()
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        actions.draft_listing(actor=stalls.owner_of(stall), data=stalls.listing_data(tax_class="goods.RICE"))
    assert refused.value.code == "tax_class"
    assert (Entry.objects.count(), Listing.objects.count()) == (before, 0)
    listing = stalls.listing(stall)
    for wrong in ({"tax_kind": "rent"}, {"commodity": "RICE"}, {"luxury": True}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(**wrong)


def test_every_class_is_found_again_by_its_code_and_copied() -> None:
    for kind, classes in REFINED.items():
        for each in classes:
            assert refined(kind, each.code) == each
    stall = stalls.vendor()
    rice = stalls.listing(stall, "Beras medium", tax_class="goods.RICE", **PAPER)
    copy = actions.copy_listing(actor=stalls.owner_of(stall), listing_id=rice.pk)
    assert copy.tax_class == rice.tax_class


def test_a_spreadsheet_says_it_in_words_and_may_leave_it_out() -> None:
    stalls.categories()
    stall = stalls.vendor()
    client = sheets.session(stall)
    headings = (
        "kode",
        "nama",
        "jenis",
        "kategori",
        "keterangan",
        "satuan",
        "harga",
        "merek",
        "perlakuan pajak",
    )
    way = "Alat tulis kantor › Kertas"

    def row(code: str, words: str) -> tuple[object, ...]:
        return (code, f"Barang {code}", "Barang", way, "Barang baik.", "buah", 10_000, "Sinar", words)

    told = sheets.csv(row("A", "Beras, gabah"), row("B", ""), headings=headings)
    sheets.saved(client, sheets.uploaded(client, told))
    assert {each.sku: each.tax_code for each in Listing.objects.all()} == {"A": "goods.RICE", "B": ""}

    changed = sheets.csv(row("A", ""), row("B", "Barang mewah (terkena PPnBM)"), headings=headings)
    sheets.saved(client, sheets.uploaded(client, changed))
    assert {each.sku: each.tax_code for each in Listing.objects.all()} == {"A": "", "B": "goods.luxury"}

    wrong = sheets.uploaded(
        client, sheets.csv(row("A", "Jasa konstruksi"), row("B", "emas"), headings=headings)
    )
    assert len(sheets.problems(wrong)) == 2
    without = sheets.csv(row("A", "")[:-1], row("B", "")[:-1], headings=headings[:-1])
    assert sheets.found(sheets.uploaded(client, without)) == (0, 0, 2, 0)


def _fresh(listing: Listing) -> Listing:
    return Listing.objects.select_related("product", "category").get(pk=listing.pk)
