"""What operators do with parked work, as the log tells it."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

JOB_RETRIED = "job.retry"
ENTRY_RETRIED = "reader.retry"

register(
    Act(JOB_RETRIED, "{actor} mengulang pekerjaan {kind} yang terparkir", ("kind",)),
    Act(
        ENTRY_RETRIED,
        "{actor} mengulang catatan nomor {leaf_index} untuk pembaca {reader}",
        ("reader", "leaf_index"),
    ),
)
