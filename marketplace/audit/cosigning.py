"""Asking the witnesses: every new checkpoint is handed to them, and what they sign is kept beside it.

Never inside a transaction of anybody: a witness may be slow or away. The log goes on without it, and what is
wrong becomes an alarm. A witness remembers by itself how far it has seen; when we remember wrongly it says its
size, and the proof is made from there. What heals by itself is told in the program's log alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace.audit import asking, queries
from marketplace.audit.alarms import raise_alarm
from marketplace.audit.merkle import consistency_proof
from marketplace.audit.models import Alarm, Checkpoint, Cosignature
from marketplace.audit.notes import (
    ED25519,
    NoteError,
    Signature,
    VerifierKey,
    cosignature_time,
    read_signatures,
)
from marketplace.audit.tiles import Nodes
from marketplace.audit.witness.protocol import (
    ADD_CHECKPOINT,
    MAX_BODY_BYTES,
    ProtocolError,
    Submission,
    checkpoint_path,
    parse_size,
)
from marketplace.core import clock

logger = logging.getLogger(__name__)

ASK_EVERY_SECONDS: Final = 5.0
"""A cosignature takes 3.5 kB: not every checkpoint of a busy second needs one, for each covers all before it."""
SILENCE: Final = timedelta(minutes=5)
"""A checkpoint that waits longer for a witness raises the alarm."""
_PATIENCE_SECONDS: Final = (3.05, 10.0)
_MOST_TURNS: Final = 3
"""The witness may have seen more meanwhile (a standby asks too): so often its size is believed in one round."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as we know it: where it listens, and the keys whose cosignatures we believe."""

    address: str
    keys: tuple[VerifierKey, ...]

    @property
    def name(self) -> str:
        """Its name, as it stands in its signature lines."""
        return self.keys[0].name


class _Unanswered(Exception):
    """The witness did not answer as the protocol says; perhaps it will another time."""


class _Alarming(Exception):
    """The answer needs a person."""

    def __init__(self, code: Alarm.Code, told: str) -> None:
        super().__init__(told)
        self.code = code


def witnesses() -> list[Witness]:
    """Return the witnesses of `AUDIT_WITNESSES`. Raises `ImproperlyConfigured`."""
    return [_witness(*each) for each in settings.AUDIT_WITNESSES]


def _witness(address: str, *vkeys: str) -> Witness:
    try:
        keys = tuple(map(VerifierKey.parse, vkeys))
    except NoteError as error:
        raise ImproperlyConfigured(f"AUDIT_WITNESSES: kunci saksi {address} tidak sah: {error}.") from None
    if not keys or len({key.name for key in keys}) > 1 or any(key.algorithm == ED25519 for key in keys):
        raise ImproperlyConfigured(
            f"AUDIT_WITNESSES: {address} perlu satu kunci saksi atau lebih dengan satu nama "
            "(tulis `alamat|vkey|vkey`; vkey dari `manage.py audit witness key`)."
        )
    return Witness(address.rstrip("/"), keys)


def ask_all() -> int:
    """Ask every witness to cosign the newest checkpoint; returns how many did. Never raises for a witness."""
    return sum(map(_ask, witnesses()))


