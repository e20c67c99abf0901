"""What settlement writes into the log. Facts hold ids, numbers and amounts, never personal data."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

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
        ("number", "profile", "profile_basis", "total_rupiah", "net_rupiah", "penalty_rupiah", "tax_plan"),
    ),
    Act(
        "purchase.pay",
        "Pesanan {number} dibayar {total_rupiah} berdasarkan {proof}",
        ("number", "total_rupiah", "net_rupiah", "proof", "proof_sha256"),
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
    Act(
        "tax.deposit",
        "{actor} mencatat setoran {code} {amount_rupiah} pesanan {number} dengan NTPN {ntpn}",
        ("code", "amount_rupiah", "number", "ntpn", "billing_code", "deposited_on"),
    ),
    Act(
        "ledger.posted",
        "{actor} membukukan jurnal {kind} senilai {amount_rupiah} untuk pesanan {purchase}",
        ("kind", "amount_rupiah", "purchase", "legs"),
    ),
)

register(*ACTS)
