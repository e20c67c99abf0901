"""What ordering writes into the log. Facts hold ids, numbers and amounts, never personal data."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act("basket.reminded", "{actor} mengingatkan pembeli akan keranjang berisi {lines} baris", ("lines",)),
    Act(
        "basket.saved",
        "{actor} menyimpan keranjang berisi {lines} baris yang lama tidak disentuh",
        ("lines",),
    ),
    Act("basket.restored", "{actor} mengembalikan {lines} baris ke keranjang", ("lines",)),
    Act(
        "purchase.submit",
        "{actor} mengajukan pesanan {number} kepada {vendor} senilai {total_rupiah} dari paket {kd_rup}",
        (
            "number",
            "vendor",
            "kd_rup",
            "total_rupiah",
            "price_rupiah",
            "lines",
            "rekening",
            "mechanism",
            "reason",
            "vendor_size",
            "tax_rules",
            "shipping_rupiah",
            "deliveries",
            "no_negotiation_reason",
        ),
    ),
    Act(
        "purchase.counter",
        "{actor} menawar pesanan {number}, putaran {round}: {total_rupiah}",
        ("number", "round", "total_rupiah"),
    ),
    Act(
        "purchase.agree",
        "{actor} menyetujui tawaran putaran {round} untuk pesanan {number}: {total_rupiah}",
        ("number", "round", "total_rupiah", "saving_rupiah", "agreement", "agreement_sha256"),
    ),
    Act(
        "purchase.flag",
        "Peringatan {flag} pada pesanan {number}: {sentence}",
        ("number", "flag", "moment", "consequence", "sentence", "flag_sha256"),
    ),
    Act(
        "purchase.endorse",
        "{actor} menyetujui pesanan {number} sebagai pejabat kedua: {reason}",
        ("number", "reason"),
    ),
    Act("purchase.lift_hold", "{actor} melepas penahanan pesanan {number}: {reason}", ("number", "reason")),
    Act(
        "purchase.amend",
        "{actor} menyepakati adendum {addendum} pesanan {number} senilai {total_rupiah}: {reason}",
        ("number", "addendum", "reason", "total_rupiah", "agreement", "agreement_sha256"),
    ),
    Act(
        "addendum.propose",
        "{actor} mengusulkan adendum {addendum} pesanan {number} senilai {total_rupiah}: {reason}",
        ("number", "addendum", "reason", "total_rupiah", "version", "proposal_sha256"),
    ),
    Act("addendum.agree", "Adendum {addendum} pesanan {number} disepakati", ("number", "addendum")),
    Act(
        "addendum.reject",
        "{actor} menolak adendum {addendum} pesanan {number}: {reason}",
        ("number", "addendum", "reason"),
    ),
    Act(
        "addendum.withdraw",
        "{actor} menarik usulan adendum {addendum} pesanan {number}",
        ("number", "addendum"),
    ),
    Act("addendum.lapse", "Usulan adendum {addendum} pesanan {number} kedaluwarsa", ("number", "addendum")),
    Act(
        "purchase.approve",
        "{actor} menyetujui pesanan {number} senilai {total_rupiah}",
        ("number", "total_rupiah", "hps_rupiah"),
    ),
    Act("purchase.refuse", "{actor} menolak pesanan {number}: {reason}", ("number", "reason")),
    Act("purchase.cancel", "{actor} membatalkan pesanan {number}: {reason}", ("number", "reason")),
    Act(
        "purchase.confirm",
        "{actor} menerima pesanan {number}; Surat Pesanan {sp_number} berlaku senilai {total_rupiah}",
        ("number", "sp_number", "total_rupiah"),
    ),
    Act("purchase.decline", "{actor} tidak dapat memenuhi pesanan {number}: {reason}", ("number", "reason")),
    Act("purchase.lapse", "Pesanan {number} kedaluwarsa: {reason}", ("number", "reason")),
    Act("purchase.close", "Pesanan {number} selesai; penilaian penyedia: {rating}", ("number", "rating")),
    Act(
        "purchase.take_over",
        "{actor} mengambil alih tugas {duty} pada pesanan {number}",
        ("number", "duty", "appointment", "former_appointment"),
    ),
)


def declare() -> None:
    """Register the acts of this room; called once when Django starts."""
    register(*ACTS)