def run_forever(stop: threading.Event) -> None:
    """Ask until `stop` is set, beside the sequencer: each witness in a thread of its own, for one may be slow."""
    threads = [
        threading.Thread(
            target=asking.repeat, args=(stop, ASK_EVERY_SECONDS, lambda each=each: _ask(_witness(*each)))
        )
        for each in settings.AUDIT_WITNESSES
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def notes_seen() -> list[str]:
    """Fetch the last checkpoint of every witness that shows one."""
    return [note for each in witnesses() if (note := last_seen_by(each))]


def last_seen_by(witness: Witness) -> str | None:
    """Fetch the last checkpoint a witness shows of our log; None when it shows none or does not answer."""
    try:
        status, body = _exchange(lambda: requests.get(
            witness.address + checkpoint_path(settings.AUDIT_ORIGIN), timeout=_PATIENCE_SECONDS, stream=True
        ))  # fmt: skip
    except _Unanswered as error:
        logger.warning("audit.cosigning.unanswered: %s: %s", witness.name, error)
        return None
    return body if status == HTTPStatus.OK else None


def _ask(witness: Witness) -> bool:
    """Ask one witness to cosign the newest checkpoint, unless it has; whether it did now."""
    newest = queries.latest_checkpoint()
    return newest is not None and not _has_signed(witness, newest) and _asked(witness, newest)


def _asked(witness: Witness, newest: Checkpoint) -> bool:
    """Ask one witness; whether it has cosigned. What goes wrong is told where people look."""
    try:
        signatures = _cosigned_by(witness, newest)
    except _Unanswered as error:
        logger.warning("audit.cosigning.unanswered: %s: %s", witness.name, error)
        _complain_of_silence(witness)
        return False
    except _Alarming as error:
        raise_alarm(error.code, witness.name, str(error))
        return False
    Cosignature.objects.bulk_create(
        [
            Cosignature(
                checkpoint=newest,
                witness=each.name,
                key_hash=each.key_id.hex(),
                at=datetime.fromtimestamp(cosignature_time(each), UTC),
                line=each.line(),
            )
            for each in signatures
        ],
        ignore_conflicts=True,
    )
    return True


def _cosigned_by(witness: Witness, newest: Checkpoint) -> list[Signature]:
    """Return the cosignatures of a witness that we believe. Raises `_Unanswered`, `_Alarming`."""
    old_size = _size_seen_by(witness)
    for _turn in range(_MOST_TURNS):
        status, body = _post(witness, _submission(old_size, newest))
        if status == HTTPStatus.OK:
            return _believed(witness, newest, body)
        told_size = _size_told(body) if status == HTTPStatus.CONFLICT else None
        if told_size is None or told_size == old_size:  # the very size it told: it has another root
            raise _problem(status, body)
        old_size = told_size
        if old_size > newest.size:
            # told without our own size, which grows: one alarm, not one for every checkpoint
            told = f"saksi mengenal {old_size} daun, log ini lebih pendek: ada riwayat yang hilang"
            raise _Alarming(Alarm.Code.WITNESS_AHEAD, told)
    raise _Unanswered("its size changes faster than it can be asked")


def _submission(old_size: int, newest: Checkpoint) -> Submission:
    proof: list[bytes] = []
    if 0 < old_size < newest.size:
        proof = consistency_proof(old_size, newest.size, Nodes(newest.size, queries.tile_data))
    return Submission(old_size, tuple(proof), newest.note)


def _post(witness: Witness, submission: Submission) -> tuple[int, str]:
    return _exchange(lambda: requests.post(
        witness.address + ADD_CHECKPOINT,
        data=submission.text().encode(),
        timeout=_PATIENCE_SECONDS,
        allow_redirects=False,
        stream=True,
    ))  # fmt: skip


def _exchange(ask: Callable[[], requests.Response]) -> tuple[int, str]:
    """Return status and text of an answer, of which no more is read than a witness has to say."""
    try:
        with ask() as response:
            body = b""
            for part in response.iter_content(8192):
                body += part
                if len(body) > MAX_BODY_BYTES:
                    raise _Unanswered("the answer is too long")
            return response.status_code, body.decode()
    except (requests.RequestException, OSError) as error:
        raise _Unanswered(type(error).__name__) from error
    except UnicodeDecodeError:
        raise _Unanswered("the answer is not UTF-8") from None


def _problem(status: int, body: str) -> Exception:
    """Return what a refusal is: a witness that is ill may recover, one that says no needs a person."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Unanswered(f"status {status}")
    told = f"status {status}: {' '.join(body.split())[:200]}"
    return _Alarming(Alarm.Code.WITNESS_REFUSED, told)


def _size_told(body: str) -> int | None:
    """Return the size in a conflict; None where it says something else, such as that the root is another."""
    try:
        return parse_size(body.removesuffix("\n"))
    except ProtocolError:
        return None


def _believed(witness: Witness, newest: Checkpoint, body: str) -> list[Signature]:
    """Return the lines of keys we know, checked; raise the alarm when there are none or one is false."""
    text = newest.note.rpartition("\n\n")[0] + "\n"
    known = {(key.name, key.key_id): key for key in witness.keys}
    found: dict[VerifierKey, Signature] = {}
    try:
        for signature in read_signatures(body):
            key = known.get((signature.name, signature.key_id))
            if key is not None:
                key.verify(text, signature)
                found[key] = signature
    except NoteError as error:
        raise _Alarming(Alarm.Code.WITNESS_UNKNOWN, str(error)) from None
    if not found:
        raise _Alarming(Alarm.Code.WITNESS_UNKNOWN, "tidak ada tanda tangan dari kunci yang dikenal")
    return list(found.values())


def _has_signed(witness: Witness, checkpoint: Checkpoint) -> bool:
    return checkpoint.cosignatures.filter(witness=witness.name).exists()


def _size_seen_by(witness: Witness) -> int:
    seen = Cosignature.objects.filter(witness=witness.name).order_by("-checkpoint__size")
    return seen.values_list("checkpoint__size", flat=True).first() or 0


def _complain_of_silence(witness: Witness) -> None:
    """Raise the alarm when a checkpoint has waited longer than `SILENCE` for this witness."""
    waiting = Checkpoint.objects.filter(size__gt=_size_seen_by(witness)).order_by("size").first()
    if waiting and clock.now() - waiting.at > SILENCE:
        minutes = int(SILENCE.total_seconds() // 60)
        raise_alarm(Alarm.Code.WITNESS_SILENT, witness.name, f"tidak menjawab lebih dari {minutes} menit")
