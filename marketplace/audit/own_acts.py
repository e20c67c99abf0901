"""What happens to the log itself, told in the log."""

from __future__ import annotations

from typing import Final

from marketplace.audit.acts import Act, register

SCHEMA_GUARDED: Final = "audit.schema.guarded"
SCHEMA_UNGUARDED: Final = "audit.schema.unguarded"
SCHEMA_OPENED: Final = "audit.schema.opened"
SCHEMA_CLOSED: Final = "audit.schema.closed"
KEY_ROTATED: Final = "audit.key.rotated"
TAKEN_OVER: Final = "audit.taken_over"

register(
    Act(SCHEMA_GUARDED, "Penjaga skema log audit dipasang"),
    Act(SCHEMA_UNGUARDED, "Penjaga skema log audit dilepas"),
    Act(SCHEMA_OPENED, "Skema dibuka untuk perubahan sampai {until}: {reason}", ("reason", "until")),
    Act(SCHEMA_CLOSED, "Skema ditutup kembali, {changed} bagian berubah", ("changed", "objects")),
    Act(
        TAKEN_OVER,
        "Diambil alih sebagaimana didapati, tanpa catatan sebelumnya: {reason}",
        ("reason", "values"),
    ),
    Act(KEY_ROTATED, "Kunci penanda tangan log diganti: {old} menjadi {new}", ("old", "new")),
)
