"""What shared pages write into the log: that somebody read others' personal data, and why; never the data."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

READ = "personal_data.read"

register(
    Act(
        READ,
        "{actor} membaca {what} {subject} untuk keperluan: {reason}",
        ("what", "subject", "reason"),
        personal=True,
    ),
)
