"""The kinds of papers: title, abbreviation in the number, facts they need, and what the public may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from procurement.documents import facts


class UnknownPaper(LookupError):
    """No kind of paper has that code: a programming error."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper.

    `code` also names its template (`templates/papers/<code>.typ`); `amount` names the fact that is the paper's
    value in whole rupiah, when it has one.
    """

    code: str
    title: str
    abbreviation: str
    facts: type
    amount: str | None = "total"

    @classmethod
    def of(cls, code: str) -> Kind:
        """Return the kind of that code. Raises UnknownPaper."""
        try:
            return _BY_CODE[code]
        except KeyError:
            raise UnknownPaper(f"no kind of paper is called {code!r}") from None


KINDS: Final = (
    Kind("disposisi", "Disposisi Pengadaan", "DISP", facts.Disposisi),
    Kind("kak", "Kerangka Acuan Kerja", "KAK", facts.Kak, amount=None),
    Kind("hps", "Harga Perkiraan Sendiri", "HPS", facts.Hps),
    Kind("ba_negosiasi", "Berita Acara Negosiasi", "BAN", facts.BaNegosiasi),
    Kind(
        "undangan_mini_kompetisi", "Undangan Mini-Kompetisi", "UMK", facts.UndanganMiniKompetisi, amount=None
    ),
    Kind("ba_mini_kompetisi", "Berita Acara Mini-Kompetisi", "BAMK", facts.BaMiniKompetisi),
    Kind("surat_pesanan", "Surat Pesanan", "SP", facts.SuratPesanan),
    Kind("spk", "Surat Perintah Kerja", "SPK", facts.Spk),
    Kind("adendum", "Adendum Surat Pesanan", "ADD", facts.Adendum),
    Kind("surat_jalan", "Surat Jalan", "SJ", facts.SuratJalan, amount=None),
    Kind("tanda_terima", "Tanda Terima dan Hasil Pemeriksaan Barang", "TT", facts.TandaTerima, amount=None),
    Kind("ba_pemeriksaan", "Berita Acara Pemeriksaan Barang", "BAPB", facts.BaPemeriksaan, amount=None),
    Kind("bast", "Berita Acara Serah Terima", "BAST", facts.Bast),
    Kind("ba_serah_terima_aset", "Berita Acara Serah Terima Aset", "BASTA", facts.BaSerahTerimaAset),
    Kind("ba_pembayaran", "Berita Acara Pembayaran", "BAP", facts.BaPembayaran, amount="amount_to_pay"),
    Kind("invoice", "Faktur Tagihan", "INV", facts.Invoice),
    Kind("kuitansi", "Kuitansi", "KW", facts.Kuitansi),
    Kind("bukti_potong", "Bukti Pemotongan/Pemungutan Pajak", "BP", facts.BuktiPotong),
    Kind(
        "ba_pembatalan", "Berita Acara Pengakhiran Pesanan", "BAB", facts.BaPembatalan, amount="value_to_pay"
    ),
    Kind("npd", "Nota Pencairan Dana", "NPD", facts.Npd),
    Kind("spp", "Surat Permintaan Pembayaran", "SPP", facts.Spp),
    Kind("spm", "Surat Perintah Membayar", "SPM", facts.Spm),
)

_BY_CODE: Final = {kind.code: kind for kind in KINDS}
