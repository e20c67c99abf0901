"""What PostgreSQL itself guarantees about papers: an issued paper says the same for ever; only its PDF is added."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger

_PAPER_KEPT: Final = """
CREATE OR REPLACE FUNCTION documents_paper_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- The facts are encrypted anew when the row is saved; their hash, which stays, binds them.
    rendering text[] := ARRAY['state', 'revision', 'due_at', 'pdf_sha256', 'pdf_bytes', 'facts_text'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.pdf_sha256 = '' AND to_jsonb(NEW) - rendering = to_jsonb(OLD) - rendering THEN
        RETURN NEW;
    END IF;
    -- a change of the field key: the same facts, as their hash says, under another token
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'facts_text' = to_jsonb(OLD) - 'facts_text' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An issued paper never changes: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Issue a corrected version, or void the number.';
END $$
"""

CREATE: Final[list[str]] = [
    _PAPER_KEPT,
    *trigger("paper_kept", "documents_paper", "BEFORE UPDATE OR DELETE", "documents_paper_kept"),
    *trigger("paper_stays", "documents_paper", "BEFORE TRUNCATE", "documents_paper_kept", each="STATEMENT"),
    refusal(
        "documents_refuse_change",
        "A signed copy is append-only",
        instead="Issue a further version of the paper.",
    ),
    *append_only(["documents_signedcopy"], "documents_refuse_change"),
]

DROP: Final[list[str]] = [
    "DROP FUNCTION IF EXISTS documents_paper_kept() CASCADE",
    "DROP FUNCTION IF EXISTS documents_refuse_change() CASCADE",
]
