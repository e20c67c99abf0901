"""What deadlines write into the story of a thing. People appear by their offices, never by name."""

from __future__ import annotations

from typing import Final

from marketplace.audit.acts import Act, register

REMINDED: Final = "deadline.reminded"
MISSED: Final = "deadline.missed"
EXTENDED: Final = "deadline.extended"
PREFIX: Final = "deadline."

register(
    Act(
        REMINDED,
        "{actor} mengingatkan {holder}: {share}% waktu “{waiting}” telah terpakai, tenggat {due}",
        ("holder", "waiting", "share", "due"),
    ),
    Act(
        MISSED,
        "Tenggat “{waiting}” ({due}) lewat di tangan {holder}; diteruskan kepada {superior}",
        ("holder", "waiting", "due", "superior", "escalation"),
    ),
    Act(
        EXTENDED,
        "Tenggat {before_due} menjadi {due}, karena {day} ditetapkan sebagai hari libur: {holiday} ({legal_basis})",
        ("before_due", "due", "day", "holiday", "legal_basis"),
    ),
)
