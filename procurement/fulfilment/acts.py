"""What delivery writes into the log. Pictures stand there by their SHA-256, remarks of people stay out."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act(
        "purchase.ship",
        "{actor} mengirim pesanan {number} dengan surat jalan {note_number}",
        ("number", "note_number", "lines", "photos"),
    ),
    Act(
        "purchase.receive",
        "{actor} mencatat penerimaan pesanan {number}: baik {good}, rusak {damaged}, kurang {short}",
        ("number", "good", "damaged", "short", "lines", "photos"),
    ),
    Act("purchase.inspect", "{actor} menyatakan barang pesanan {number} tepat guna", ("number", "result")),
    Act(
        "purchase.report_discrepancy",
        "{actor} melaporkan ketidaksesuaian pesanan {number}: {reason}",
        ("number", "reason"),
    ),
    Act(
        "purchase.comment",
        "{actor} menanggapi ketidaksesuaian pesanan {number}: {reason}",
        ("number", "reason"),
    ),
    Act(
        "purchase.warn",
        "{actor} memberi surat peringatan {letter} atas pesanan {number}: {reason}",
        ("number", "letter", "reason"),
    ),
    Act(
        "purchase.replace",
        "{actor} meminta pengiriman pengganti untuk pesanan {number}: {reason}",
        ("number", "reason", "missing"),
    ),
    Act(
        "purchase.accept_short",
        "{actor} menerima sebagian pesanan {number}: {reason}",
        ("number", "reason", "lines"),
    ),
    Act(
        "purchase.reject_goods",
        "{actor} menolak barang pesanan {number} dan memutus pesanan: {reason}",
        ("number", "reason", "paper", "released_rupiah"),
    ),
    Act(
        "purchase.sign_bast",
        "{actor} menandatangani BAST pesanan {number} senilai {accepted_rupiah}, "
        "terlambat {late_days} hari, denda {penalty_rupiah}",
        ("number", "accepted_rupiah", "late_days", "penalty_rupiah", "lines"),
    ),
    Act(
        "purchase.accept",
        "{actor} menandatangani BAST {bast_number} pesanan {number} senilai {accepted_rupiah}",
        ("number", "bast_number", "accepted_rupiah", "penalty_rupiah"),
    ),
    Act(
        "purchase.deem_accepted",
        "Pesanan {number} dianggap diterima karena pembeli tidak menjawab sampai tenggat; BAST {bast_number} "
        "senilai {accepted_rupiah}",
        ("number", "bast_number", "accepted_rupiah", "penalty_rupiah", "rule"),
    ),
    Act(
        "purchase.hand_over_asset",
        "{actor} menyerahkan barang pesanan {number} kepada Pengurus Barang dengan {paper}",
        ("number", "paper"),
    ),
    Act(
        "purchase.stop",
        "{actor} menghentikan pesanan {number}: {reason}",
        ("number", "reason", "evaluation", "paper", "released_rupiah"),
    ),
    Act(
        "purchase.terminate",
        "{actor} memutus pesanan {number}: {reason}",
        ("number", "reason", "evaluation", "paper", "released_rupiah"),
    ),
)


def declare() -> None:
    """Register the acts of this room; called once when Django starts."""
    register(*ACTS)
