"""What reconciliation writes into the log. Facts hold ids, numbers and amounts in sen; no account number, no name."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act("own_account.open", "{actor} mendaftarkan rekening {name} {masked}", ("name", "masked", "kind")),
    Act(
        "statement_file.import",
        "{actor} mengimpor berkas rekening koran {format}: {statements} rekening koran, {lines} baris",
        ("format", "statements", "lines", "sha256"),
    ),
    Act(
        "bank_statement.import",
        "Rekening koran {number} rekening {account} diimpor: {lines} baris, {period_from} sampai {period_to}",
        ("number", "account", "lines", "period_from", "period_to", "opening_sen", "closing_sen"),
    ),
    Act(
        "provider_report.import",
        "{actor} mengimpor laporan pencairan {reference} senilai {net_rupiah} untuk {items} pembayaran",
        ("reference", "net_rupiah", "items", "gross_sen", "fee_sen", "sha256"),
    ),
    Act(
        "match.make",
        "Baris rekening koran {line} dicocokkan dengan {kind} {leg} lewat {rule}",
        ("line", "kind", "leg", "rule", "sen"),
    ),
    Act(
        "match.undo",
        "{actor} membatalkan kecocokan baris {line} dengan {kind} {leg}: {reason}",
        ("line", "kind", "leg", "reason", "sen"),
    ),
    Act(
        "discrepancy.open",
        "Pengecualian pada baris rekening koran {line}: {kind}",
        ("line", "kind", "sen", "expected_sen", "reference"),
    ),
    Act("discrepancy.match", "Pengecualian pada baris {line} selesai: dicocokkan", ("line",)),
    Act("discrepancy.supersede", "Pengecualian pada baris {line} kini {kind}", ("line", "kind")),
    Act("discrepancy.decide", "{actor} menutup pengecualian pada baris {line}: {reason}", ("line", "reason")),
    Act(
        "proposal.make",
        "{actor} mengusulkan: {kind} baris {line}, karena {reason}",
        ("line", "kind", "reason", "leg_kind", "leg"),
    ),
    Act("proposal.confirm", "{actor} menyetujui usulan: {kind} baris {line}", ("line", "kind")),
    Act("proposal.decline", "{actor} menolak usulan: {kind} baris {line}", ("line", "kind")),
)

register(*ACTS)
