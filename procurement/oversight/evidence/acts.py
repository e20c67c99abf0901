"""What taking evidence away writes into the log: which pack, by its SHA-256. Whoever took it stands in the entry."""

from __future__ import annotations

from typing import Final

from marketplace.audit.acts import Act, register

EXPORTED: Final = "evidence_pack.export"


def declare() -> None:
    """Register the act; called once when Django starts."""
    register(
        Act(
            EXPORTED,
            "{actor} mengunduh paket bukti pesanan {number} (SHA-256 {sha256}, {bytes} byte): {reason}",
            ("number", "sha256", "bytes", "reason"),
            personal=True,
        )
    )
