"""What red flags write into the log: rules, ids, figures and fingerprints; never personal data."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

_FLAG = ("rule", "rule_version", "subject")

ACTS = (
    Act(
        "red_flag.raise",
        "{actor} menandai {subject} menurut aturan {rule} versi {rule_version}",
        (*_FLAG, "version", "score", "inputs_sha256"),
    ),
    Act("red_flag.take_up", "{actor} mulai meninjau tanda bahaya {rule} pada {subject}", _FLAG),
    Act("red_flag.ask", "{actor} meminta penjelasan atas tanda bahaya {rule} pada {subject}", _FLAG),
    Act("red_flag.answer", "{actor} menjawab tanda bahaya {rule} pada {subject}", (*_FLAG, "answer_sha256")),
    Act(
        "red_flag.clear",
        "{actor} menutup tanda bahaya {rule} pada {subject}: {verdict}",
        (*_FLAG, "verdict", "reason_sha256"),
    ),
    Act(
        "red_flag.escalate",
        "{actor} meningkatkan tanda bahaya {rule} pada {subject}",
        (*_FLAG, "reason_sha256"),
    ),
    Act(
        "red_flag.supersede",
        "{actor} mengganti tanda bahaya {rule} pada {subject} dengan yang lebih baru",
        _FLAG,
    ),
    Act(
        "red_flag.index",
        "{actor} memperbarui sidik alamat {vendors} penyedia dan telepon {officers} pejabat",
        ("vendors", "officers"),
    ),
)


def declare() -> None:
    """Register the acts of this room."""
    register(*ACTS)
