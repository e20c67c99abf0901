"""What oversight writes into the log: ids, numbers, amounts and hashes. What auditors write stays with its row."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

_CASE = ("number",)
_FINDING = ("case", "finding", "kind", "amount_rupiah")
_RECOMMENDATION = ("case", "finding", "recommendation", "unit")

ACTS = (
    Act("case_file.open", "{actor} membuka berkas pemeriksaan {number}", (*_CASE, "body", "units", "team")),
    Act(
        "case_file.join", "{actor} menambahkan anggota tim pada berkas pemeriksaan {number}", (*_CASE, "user")
    ),
    Act(
        "case_file.issue_report",
        "{actor} menerbitkan LHP {lhp} atas berkas {number}: {findings} temuan, {recommendations} rekomendasi",
        (*_CASE, "lhp", "dated", "received", "findings", "recommendations", "amount_rupiah"),
    ),
    Act("case_file.finish", "{actor} menyatakan tindak lanjut berkas {number} selesai", _CASE),
    Act("case_file.resume", "{actor} membuka kembali pemantauan berkas {number}", (*_CASE, "reason")),
    Act(
        "finding.draft",
        "{actor} menulis konsep temuan {finding} pada berkas {case}",
        (*_FINDING, "text_sha256"),
    ),
    Act("finding.revise", "{actor} mengubah konsep temuan {finding}", (*_FINDING, "text_sha256")),
    Act(
        "finding.return_draft",
        "{actor} mengembalikan konsep temuan {finding} kepada penulisnya: {reason}",
        (*_FINDING, "reason"),
    ),
    Act("finding.confirm", "{actor} menyetujui temuan {finding} senilai {amount_rupiah}", _FINDING),
    Act("finding.withdraw", "{actor} menarik temuan {finding}: {reason}", (*_FINDING, "reason")),
    Act(
        "finding.link",
        "{actor} mengaitkan pesanan {order} dengan temuan {finding}",
        (*_FINDING, "order", "entries"),
    ),
    Act(
        "recommendation.draft",
        "{actor} menulis rekomendasi {recommendation} untuk unit {unit}",
        (*_RECOMMENDATION, "due_rupiah", "text_sha256"),
    ),
    Act(
        "recommendation.issue",
        "Rekomendasi {recommendation} LHP {lhp} diterima; unit diminta menjawab",
        (*_RECOMMENDATION, "lhp", "received", "due_rupiah"),
    ),
    Act("recommendation.withdraw", "{actor} menarik rekomendasi {recommendation}", _RECOMMENDATION),
    Act(
        "recommendation.answer",
        "{actor} menjawab rekomendasi {recommendation} dengan {files} berkas",
        (*_RECOMMENDATION, "files", "sha256", "text_sha256"),
    ),
    Act(
        "recommendation.verify",
        "{actor} menyatakan bukti atas rekomendasi {recommendation} cukup, setoran {recovered_rupiah}",
        (*_RECOMMENDATION, "recovered_rupiah"),
    ),
    Act(
        "recommendation.return_answer",
        "{actor} mengembalikan jawaban atas rekomendasi {recommendation}: {reason}",
        (*_RECOMMENDATION, "reason"),
    ),
    Act(
        "recommendation.propose",
        "{actor} mengusulkan status “{status}” untuk rekomendasi {recommendation}: {reason}",
        (*_RECOMMENDATION, "status", "reason"),
    ),
    Act(
        "recommendation.confirm",
        "{actor} menetapkan status “{status}” untuk rekomendasi {recommendation}",
        (*_RECOMMENDATION, "status", "bpk_status", "recovered_rupiah"),
    ),
    Act(
        "recommendation.decline",
        "{actor} menolak usulan status rekomendasi {recommendation}: {reason}",
        (*_RECOMMENDATION, "reason"),
    ),
    Act(
        "recommendation.reopen",
        "{actor} membuka kembali rekomendasi {recommendation}: {reason}",
        (*_RECOMMENDATION, "reason"),
    ),
    Act(
        "recovery.record",
        "{actor} mencatat setoran STS {sts} senilai {amount_rupiah} untuk rekomendasi {recommendation}",
        (*_RECOMMENDATION, "sts", "dated", "amount_rupiah", "sha256"),
    ),
    Act(
        "recovery.judge",
        "{actor} memeriksa setoran STS {sts} senilai {amount_rupiah}: sah {accepted}",
        (*_RECOMMENDATION, "sts", "amount_rupiah", "accepted"),
    ),
    Act(
        "sample.draw",
        "{actor} menarik sampel {sample}: {drawn} dari {population} pesanan, metode {method}, benih {seed}",
        (
            "sample",
            "method",
            "seed",
            "seed_given",
            "params",
            "filters",
            "algorithm",
            "population",
            "population_rupiah",
            "population_sha256",
            "drawn",
            "drawn_sha256",
        ),
    ),
    Act("sample.attach", "{actor} memasukkan sampel {sample} ke berkas {case}", ("sample", "case")),
    Act(
        "sample.examine",
        "{actor} memeriksa pesanan {order} dari sampel {sample}: {result}",
        ("sample", "order", "result"),
    ),
    Act(
        "entry.acknowledge",
        "{actor} menandai catatan {entry} sudah dibaca",
        ("entry", "read", "remark_sha256"),
    ),
    Act("payout_hold.watch", "Penahanan transfer pesanan {number} menunggu keputusan", ("number", "payout")),
    Act("payout_hold.end", "Penahanan transfer pesanan {number} berakhir", ("number", "payout")),
)


def declare() -> None:
    """Register the acts of this room."""
    register(*ACTS)
