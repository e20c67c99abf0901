"""What settlement writes into the log. Facts hold ids, numbers and amounts, never personal data."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

_TRANSFER = ("reference", "number", "amount_rupiah", "bank_account_version")
_BATCH = ("reference", "count", "amount_rupiah")

ACTS = (
    # ── the order's own moves ──
    Act(
        "purchase.invoice",
        "{actor} mengajukan tagihan {invoice} untuk pesanan {number} senilai {total_rupiah}",
        ("number", "invoice", "receipt", "total_rupiah", "bank_account_version"),
    ),
    Act(
        "purchase.verify",
        "{actor} memverifikasi tagihan {invoice} pesanan {number}: pesanan {ordered_rupiah}, "
        "BAST {accepted_rupiah}, tagihan {total_rupiah}",
        ("number", "invoice", "ordered_rupiah", "accepted_rupiah", "total_rupiah"),
    ),
    Act(
        "purchase.return_invoice",
        "{actor} mengembalikan tagihan {invoice} pesanan {number}: {reason}",
        ("number", "invoice", "reason"),
    ),
    Act(
        "purchase.approve_payment",
        "{actor} menyetujui pembayaran pesanan {number} senilai {total_rupiah} melalui {profile}; "
        "penyedia menerima {net_rupiah}",
        (
            "number",
            "profile",
            "profile_basis",
            "total_rupiah",
            "net_rupiah",
            "penalty_rupiah",
            "tax_plan",
            "obligation",
        ),
    ),
    Act(
        "purchase.pay",
        "Pesanan {number} dibayar {total_rupiah} berdasarkan {proof}",
        ("number", "total_rupiah", "net_rupiah", "proof", "proof_sha256"),
    ),
    Act(
        "purchase.vendor_paid",
        "Uang pesanan {number} senilai {net_rupiah} sampai di rekening penyedia dengan transfer {reference}",
        ("number", "net_rupiah", "reference"),
    ),
    Act(
        "purchase.settle_tax",
        "{actor} mencatat seluruh setoran pajak pesanan {number} senilai {total_rupiah}",
        ("number", "total_rupiah", "ntpn"),
    ),
    # ── payments and their proofs ──
    Act(
        "payment.start",
        "{actor} memulai pembayaran {reference} senilai {amount_rupiah}",
        ("reference", "amount_rupiah"),
    ),
    Act("payment.withdraw", "{actor} membatalkan pembayaran {reference} sebelum dibayar", ("reference",)),
    Act("attempt.send", "Pembayaran {reference} dikirim ke {provider}", ("reference", "provider")),
    Act("attempt.lose", "Jawaban untuk pembayaran {reference} belum diterima", ("reference",)),
    Act("attempt.await", "Pembayaran {reference} sedang diproses", ("reference",)),
    Act("attempt.authorise", "Dana untuk pembayaran {reference} dijaminkan", ("reference",)),
    Act("attempt.fail", "Pembayaran {reference} gagal: {reason}", ("reference", "reason")),
    Act("attempt.cancel", "Pembayaran {reference} dibatalkan", ("reference",)),
    Act(
        "attempt.capture",
        "Dana pembayaran {reference} diterima: {amount_rupiah}",
        ("reference", "amount_rupiah"),
    ),
    Act("attempt.expire", "Pembayaran {reference} kedaluwarsa", ("reference",)),
    Act(
        "provider_secret.rotate",
        "{actor} mengganti kunci {name} penyedia pembayaran {provider}",
        ("provider", "name", "ended"),
    ),
    Act("provider_event.receive", "Kabar {kind} dari {provider} disimpan", ("provider", "kind", "sha256")),
    Act(
        "provider_event.replay",
        "{actor} mengulang pengolahan kabar {kind} dari {provider}",
        ("provider", "kind", "replay"),
    ),
    Act(
        "money.unmatched",
        "Uang belum cocok ({kind}) senilai {amount_rupiah} dari pembayaran {reference}",
        ("kind", "amount_rupiah", "reference"),
    ),
    Act("unmatched.take", "{actor} menangani uang yang belum cocok ({kind})", ("kind",)),
    Act(
        "unmatched.propose",
        "{actor} mengusulkan {resolution} untuk uang yang belum cocok ({kind}): {reason}",
        ("kind", "resolution", "reason"),
    ),
    Act("unmatched.demand", "Uang yang belum cocok ({kind}) dimintakan kembali menurut aturan", ("kind",)),
    Act(
        "unmatched.agree",
        "{actor} menyetujui {resolution} untuk uang yang belum cocok ({kind})",
        ("kind", "resolution"),
    ),
    Act(
        "unmatched.turn_down",
        "{actor} menolak usulan {resolution} untuk uang yang belum cocok ({kind})",
        ("kind", "resolution"),
    ),
    Act("unmatched.settle", "Uang yang belum cocok ({kind}) selesai: {resolution}", ("kind", "resolution")),
    Act("unmatched.reopen", "Uang yang belum cocok ({kind}) dibuka kembali", ("kind",)),
    Act(
        "refund.request",
        "{actor} meminta pengembalian {reference} senilai {amount_rupiah}",
        ("reference", "amount_rupiah", "purchase", "source"),
    ),
    Act(
        "refund.approve",
        "{actor} menyetujui pengembalian {reference} senilai {amount_rupiah}",
        ("reference", "amount_rupiah", "purchase", "source"),
    ),
    Act("refund.reject", "{actor} menolak pengembalian {reference}", ("reference",)),
    Act("refund.send", "Pengembalian {reference} dikirim", ("reference",)),
    Act("refund.lose", "Jawaban untuk pengembalian {reference} belum diterima", ("reference",)),
    Act("refund.accept", "Pengembalian {reference} sedang diproses", ("reference",)),
    Act(
        "refund.finish",
        "Pengembalian {reference} senilai {amount_rupiah} selesai",
        ("reference", "amount_rupiah"),
    ),
    Act("refund.fail", "Pengembalian {reference} gagal: {reason}", ("reference", "reason")),
    Act(
        "refund.outside",
        "Penyedia pembayaran memberitahukan pengembalian {reference} senilai {amount_rupiah} di luar e-Order",
        ("reference", "amount_rupiah", "purchase"),
    ),
    Act(
        "dispute.open",
        "Dana pesanan {number} senilai {amount_rupiah} disengketakan",
        ("number", "amount_rupiah", "dispute"),
    ),
    Act(
        "dispute.win",
        "Sengketa atas dana pesanan {number} dimenangkan: {amount_rupiah}",
        ("number", "amount_rupiah", "dispute"),
    ),
    Act(
        "dispute.lose",
        "Sengketa atas dana pesanan {number} kalah: {amount_rupiah}",
        ("number", "amount_rupiah", "dispute"),
    ),
    Act(
        "evidence.record",
        "{actor} mencatat {kind} nomor {evidence_number} senilai {amount_rupiah} untuk pesanan {number}",
        ("kind", "evidence_number", "amount_rupiah", "number", "sha256"),
    ),
    Act(
        "evidence.verify",
        "{actor} memverifikasi {kind} nomor {evidence_number} senilai {amount_rupiah} untuk pesanan {number}",
        ("kind", "evidence_number", "amount_rupiah", "number", "sha256"),
    ),
    # ── payments made outside the system ──
    Act(
        "payment.remind",
        "{actor} mengingatkan {to} akan pembayaran pesanan {number}",
        ("number", "to", "late_days"),
    ),
    Act(
        "outside.propose",
        "{actor} mengusulkan pembayaran di luar sistem {kind} {evidence_number} senilai {amount_rupiah} "
        "untuk pesanan {number}: {why}",
        ("number", "kind", "evidence_number", "amount_rupiah", "why", "legal_basis", "sha256"),
    ),
    Act(
        "outside.examine",
        "{actor} menyatakan {kind} {evidence_number} sesuai untuk pembayaran di luar sistem pesanan {number}",
        ("number", "kind", "evidence_number", "amount_rupiah", "why", "legal_basis", "sha256"),
    ),
    Act(
        "outside.approve",
        "{actor} menyetujui pembayaran di luar sistem {amount_rupiah} pesanan {number}: {why}",
        ("number", "kind", "evidence_number", "amount_rupiah", "why", "legal_basis", "sha256"),
    ),
    Act(
        "outside.reject",
        "{actor} menolak pembayaran di luar sistem pesanan {number}: {reason}",
        ("number", "kind", "evidence_number", "amount_rupiah", "why", "legal_basis", "sha256", "reason"),
    ),
    Act(
        "outside.withdraw",
        "{actor} menarik usulan pembayaran di luar sistem pesanan {number}: {reason}",
        ("number", "kind", "evidence_number", "amount_rupiah", "why", "legal_basis", "sha256", "reason"),
    ),
    # ── transfers to vendors ──
    Act(
        "payout.draw_up",
        "Transfer {reference} senilai {amount_rupiah} disiapkan untuk pesanan {number}",
        ("reference", "number", "amount_rupiah", "bank_account_version", "replaces"),
    ),
    Act(
        "payout.prepare",
        "{actor} menyiapkan transfer {reference} senilai {amount_rupiah} untuk pesanan {number}",
        _TRANSFER,
    ),
    Act(
        "payout.approve",
        "{actor} menyetujui transfer {reference} senilai {amount_rupiah} ke rekening versi {bank_account_version}",
        _TRANSFER,
    ),
    Act("payout.cancel", "{actor} membatalkan transfer {reference}: {reason}", (*_TRANSFER, "reason")),
    Act("payout.hold", "{actor} menahan transfer {reference}: {reason}", (*_TRANSFER, "reason")),
    Act("payout.let_go", "{actor} melepas penahanan transfer {reference}: {reason}", (*_TRANSFER, "reason")),
    Act(
        "payout.entrust",
        "{actor} menyerahkan transfer {reference} senilai {amount_rupiah} kepada {provider}",
        ("reference", "provider", "amount_rupiah"),
    ),
    Act("payout.send", "Transfer {reference} senilai {amount_rupiah} dikirim ke bank", _TRANSFER),
    Act("payout.lose", "Jawaban bank untuk transfer {reference} belum diterima", ("reference",)),
    Act("payout.accept", "Transfer {reference} diterima bank", ("reference",)),
    Act(
        "payout.settle",
        "Transfer {reference} senilai {amount_rupiah} sampai, berdasarkan {proof}",
        (*_TRANSFER, "proof"),
    ),
    Act("payout.return", "Transfer {reference} dikembalikan bank: {reason}", (*_TRANSFER, "reason")),
    Act("payout_batch.make", "{actor} menyusun kelompok transfer {reference} ({count})", _BATCH),
    Act(
        "payout_batch.approve",
        "{actor} menyetujui kelompok transfer {reference}: {count} transfer, {amount_rupiah}",
        _BATCH,
    ),
    Act(
        "payout_batch.download",
        "{actor} mengunduh berkas {format} kelompok transfer {reference} (SHA-256 {sha256})",
        (*_BATCH, "format", "sha256"),
        personal=True,
    ),
    Act("payout_batch.send", "{actor} menandai kelompok transfer {reference} sudah diunggah ke bank", _BATCH),
    Act("payout_batch.cancel", "{actor} membatalkan kelompok transfer {reference}", _BATCH),
    Act(
        "tax.deposit",
        "{actor} mencatat setoran {code} {amount_rupiah} pesanan {number} dengan NTPN {ntpn}",
        ("code", "amount_rupiah", "number", "ntpn", "billing_code", "deposited_on", "deposit"),
    ),
    Act(
        "tax.export",
        "{actor} membuat berkas bukti potong {shape} masa {period}: {rows} baris, pajak {amount_rupiah}",
        ("period", "shape", "rows", "base_rupiah", "amount_rupiah", "sha256", "unit"),
        personal=True,
    ),
    Act(
        "ledger.posted",
        "{actor} membukukan jurnal {kind} senilai {amount_rupiah} untuk pesanan {purchase}",
        ("kind", "amount_rupiah", "purchase", "legs"),
    ),
    Act(
        "ledger.prove",
        "Buku tanggal {day} dibuktikan: {outcome} ({journals} jurnal, SHA-256 {digest})",
        ("day", "outcome", "digest", "accounts", "journals", "entries", "findings"),
    ),
)

register(*ACTS)
