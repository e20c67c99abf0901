"""What every figure is counted from, once, in the words that pages, files and the documentation show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Definition:
    """The name of a figure and the sentence that says what it is counted from."""

    name: str | Promise
    sentence: str | Promise


DEFINITIONS: Final[dict[str, Definition]] = {
    "spending": Definition(
        _("Belanja"),
        _(
            "Dihitung dari harga sebelum pajak (DPP) pesanan yang Surat Pesanannya terbit dan tidak batal, "
            "dihentikan, "
            "atau diputus; tahunnya tahun anggaran paket, bulannya bulan Surat Pesanan."
        ),
    ),
    "category": Definition(
        _("Belanja menurut kategori"),
        _(
            "Dihitung dari baris pesanan menurut kategori teratas barang atau jasanya; ongkos kirim berdiri "
            "sendiri. "
            "Jumlah semua kategori sama dengan belanja. Porsi dari terlalu sedikit pesanan tidak ditampilkan, pada "
            "kategori seperti pada satuan kerja, daerah, dan tahun; nilainya tetap terbuka."
        ),
    ),
    "umk_share": Definition(
        _("Porsi usaha mikro, kecil, dan koperasi"),
        _(
            "Dihitung dari belanja pada penyedia yang saat dipesan berukuran mikro, kecil, atau koperasi, "
            "dibagi seluruh "
            "belanja."
        ),
    ),
    "pdn_share": Definition(
        _("Porsi produk dalam negeri"),
        _("Dihitung dari baris pesanan yang saat dipesan produk dalam negeri, dibagi seluruh belanja."),
    ),
    "umk_pdn_share": Definition(
        _("Produk dalam negeri dari usaha mikro, kecil, dan koperasi"),
        _(
            "Dihitung dari baris pesanan yang produk dalam negeri pada penyedia mikro, kecil, atau koperasi, dibagi "
            "seluruh belanja; inilah porsi yang sasaran terendahnya ditetapkan UU 11/2020 Pasal 97."
        ),
    ),
    "hhi": Definition(
        _("Konsentrasi penyedia (HHI)"),
        _(
            "Dihitung dari jumlah kuadrat bagian setiap penyedia dalam belanja, kali 10.000: 10.000 berarti "
            "satu "
            "penyedia, mendekati 0 berarti merata pada banyak penyedia."
        ),
    ),
    "funnel": Definition(
        _("Dari rencana sampai dibayar"),
        _(
            "Dihitung dari paket aktif tahun anggaran itu dan semua pesanannya: diajukan, Surat Pesanan "
            "terbit dan tidak "
            "berhenti, BAST kedua pihak, dibayar instansi, sampai ke penyedia. Dibayar instansi berarti uang keluar "
            "dari anggaran; sampai ke penyedia berarti bukti masuk ke rekeningnya sudah ada. Nilainya dengan pajak, "
            "pajak yang dipotong termasuk; sejak BAST nilai yang diterima."
        ),
    ),
    "dropped_share": Definition(
        _("Bagian pesanan yang tidak jadi"),
        _(
            "Dihitung dari pesanan yang batal, kedaluwarsa, dihentikan, atau diputus, oleh pihak mana pun, "
            "dibagi "
            "semua pesanan yang diajukan."
        ),
    ),
    "approve_hours": Definition(
        _("Lama PPK menyetujui"),
        _("Dihitung dari median jam kalender antara pesanan diajukan dan disetujui PPK."),
    ),
    "accept_hours": Definition(
        _("Lama menerima barang"),
        _("Dihitung dari median jam kalender antara barang tiba seluruhnya dan BAST ditandatangani PPK."),
    ),
    "pay_time": Definition(
        _("Waktu bayar"),
        _(
            "Dihitung dari hari kerja antara BAST dan tanggal SP2D atau bukti transfer yang sudah "
            "diverifikasi; tahunnya "
            "tahun BAST. Angka yang sama dengan halaman Waktu bayar."
        ),
    ),
    "score": Definition(
        _("Skor"),
        _("Dihitung dari pengamatan yang dibaca dari log audit menurut rumus skor yang diumumkan."),
    ),
    "saving_hps": Definition(
        _("Hemat terhadap HPS"),
        _(
            "Dihitung dari HPS dikurangi nilai pesanan (keduanya dengan pajak) pada paket yang sudah "
            "ditutup; paket yang "
            "masih berjalan belum dapat disebut hemat."
        ),
    ),
    "saving_negotiated": Definition(
        _("Hemat dari negosiasi"),
        _(
            "Dihitung dari nilai versi pertama dikurangi nilai yang disepakati pada pesanan yang "
            "dinegosiasikan."
        ),
    ),
    "absorption": Definition(
        _("Serapan anggaran"),
        _(
            "Dihitung dari mutasi anggaran “dibayar” tiap bulan, dibagi pagu paket aktif. Garis rencana membagi pagu "
            "tiap paket rata pada bulan-bulan kontraknya menurut RUP; paket yang RUP-nya tidak memuat bulan kontrak "
            "dibagi seperdua belas tiap bulan."
        ),
    ),
    "rush": Definition(
        _("Belanja akhir tahun"),
        _(
            "Dihitung dari belanja Oktober sampai Desember, dan Desember saja, dibagi belanja setahun; "
            "belanja yang rata "
            "memberi 25 % dan 8,3 %."
        ),
    ),
    "waiting": Definition(
        _("Yang menunggu"),
        _(
            "Dihitung dari pesanan yang belum berakhir menurut langkah dan pemegangnya; terlambat berarti "
            "lewat tenggatnya."
        ),
    ),
    "cashless": Definition(
        _("Bukti nontunai"),
        _(
            "Dihitung dari laporan tiga arah harian: buku pesanan, kabar penyedia pembayaran, dan rekening "
            "koran. Hari disebut selesai bila rekening koran semua rekening daerah mencakupnya dan tidak ada selisih "
            "yang belum dijelaskan; selain itu disebut apa yang belum masuk atau belum dijelaskan."
        ),
    ),
}
"""Code → what the figure is. `docs/statistics.md` has one heading for each."""
