"""What auditors and officers do with a flag: take it up, ask, answer, close with reasons, escalate."""

from __future__ import annotations

from hashlib import sha256

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, passing
from procurement.redflags.actions.raising import facts_of
from procurement.redflags.guards import reasoned
from procurement.redflags.models import RedFlag
from procurement.redflags.queries.access import fewest_letters


def take_up(*, actor: Actor, red_flag_id: int, revision: int | None = None) -> None:
    """Begin to review a flag; from now on the auditor's name stands on it.

    Raises Refused `wrong_role`, `wrong_state`, `red_flag.other_region`; RedFlag.DoesNotExist.
    """
    with passing(RedFlag, red_flag_id, "take_up", actor=actor, revision=revision) as passage:
        passage.thing.reviewer_id, passage.thing.taken_up_at = actor.user_id, passage.at
        passage.facts.update(facts_of(passage.thing))


def ask(*, actor: Actor, red_flag_id: int, question: str, revision: int | None = None) -> None:
    """Ask the officers of the unit; from now on they see the flag.

    Raises Refused `red_flag.nobody_to_ask`, `red_flag.asked`, `red_flag.reason` and those of `take_up`.
    """
    with passing(RedFlag, red_flag_id, "ask", actor=actor, revision=revision) as passage:
        passage.thing.question = _words(question, passage)
        passage.thing.asked_at = passage.at
        passage.facts.update(facts_of(passage.thing))


def answer(*, actor: Actor, red_flag_id: int, answer: str, revision: int | None = None) -> None:
    """Answer, as an officer who was asked. An earlier answer to an earlier question gives way; the log keeps its hash.

    Raises Refused `red_flag.not_asked`, `red_flag.answered`, `red_flag.reason`, `wrong_role`, `wrong_state`.
    """
    with passing(RedFlag, red_flag_id, "answer", actor=actor, revision=revision) as passage:
        flag = passage.thing
        flag.answer = _words(answer, passage)
        flag.answered_at, flag.answered_by_id = passage.at, actor.user_id
        passage.facts.update(facts_of(flag), answer_sha256=_digest(flag.answer))


def clear(*, actor: Actor, red_flag_id: int, verdict: str, reason: str, revision: int | None = None) -> None:
    """Close a flag with reasons. UNFOUNDED counts against the rule's budget of false alarms.

    Raises Refused `red_flag.verdict`, `red_flag.reason` and those of `take_up`.
    """
    if verdict not in RedFlag.Verdict.values:
        raise Refused("red_flag.verdict", "Penilaian ini tidak dikenal.", fix="Pilih dari daftar.")
    with passing(RedFlag, red_flag_id, "clear", actor=actor, revision=revision) as passage:
        flag = passage.thing
        flag.verdict, flag.reason = verdict, _words(reason, passage)
        flag.decided_at, flag.reviewer_id = passage.at, actor.user_id
        passage.facts.update(facts_of(flag), verdict=flag.verdict, reason_sha256=_digest(flag.reason))


def escalate(*, actor: Actor, red_flag_id: int, reason: str, revision: int | None = None) -> None:
    """Take a flag on to an investigation. Raises Refused `red_flag.reason` and those of `take_up`."""
    with passing(RedFlag, red_flag_id, "escalate", actor=actor, revision=revision) as passage:
        flag = passage.thing
        flag.reason = _words(reason, passage)
        flag.decided_at, flag.reviewer_id = passage.at, actor.user_id
        passage.facts.update(facts_of(flag), reason_sha256=_digest(flag.reason))


def _words(text: str, passage: Passage[RedFlag]) -> str:
    return reasoned(text, fewest_letters(passage.thing.region_id))


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
