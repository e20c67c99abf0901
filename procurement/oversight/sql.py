"""What the database guarantees: answers only grow, a reviewed finding stays as it is, deposits are judged once."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger

_APPEND_ONLY: Final = (
    "oversight_acknowledgement",
    "oversight_answer",
    "oversight_answerfile",
    "oversight_casemember",
    "oversight_findingentry",
    "oversight_findingorder",
)

_REFUSE_CHANGE = refusal(
    "oversight_refuse_change",
    "What was found and answered is append-only",
    instead="Write a further finding, answer or remark.",
)

# What a finding says may change until it is reviewed; afterwards its state alone moves.
_FINDING_FROZEN = """
CREATE OR REPLACE FUNCTION oversight_finding_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        OLD.state IN ('DRAFT', 'RETURNED')
        OR to_jsonb(NEW) - ARRAY['state', 'revision', 'due_at'] = to_jsonb(OLD) - ARRAY['state', 'revision', 'due_at']
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A reviewed finding says what it said: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Withdraw it and write another.';
END $$
"""

# What a recommendation asks for stays; what is known of its follow-up moves on.
_RECOMMENDATION_KEPT = """
CREATE OR REPLACE FUNCTION oversight_recommendation_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.finding_id, NEW.unit_id, NEW.number, NEW.text, NEW.amount_due, NEW.examiner_id, NEW.external)
         = (OLD.finding_id, OLD.unit_id, OLD.number, OLD.text, OLD.amount_due, OLD.examiner_id, OLD.external)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What a recommendation asks for is not changed: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""

_RECOVERY_JUDGED_ONCE = """
CREATE OR REPLACE FUNCTION oversight_recovery_judged_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.accepted IS NULL
       AND to_jsonb(NEW) - ARRAY['judged_by_id', 'judged_at', 'accepted']
         = to_jsonb(OLD) - ARRAY['judged_by_id', 'judged_at', 'accepted']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A deposit is recorded and judged once: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""

# A draw is what it was; it only enters a case file, once.
_SAMPLE_KEPT = """
CREATE OR REPLACE FUNCTION oversight_sample_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.case_id IS NULL
       AND to_jsonb(NEW) - ARRAY['case_id'] = to_jsonb(OLD) - ARRAY['case_id']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A sample stays as it was drawn: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Draw another one; both stay readable.';
END $$
"""

_ITEM_KEPT = """
CREATE OR REPLACE FUNCTION oversight_item_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.result <> ''
       AND to_jsonb(NEW) - ARRAY['result', 'note', 'examined_by_id', 'examined_at']
         = to_jsonb(OLD) - ARRAY['result', 'note', 'examined_by_id', 'examined_at']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was drawn stays drawn: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""

CREATE: Final[list[str]] = [
    _REFUSE_CHANGE,
    _FINDING_FROZEN,
    _RECOMMENDATION_KEPT,
    _RECOVERY_JUDGED_ONCE,
    _SAMPLE_KEPT,
    _ITEM_KEPT,
    *append_only(_APPEND_ONLY, "oversight_refuse_change"),
    *trigger("finding_frozen", "oversight_finding", "BEFORE UPDATE OR DELETE", "oversight_finding_frozen"),
    *trigger(
        "recommendation_kept",
        "oversight_recommendation",
        "BEFORE UPDATE OR DELETE",
        "oversight_recommendation_kept",
    ),
    *trigger(
        "recovery_judged_once",
        "oversight_recovery",
        "BEFORE UPDATE OR DELETE",
        "oversight_recovery_judged_once",
    ),
    *trigger("sample_kept", "oversight_sample", "BEFORE UPDATE OR DELETE", "oversight_sample_kept"),
    *trigger("item_kept", "oversight_sampleitem", "BEFORE UPDATE OR DELETE", "oversight_item_kept"),
]
