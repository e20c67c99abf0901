"""The README of an evidence pack: what lies in it and how to check it, in plain Indonesian.

Not translated: the same pack must come out byte for byte, whatever language its reader has chosen.
"""

from __future__ import annotations

from typing import Final

from procurement.purchasing.models import Purchase

TEXT: Final = """PAKET BUKTI PESANAN {number}

Paket ini memuat semua yang membuktikan satu pesanan. Anda dapat memeriksanya di komputer sendiri, tanpa jaringan
dan tanpa mempercayai penyelenggara e-Order.

ISI
  entries/     {entries} catatan log, bita demi bita seperti ketika ditandatangani
  proofs/      bukti bahwa setiap catatan ada dalam log (C2SP tlog-proof)
  checkpoint   kepala log yang ditandatangani, dengan {size} catatan
  stamp/       cap waktu RFC 3161 atas titik periksa log, bila otoritas waktu sudah memberinya; consistency/ berisi
               bukti bahwa titik periksa itu awal dari log ini
  papers/      {papers} dokumen PDF pesanan
  agreements/  isi kesepakatan, versi demi versi
  choices/     daftar penawaran seperti yang dilihat pembeli ketika memilih
  state.json   keadaan setiap berkas menurut basis data
  ledger.json  jurnal dan pajak pesanan
  manifest.json  SHA-256 setiap berkas
  verify.py    pemeriksa

CARA MEMERIKSA
  1. Minta kunci publik log lewat jalan lain, misalnya surat dinas. Jangan memakai kunci dari paket ini.
  2. Pasang Python 3.10 atau lebih baru, lalu: pip install cryptography
  3. Jalankan: python verify.py verify-pack PAKET.zip --vkey 'KUNCI'
     Tambahkan --witness 'KUNCI SAKSI' bila log punya saksi, --old TITIK_PERIKSA bila Anda menyimpan titik
     periksa lama, --tsa SERTIFIKAT.pem untuk memeriksa cap waktu, dan --log FOLDER bila Anda punya seluruh log.
  Pemeriksa itu satu berkas yang dapat Anda baca. Sebaiknya ambil salinannya dari tempat lain, bukan dari paket ini:
  paket yang dipalsukan dapat membawa pemeriksa palsu.

YANG TIDAK DIBUKTIKAN
  Bukti menunjukkan apa yang dicatat, kapan, oleh jabatan mana, dan bahwa tidak satu pun berubah. Bukti tidak
  menunjukkan bahwa yang dicatat itu benar terjadi; barang dan uang tetap Anda periksa di tempatnya.
  Bahwa tidak ada catatan lain tentang pesanan ini hanya terbukti dengan seluruh log (--log).

DATA PRIBADI
  Catatan log tidak memuat nama, NIK, NPWP, rekening, telepon atau alamat. Dokumen di papers/ memuatnya (nama
  penanda tangan, alamat kirim, rekening penyedia): simpan dan bagikan paket ini sesuai UU 27/2022.
  Pindaian SP2D, bukti transfer dan foto barang tidak disertakan; sidiknya ada di catatan.
"""


def readme(purchase: Purchase, *, entries: int, papers: int, size: int) -> bytes:
    """The text for one pack; `size` is that of the signed tree."""
    return TEXT.format(number=purchase.number, entries=entries, papers=papers, size=size).encode()
