"""The stemmer: pairs that must meet, words that must stay, texts that must read the same."""

from __future__ import annotations

import pytest

from search import synonyms
from search.indonesian import stem, stems, words

MEET = """
pengiriman kirim; mengirim kirim; dikirimkan kirim; kiriman kirim; makanan makan; minuman minum; pembersih bersih;
kebersihan bersih; membersihkan bersih; penjahit jahit; jahitan jahit; penyewaan sewa; menyewa sewa; sewaan sewa;
percetakan cetak; pencetakan cetak; mencetak cetak; cetakan cetak; perbaikan baik; pemeliharaan pelihara;
memelihara pelihara; perawatan rawat; pengadaan ada; penulis tulis; menulis tulis; penghapus hapus; penggaris garis;
pengeras keras; pelatihan latih; penginapan inap; perumahan rumah; rumahnya rumah; penyanyi nyanyi; memasang pasang;
pemasangan pasang; terpasang pasang; pengecatan cat; mengecat cat; penjilidan jilid; fotokopinya fotokopi;
perlengkapan lengkap; penerangan terang; pengamanan aman; pendingin dingin; pemadam padam; penyejuk sejuk;
perekat rekat; pakaian pakai; pengangkutan angkut; pengemasan kemas; dikemas kemas; peternakan ternak;
perikanan ikan; pertanian tani; pertamanan taman; berwarna warna; penerjemahan terjemah; penyelenggaraan selenggara;
pengelolaan kelola; pengeboran bor; perbankan bank; pengajar ajar; undangan undang; bekerja kerja; pekerjaan kerja;
penjualan jual; pembelian beli; berlangganan langgan; pemandu pandu; sajian saji; penyajian saji; hidangan hidang;
gorengan goreng; penggorengan goreng; masakan masak; pemotong potong; potongan potong; kursinya kursi;
timbangan timbang; gantungan gantung; kue-kue kue; sayur-sayuran sayur; buku-bukunya buku; pengujian uji;
penyimpanan simpan; pelayanan layan; pengering kering; persewaan sewa; penyemprotan semprot; pengawasan awas
"""
STAY = (
    "menteri memori pori teri semen permen kertas kemeja seragam sepatu terigu perban perkakas dinding berita selimut "
    "selang printer pensil pena mentega tenaga lemari perak durian rambutan server terminal lapangan"
).split()


@pytest.mark.parametrize("pair", [each.split() for each in MEET.replace("\n", " ").split(";")], ids=" ".join)
def test_derived_words_meet_their_root(pair):
    derived, root = pair

    assert stems(derived) == [root]


@pytest.mark.parametrize("word", STAY)
def test_words_that_only_look_derived_stay(word):
    assert stem(word) == word


@pytest.mark.parametrize(
    ("one", "other"), [("menteri", "teri"), ("memori", "pori"), ("pensil", "sil"), ("semen", "men")]
)
def test_words_that_must_not_meet(one, other):
    assert stem(one) != stem(other)


def test_everyday_writing_is_written_out():
    assert list(words("Buku-buku tulis utk kantor, HVS 80 gram / 500ml")) == [
        "buku",
        "tulis",
        "untuk",
        "kantor",
        "hvs",
        "80g",
        "500ml",
    ]


@pytest.mark.parametrize("text", ["", "   ", "--", "'; DROP TABLE x; --", "\x00", "漢字", "a" * 5000])
def test_any_text_can_be_read(text):
    assert all(each.isascii() and each.isalnum() for each in stems(text))


def test_synonyms_are_found_as_phrases():
    book = synonyms.shipped()
    nasi_kotak, menteng = book.phrases(stems("nasi kotak menteng"))

    assert len(book.groups) >= 200
    assert nasi_kotak[0] == ("nasi", "kotak")
    assert ("nasi", "box") in nasi_kotak
    assert menteng == (("menteng",),)
