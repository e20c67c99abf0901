"""A file of listings from the upload to the catalogue: over HTTP, in every format, with all that can be wrong."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.audit.models import Entry
from marketplace.events.jobs import run_due
from search.models import ListingCard
from tests.purchasing import factories
from tests.vendors import sheets, stalls
from vendors import actions
from vendors.models import Listing, ListingUpload, UploadRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "uploads", "base_url": None}},
    }


@pytest.fixture
def stall():
    stalls.categories()
    return stalls.vendor()


@pytest.fixture
def client(stall):
    return sheets.session(stall)


FORMATS = {
    "semicolons": (sheets.csv(*sheets.many(3)), "csv"),
    "commas": (sheets.csv(*sheets.many(3), delimiter=",", encoding="utf-8"), "csv"),
    "tabs": (sheets.csv(*sheets.many(3), delimiter="\t", encoding="cp1252"), "csv"),
    "excel": (sheets.xlsx(*sheets.many(3)), "xlsx"),
    "opendocument": (sheets.ods(*sheets.many(3)), "ods"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_any_format_becomes_drafts(client, stall, name):
    content, form = FORMATS[name]

    upload = sheets.uploaded(client, content, f"produk.{form}")
    assert (upload.state, upload.format, sheets.found(upload)) == ("PREVIEWED", form, (3, 0, 0, 0))
    assert not Listing.objects.exists()

    upload = sheets.saved(client, upload)
    assert (upload.state, upload.outcome) == ("DONE", {"DIBUAT": 3})
    made = list(Listing.objects.order_by("pk").select_related("product"))
    assert [(each.sku, each.state, each.price) for each in made] == [
        (f"NK-{number}", "DRAFT", 35_000) for number in range(3)
    ]
    assert made[0].attributes == {"menu": "nasi, ayam bakar, lalapan"}
    assert made[0].kind == "KATERING"
    assert made[0].area_codes == stall.service_area
    assert Entry.objects.filter(act="listing.draft").count() == 3


def test_nothing_is_written_before_it_is_saved(client):
    before = sheets.snapshot()

    sheets.uploaded(client, sheets.csv(*sheets.many(5)))

    assert sheets.snapshot() == before


def test_the_same_file_again_finds_nothing_to_change(client):
    content = sheets.csv(*sheets.many(3))
    sheets.saved(client, sheets.uploaded(client, content))
    before = sheets.snapshot()

    upload = sheets.uploaded(client, content)

    assert sheets.found(upload) == (0, 0, 3, 0)
    answer = client.post(
        f"/produk-saya/unggah/{upload.pk}/simpan/", {"choice": "BENAR", "revision": upload.revision}
    )
    assert answer.status_code == 409
    assert "sudah sama dengan yang tersimpan" in answer.content.decode()
    assert sheets.snapshot() == before


def test_a_file_that_is_still_open_is_not_taken_twice(client):
    content = sheets.csv(sheets.row())

    first, second = sheets.uploaded(client, content), sheets.uploaded(client, content)

    assert first.pk == second.pk
    assert ListingUpload.objects.count() == 1


ERRORS = {
    "price": (sheets.row(price="mahal"), "kolom harga: isi angka, contoh 35000"),
    "sen": (sheets.row(price="35000,50"), "kolom harga: isi rupiah bulat tanpa sen, contoh 35000"),
    "nothing to pay": (sheets.row(price="0"), "kolom harga: isi antara Rp1 dan Rp9.999.999.999"),
    "category": (
        sheets.row(category="Elektronik"),
        "kolom kategori: kategori tidak dikenal; pilih dari lembar REF, contoh Konsumsi › Nasi kotak",
    ),
    "no title": (sheets.row(title=""), "kolom nama: wajib diisi"),
    "short title": (sheets.row(title="Nasi"), "kolom nama: isi 5 sampai 200 huruf, sekarang 4"),
    "no menu": (
        sheets.row(menu=""),
        "kolom isi menu: wajib diisi. Sebut nasi, lauk, sayur, buah, dan minumannya.",
    ),
    "foreign number": (
        sheets.row("#999999"),
        "kolom kode: produk #999999 tidak ada; kosongkan agar dibuatkan kode baru",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_names_row_column_and_remedy(client, name):
    bad, said = ERRORS[name]

    upload = sheets.uploaded(client, sheets.csv(sheets.row("A-1", "Nasi kotak biasa"), bad))

    assert sheets.found(upload) == (1, 0, 0, 1)
    assert f"Baris 3, {said}" in sheets.problems(upload)
    page = client.get(upload.get_absolute_url()).content.decode()
    assert f"Baris 3, {said}" in page.replace("&#x27;", "'").replace("&quot;", '"')


@pytest.mark.parametrize("price", ["35.000", "Rp35.000", "Rp 35.000,-", "35000,00", "35000", 35_000])
def test_prices_are_read_as_people_write_them(client, price):
    for content in (sheets.csv(sheets.row(price=price)), sheets.xlsx(sheets.row(price=price))):
        upload = sheets.uploaded(client, content)
        assert sheets.problems(upload) == []
        assert upload.rows.get().said["price"] == 35_000


def test_columns_may_stand_anywhere_and_unknown_ones_are_named(client):
    headings = ("HARGA *", "Warna", "Kategori", "Satuan", "Isi_Menu", "Keterangan (singkat)", "NAMA PRODUK")
    said = ("35.000", "merah", "nasi kotak", "kotak", "nasi", "Nasi kotak.", "Nasi kotak ikan")

    upload = sheets.uploaded(client, sheets.csv(("Daftar",), headings, said, headings=("Toko Sari",)))

    assert sheets.found(upload) == (1, 0, 0, 0)
    assert upload.unknown_columns == ["Warna"]
    assert upload.rows.get().line == 4
    assert "Warna" in client.get(upload.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"halo;dunia\n1;2\n", "Baris judul kolom tidak ditemukan."),
        (b"kode;nama;nama produk\n1;2;3\n", "Kolom “nama” tertulis dua kali."),
        (b"harga;satuan\n1;2\n", "Kolom “kode” dan “nama” tidak ada"),
        (b"kode;nama;harga\n", "Berkas hanya berisi judul kolom."),
        (b"\x00\x01\x02\x03", "Berkas ini bukan lembar kerja atau CSV."),
        (b"PK\x03\x04 broken", "ZIP ini rusak"),
    ],
)
def test_a_file_that_is_no_table_of_products_fails_with_a_reason(client, content, said):
    before = sheets.snapshot()

    upload = sheets.uploaded(client, content)

    assert upload.state == "FAILED"
    assert said in client.get(upload.get_absolute_url()).content.decode()
    assert sheets.snapshot() == before


def test_an_empty_file_is_refused_at_once(client):
    answer = client.post("/produk-saya/unggah/", {"table": SimpleUploadedFile("x.csv", b"")})

    assert answer.status_code == 409
    assert "Berkas kosong." in answer.content.decode()
    assert client.post("/produk-saya/unggah/", {}).status_code == 422
    assert not ListingUpload.objects.exists()


def test_a_row_without_code_gets_one_and_keeps_it(client):
    content = sheets.csv(sheets.row(""))
    upload = sheets.saved(client, sheets.uploaded(client, content))
    made = Listing.objects.get()
    assert made.sku.startswith("EO-")

    headings, cells = sheets.cells(client.get(f"/produk-saya/unggah/{upload.pk}/berkas/"))
    assert cells[0] == made.sku
    assert headings[-2:] == ["Hasil", "Kesalahan"]
    assert cells[-1] == "Dibuat"

    again = sheets.uploaded(client, sheets.csv(sheets.row("", price=40_000)))
    assert sheets.found(again) == (0, 1, 0, 0)
    sheets.saved(client, again)
    made.refresh_from_db()
    assert made.price == 40_000


def test_a_row_without_code_finds_the_listing_made_by_hand(client, stall):
    by_hand = stalls.listing(stall, attributes={"menu": "nasi, ayam bakar, lalapan"})

    upload = sheets.uploaded(
        client,
        sheets.csv(sheets.row("", price=36_000, description=by_hand.product.description)),
    )

    assert sheets.found(upload) == (0, 1, 0, 0)
    row = upload.rows.get()
    assert (row.listing_id, row.sku, row.changed) == (by_hand.pk, f"#{by_hand.pk}", ["price"])


def test_one_code_twice_in_a_file_is_an_error_of_the_second(client):
    upload = sheets.uploaded(client, sheets.csv(sheets.row(), sheets.row(title="Nasi kotak lain")))

    assert sheets.found(upload) == (1, 0, 0, 1)
    assert sheets.problems(upload) == [
        "Baris 3, kolom kode: produk yang sama sudah ada di baris 2; hapus salah satunya"
    ]


def test_a_file_may_say_less_than_everything(client, stall):
    listing = stalls.listing(stall, sku="NK-01", attributes={"menu": "nasi"})

    upload = sheets.uploaded(client, sheets.csv(("NK-01", "37.500"), headings=("kode", "harga")))
    sheets.saved(client, upload)

    listing.refresh_from_db()
    assert listing.price == 37_500
    assert listing.attributes == {"menu": "nasi"}
    assert [each.price for each in listing.prices.all()] == [35_000, 37_500]
    assert ListingCard.objects.get().price == 37_500
    assert list(
        Entry.objects.order_by("-pk").filter(act__startswith="listing.").values_list("act", flat=True)
    )[:1] == ["listing.price"]


def test_what_buyers_see_is_not_rewritten_while_it_is_on_show(client, stall):
    stalls.listing(stall, sku="NK-01", attributes={"menu": "nasi"})
    before = sheets.snapshot()

    upload = sheets.uploaded(
        client,
        sheets.csv(("NK-01", "Nasi kotak istimewa", "37.500"), headings=("kode", "nama", "harga")),
    )

    assert sheets.found(upload) == (0, 0, 0, 1)
    assert sheets.problems(upload) == [
        "Baris 2, kolom nama: produk sedang tayang; tarik dahulu untuk diperbaiki, atau kembalikan isinya"
    ]
    assert sheets.snapshot() == before


def test_stock_goes_no_lower_than_what_is_ordered(client, stall):
    listing = stalls.listing(stall, sku="NK-01", attributes={"menu": "nasi"})
    type(listing.stockrecord).objects.filter(pk=listing.stockrecord_id).update(num_allocated=30)

    upload = sheets.uploaded(client, sheets.csv(("NK-01", "20"), headings=("kode", "stok")))

    assert sheets.problems(upload) == [
        "Baris 2, kolom stok: 30 sudah dipesan; isi jumlah seluruhnya, termasuk yang sudah dipesan"
    ]

    again = sheets.saved(
        client, sheets.uploaded(client, sheets.csv(("NK-01", "80"), headings=("kode", "stok")))
    )
    listing.stockrecord.refresh_from_db()
    assert again.outcome == {"DIUBAH": 1}
    assert (listing.stockrecord.num_in_stock, listing.stockrecord.num_allocated) == (80, 30)
    assert Entry.objects.filter(act="listing.stock", aggregate_id=str(listing.pk)).count() == 1


def test_a_draft_is_edited_in_place_with_all_that_belongs_to_it(client, stall):
    listing = stalls.listing(stall, sku="NK-01", live=False, attributes={"menu": "nasi"})
    headings = (
        "kode",
        "nama",
        "kategori",
        "harga",
        "stok",
        "tkdn",
        "pdn",
        "pesanan minimal",
        "harga wilayah",
    )
    said = ("NK-01", "Kertas HVS A4 putih", "Kertas", "41.000", "", "40,5", "ya", "5", "31.74=42.000")

    sheets.saved(client, sheets.uploaded(client, sheets.csv(said, headings=headings)))

    kept = Listing.objects.select_related("product", "stockrecord", "category").get()
    assert kept.pk == listing.pk
    assert (kept.product.title, kept.product.slug) == ("Kertas HVS A4 putih", "kertas-hvs-a4-putih")
    assert kept.product.categories.get() == kept.category
    assert (kept.category.name, kept.price, int(kept.stockrecord.price)) == ("Kertas", 41_000, 41_000)
    assert (kept.tkdn_bp, kept.is_pdn, kept.min_order, kept.stockrecord.num_in_stock) == (
        4_050,
        True,
        5,
        None,
    )
    assert kept.regional_prices == {"31.74": 42_000}
    assert list(kept.prices.values_list("area_code", "price")) == [
        ("", 35_000),
        ("", 41_000),
        ("31.74", 42_000),
    ]
    assert kept.revision == 1
    entry = Entry.objects.filter(act="listing.edit").get()
    assert b"regional_prices" in bytes(entry.payload)


def test_the_file_comes_back_with_its_errors_and_can_be_mended(client):
    good, bad = sheets.row("A-1", "Nasi kotak biasa"), sheets.row("A-2", "Nasi kotak ikan", price="mahal")
    for content in (sheets.xlsx(good, bad), sheets.csv(good, bad)):
        upload = sheets.uploaded(client, content)
        before = sheets.snapshot()

        rows = sheets.cells(client.get(f"/produk-saya/unggah/{upload.pk}/berkas/"))

        assert rows[0] == [*sheets.HEADINGS, "Kesalahan"]
        assert rows[1] == [str(cell) for cell in good]
        assert rows[2] == [*[str(cell) for cell in bad], "kolom harga: isi angka, contoh 35000"]
        assert sheets.snapshot() == before
        rows[2][5] = "36.000"
        mended = sheets.uploaded(client, sheets.csv(*rows[1:], headings=rows[0]))
        assert sheets.found(mended) == (2, 0, 0, 0)
        assert mended.unknown_columns == []


def test_good_rows_are_saved_and_wrong_ones_left_alone(client):
    upload = sheets.uploaded(
        client, sheets.csv(*sheets.many(2), sheets.row("X", "Nasi kotak ikan", price="?"))
    )

    upload = sheets.saved(client, upload)

    assert upload.outcome == {"DIBUAT": 2, "DITOLAK": 1}
    assert Listing.objects.count() == 2
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "Baris 4, kolom harga: isi angka, contoh 35000" in page


def test_all_or_nothing_writes_nothing_while_a_row_is_wrong(client):
    upload = sheets.uploaded(
        client, sheets.csv(*sheets.many(2), sheets.row("X", "Nasi kotak ikan", price="?"))
    )
    before, entries = sheets.snapshot(), Entry.objects.count()

    answer = client.post(
        f"/produk-saya/unggah/{upload.pk}/simpan/", {"choice": "SEMUA", "revision": upload.revision}
    )

    assert answer.status_code == 409
    assert "Masih ada 1 baris yang salah" in answer.content.decode()
    assert (sheets.snapshot(), Entry.objects.count()) == (before, entries)


def test_all_or_nothing_writes_nothing_when_a_row_is_refused_at_the_last_moment(client, stall):
    listing = stalls.listing(stall, sku="NK-01", live=False, attributes={"menu": "nasi"})
    rows = [*sheets.many(3), sheets.row("NK-01", price=50_000)]
    upload = sheets.uploaded(client, sheets.csv(*rows))
    actions.change_price(actor=stalls.owner_of(stall), listing_id=listing.pk, price=36_000)
    before = sheets.snapshot()

    upload = sheets.saved(client, upload, choice="SEMUA")

    assert upload.state == "FAILED"
    assert "berubah sejak berkas diperiksa" in upload.failure
    assert sheets.snapshot() == before


def test_all_or_nothing_writes_all(client):
    upload = sheets.saved(client, sheets.uploaded(client, sheets.csv(*sheets.many(3))), choice="SEMUA")

    assert (upload.state, upload.outcome, Listing.objects.count()) == ("DONE", {"DIBUAT": 3}, 3)


def test_what_was_changed_by_hand_meanwhile_is_not_overwritten(client, stall):
    listing = stalls.listing(stall, sku="NK-01", attributes={"menu": "nasi"})
    upload = sheets.uploaded(client, sheets.csv(("NK-01", "50000"), headings=("kode", "harga")))
    actions.change_price(actor=stalls.owner_of(stall), listing_id=listing.pk, price=36_000)

    upload = sheets.saved(client, upload)

    listing.refresh_from_db()
    assert (listing.price, upload.outcome) == (36_000, {"DITOLAK": 1})
    assert "berubah sejak berkas diperiksa" in client.get(upload.get_absolute_url()).content.decode()


def test_drafts_are_handed_in_when_the_vendor_wants_it_and_they_are_whole(client):
    rows = (
        (*sheets.row(code, f"Nasi kotak {code}"), names) for code, names in (("A-1", "a.jpg"), ("A-2", ""))
    )
    content = sheets.csv(*rows, headings=(*sheets.HEADINGS, "foto"))
    upload = sheets.uploaded(client, content, pictures=sheets.zipped(**{"a.jpg": factories.photo()}))

    upload = sheets.saved(client, upload, hand_in="on")

    assert upload.outcome == {"DIBUAT": 2, "FOTO": 1, "DIAJUKAN": 1, "BELUM_DIAJUKAN": 1}
    assert dict(Listing.objects.values_list("sku", "state")) == {"A-1": "IN_CURATION", "A-2": "DRAFT"}
    assert Entry.objects.filter(act="listing.submit").count() == 1
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "Produk ini belum lengkap: paling sedikit satu foto." in page


def test_a_price_in_an_area_changes_while_the_listing_is_on_show(client, stall):
    listing = stalls.listing(
        stall, sku="NK-01", attributes={"menu": "nasi"}, regional_prices={"31.71": 36_000}
    )
    headings = ("kode", "harga wilayah")

    sheets.saved(client, sheets.uploaded(client, sheets.csv(("NK-01", "31.74=37.000"), headings=headings)))

    listing.refresh_from_db()
    assert listing.regional_prices == {"31.74": 37_000}
    history = list(listing.prices.exclude(area_code="").values_list("area_code", "price"))
    assert history == [("31.71", 36_000), ("31.71", 0), ("31.74", 37_000)]
    assert Entry.objects.filter(act="listing.regional_price").count() == 2
    wrong = sheets.uploaded(client, sheets.csv(("NK-01", "99.99=37.000"), headings=headings))
    assert sheets.problems(wrong) == [
        "Baris 2, kolom harga wilayah: wilayah “99.99” tidak ada; tulis kode seperti 31.71"
    ]


def test_an_upload_can_be_stopped_and_then_nothing_more_happens(client):
    upload = sheets.uploaded(client, sheets.csv(*sheets.many(3)))

    answer = client.post(f"/produk-saya/unggah/{upload.pk}/hentikan/")

    assert answer.status_code == 302
    answer = client.post(
        f"/produk-saya/unggah/{upload.pk}/simpan/", {"choice": "BENAR", "revision": upload.revision}
    )
    assert answer.status_code == 409
    run_due()
    assert not Listing.objects.exists()


def test_a_page_that_is_older_than_the_upload_saves_nothing(client):
    upload = sheets.uploaded(client, sheets.csv(*sheets.many(3)))

    answer = client.post(f"/produk-saya/unggah/{upload.pk}/simpan/", {"choice": "BENAR", "revision": 0})

    assert answer.status_code == 409
    assert ListingUpload.objects.get().state == "PREVIEWED"


def test_foreign_uploads_do_not_exist(client):
    upload = sheets.uploaded(client, sheets.csv(*sheets.many(1)))
    stranger = sheets.session(stalls.vendor("Toko Lain"))

    for part in ("", "kemajuan/", "berkas/"):
        assert stranger.get(f"{upload.get_absolute_url()}{part}").status_code == 404
    for part in ("simpan/", "hentikan/"):
        assert stranger.post(f"{upload.get_absolute_url()}{part}").status_code == 404


def test_two_files_of_one_vendor_are_written_one_after_the_other(client):
    first = sheets.uploaded(client, sheets.csv(*sheets.many(2)))
    second = sheets.uploaded(client, sheets.csv(*sheets.many(2, start=2)))
    client.post(f"{first.get_absolute_url()}simpan/", {"choice": "BENAR", "revision": first.revision})

    answer = client.post(
        f"{second.get_absolute_url()}simpan/", {"choice": "BENAR", "revision": second.revision}
    )

    assert answer.status_code == 409
    assert "sedang disimpan" in answer.content.decode()
    run_due()
    sheets.saved(client, second)
    assert Listing.objects.count() == 4


def test_pages_are_flat_in_rows(client, assert_max_queries, assert_flat_in_rows):
    def visit():
        assert client.get("/produk-saya/unggah/").status_code == 200

    sheets.uploaded(client, sheets.csv(sheets.row()))
    assert_flat_in_rows(
        visit,
        lambda: [sheets.uploaded(client, sheets.csv(*sheets.many(2, start=at))) for at in range(2, 12, 2)],
    )
    with assert_max_queries(12):
        visit()
    upload = sheets.uploaded(client, sheets.csv(*sheets.many(400), sheets.row("x", "y")))
    with assert_max_queries(12):
        assert client.get(upload.get_absolute_url()).status_code == 200


def test_progress_is_told_until_the_work_is_done(client):
    answer = client.post(
        "/produk-saya/unggah/", {"table": SimpleUploadedFile("x.csv", sheets.csv(*sheets.many(2)))}
    )
    page = client.get(answer["Location"]).content.decode()
    assert "kemajuan/" in page
    assert "htmx" in page
    assert "HX-Refresh" not in client.get(f"{answer['Location']}kemajuan/")

    run_due()

    assert client.get(f"{answer['Location']}kemajuan/")["HX-Refresh"] == "true"
    assert UploadRow.objects.count() == 2
