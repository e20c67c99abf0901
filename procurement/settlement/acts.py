"""What settlement writes into the log."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act(
        "ledger.posted",
        "{actor} membukukan jurnal {kind} senilai {amount_rupiah} untuk pesanan {purchase}",
        ("kind", "amount_rupiah", "purchase", "legs"),
    ),
)

register(*ACTS)
