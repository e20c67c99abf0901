"""What happens to a paper, as the log tells it. Names and addresses stay out: number and hashes say enough."""

from __future__ import annotations

from typing import Final

from marketplace.audit.acts import Act, register

ISSUED: Final = "paper.issue"
RENDERED: Final = "paper.render"
SIGNED: Final = "paper.sign"
VOIDED: Final = "paper.void"

_ISSUE_FACTS: Final = ("kind", "title", "number", "version", "facts_sha256", "subject")

register(
    Act(ISSUED, "{actor} menerbitkan {title} nomor {number} (versi {version})", _ISSUE_FACTS),
    Act(VOIDED, "{actor} membatalkan {title} nomor {number}; versi {version} bertanda BATAL", _ISSUE_FACTS),
    Act(
        RENDERED,
        "Naskah PDF nomor {number} tersimpan dengan sidik SHA-256 {pdf_sha256}",
        ("number", "version", "pdf_sha256", "pdf_bytes"),
    ),
    Act(
        SIGNED,
        "Naskah PDF nomor {number} bertanda tangan elektronik PAdES {level}; sidik SHA-256 {signed_sha256}",
        ("number", "version", "pdf_sha256", "signed_sha256", "level", "serials"),
    ),
)
