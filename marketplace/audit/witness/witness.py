"""A witness's mind: it cosigns a checkpoint only when it continues what it has cosigned before."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.merkle import EMPTY_ROOT, ProofError, verify_consistency
from marketplace.audit.notes import CosigningKey, Note, NoteError, VerifierKey, cosign
from marketplace.audit.witness.protocol import SIZE_TYPE, ProtocolError, Submission
from marketplace.audit.witness.store import Seen, Store, Turn

PLAIN: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: HTTPStatus
    body: str
    content_type: str = PLAIN


class _Refused(Exception):
    """The request ends here, with that answer."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.answer = Answer(status, f"{reason}\n")


@dataclass(frozen=True, slots=True)
class Witness:
    """A named witness with its keys, the logs it knows (origin → keys it believes), and its memory."""

    name: str
    keys: Sequence[CosigningKey]
    logs: Mapping[str, Sequence[VerifierKey]]
    store: Store
    now: Callable[[], float] = time.time

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer `add-checkpoint`: cosignature lines, or the status that says why not."""
        try:
            submission = _parsed(body)
            note, head = self._genuine(submission)
            if submission.old_size > head.size:
                raise _Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than the checkpoint")
        except _Refused as refused:
            return refused.answer
        with self.store.turn(head.origin) as turn:
            seen = turn.seen()
            last = seen.size if seen else 0
            if submission.old_size != last:
                return Answer(HTTPStatus.CONFLICT, f"{last}\n", SIZE_TYPE)
            try:
                _continues(submission, head, seen)
            except _Refused as refused:
                reason = refused.answer.body.strip()
                turn.keep_refused(int(self.now()), refused.answer.status, reason, submission.text())
                return refused.answer
            return self._cosigned(turn, note, head)

    def checkpoint(self, origin: str) -> str | None:
        """Return the last checkpoint cosigned of a log, with both sides' signatures."""
        seen = self.store.seen(origin)
        return seen.note if seen else None

    def _genuine(self, submission: Submission) -> tuple[Note, TreeHead]:
        """Return note and tree head that a key of the log has signed, foreign signatures taken off."""
        try:
            note = Note.parse(submission.checkpoint)
            head = TreeHead.parse(note.text)
        except NoteError as error:
            raise _Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
        keys = self.logs.get(head.origin)
        if keys is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "this witness does not know that log")
        try:
            note.verified_by(list(keys))
        except NoteError as error:
            raise _Refused(HTTPStatus.FORBIDDEN, str(error)) from None
        known = {(key.name, key.key_id) for key in keys}
        return Note(note.text, tuple(s for s in note.signatures if (s.name, s.key_id) in known)), head

    def _cosigned(self, turn: Turn, note: Note, head: TreeHead) -> Answer:
        """Cosign, remember, and only then answer."""
        at = int(self.now())
        made = [cosign(note.text, self.name, key, at) for key in self.keys]
        kept = Note(note.text, (*note.signatures, *made))
        turn.remember(Seen(head.size, head.root, str(kept), at))
        return Answer(HTTPStatus.OK, "".join(f"{signature.line()}\n" for signature in made))


def _parsed(body: bytes) -> Submission:
    try:
        return Submission.parse(body)
    except ProtocolError as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, str(error)) from None


def _continues(submission: Submission, head: TreeHead, seen: Seen | None) -> None:
    """Refuse unless the tree continues the one seen last."""
    unprocessable = HTTPStatus.UNPROCESSABLE_ENTITY
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise _Refused(unprocessable, "a tree without leaves has another root")
    if submission.old_size == 0:
        if submission.proof:
            raise _Refused(unprocessable, "from the empty tree nothing is to be proven")
        return
    assert seen is not None  # its size is the old size, which is not 0
    if head.size == seen.size and head.root != seen.root:
        raise _Refused(HTTPStatus.CONFLICT, "another tree of the same size was cosigned")
    try:
        verify_consistency(submission.old_size, head.size, submission.proof, seen.root, head.root)
    except ProofError as error:
        raise _Refused(unprocessable, str(error)) from None
