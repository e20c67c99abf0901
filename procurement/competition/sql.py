"""What PostgreSQL itself guarantees about competitions: what was published, sealed and decided stays as it is."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger

_APPEND_ONLY: Final = (
    "competition_answer",
    "competition_award",
    "competition_invitation",
    "competition_offer",
    "competition_offerline",
    "competition_outcome",
    "competition_pricequery",
    "competition_pricereply",
    "competition_question",
    "competition_sealedoffer",
    "competition_verdict",
)

_ANNOUNCED: Final = (
    "number region_id organisation_id package_id budget_line_id title request_text kind category_id specification "
    "terms itemized small_only hps_total place_code place_name needed_by needed_at warnings warning_reason "
    "published_at created_at"
).split()


def _row(prefix: str) -> str:
    return "(" + ", ".join(f"{prefix}.{column}" for column in _ANNOUNCED) + ")"


_COMPETITION_KEPT = f"""
CREATE OR REPLACE FUNCTION competition_announced_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF {_row("NEW")} IS DISTINCT FROM {_row("OLD")} THEN
        RAISE EXCEPTION 'What a competition announced never changes' USING ERRCODE = 'restrict_violation',
            HINT = 'Cancel it and announce another.';
    END IF;
    IF NEW.closes_at IS DISTINCT FROM OLD.closes_at
       AND NOT (OLD.state = 'FAILED' AND NEW.state = 'PUBLISHED' AND NEW.closes_at > OLD.closes_at) THEN
        RAISE EXCEPTION 'The closing time of a competition is what was announced'
            USING ERRCODE = 'restrict_violation', HINT = 'Extend it after it closed without an offer.';
    END IF;
    RETURN NEW;
END $$
"""

_LINE_KEPT = """
CREATE OR REPLACE FUNCTION competition_line_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM competition_competition
               WHERE id = coalesce(NEW.competition_id, OLD.competition_id) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'A line of an announced competition never changes'
            USING ERRCODE = 'restrict_violation', HINT = 'Cancel the competition and announce another.';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""

CREATE: Final[list[str]] = [
    "CREATE SEQUENCE IF NOT EXISTS competition_number",
    refusal(
        "competition_refuse_change",
        "What was asked, offered and decided is append-only",
        instead="Send a further version before the closing.",
    ),
    *append_only(_APPEND_ONLY, "competition_refuse_change"),
    _COMPETITION_KEPT,
    *trigger("announced_kept", "competition_competition", "BEFORE UPDATE", "competition_announced_kept"),
    refusal("competition_stays", "A competition stays for ever", instead="Cancel it."),
    *trigger("competition_stays", "competition_competition", "BEFORE DELETE", "competition_stays"),
    _LINE_KEPT,
    *trigger(
        "line_kept", "competition_requestline", "BEFORE INSERT OR UPDATE OR DELETE", "competition_line_kept"
    ),
]

DROP: Final[list[str]] = [
    "DROP FUNCTION IF EXISTS competition_refuse_change() CASCADE",
    "DROP FUNCTION IF EXISTS competition_announced_kept() CASCADE",
    "DROP FUNCTION IF EXISTS competition_stays() CASCADE",
    "DROP FUNCTION IF EXISTS competition_line_kept() CASCADE",
    "DROP SEQUENCE IF EXISTS competition_number",
]
