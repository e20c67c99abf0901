"""What the database itself guarantees of red flags: what a rule saw is never rewritten, and no flag is lost."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import refusal, trigger

_REFUSE_LOSS = refusal(
    "redflags_refuse_loss",
    "A red flag is closed with reasons and never lost",
    instead="Close it: the row stays.",
)

_MAY_CHANGE = (
    "state, revision, due_at, reviewer_id, taken_up_at, question, asked_at, answer, answered_at, answered_by_id, "
    "verdict, reason, decided_at"
)

# What was found stays as found; of a closed flag everything stays.
_KEPT = f"""
CREATE OR REPLACE FUNCTION redflags_flag_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY[{", ".join(f"'{name.strip()}'" for name in _MAY_CHANGE.split(","))}];
BEGIN
    IF OLD.state IN ('CLEARED', 'SUPERSEDED') THEN
        RAISE EXCEPTION 'A closed red flag stays as it is' USING ERRCODE = 'restrict_violation',
            HINT = 'The rule raises another version when it sees something else.';
    END IF;
    IF to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'What a rule saw is never rewritten' USING ERRCODE = 'restrict_violation',
            HINT = 'Raise another version.';
    END IF;
    RETURN NEW;
END $$
"""

CREATE: Final[list[str]] = [
    _REFUSE_LOSS,
    _KEPT,
    *trigger("flag_kept", "redflags_redflag", "BEFORE UPDATE", "redflags_flag_kept"),
    *trigger("flag_stays", "redflags_redflag", "BEFORE DELETE", "redflags_refuse_loss"),
    *trigger(
        "flag_truncate", "redflags_redflag", "BEFORE TRUNCATE", "redflags_refuse_loss", each="STATEMENT"
    ),
]
