"""What others say about the log: the witnesses' cosignatures, checked in a full audit."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.audit import alarms, cosigning
from marketplace.audit.models import Checkpoint, Cosignature
from marketplace.audit.notes import Note, NoteError, VerifierKey, read_signatures
from marketplace.audit.report import Attested, Report


def check(report: Report, checkpoints: Sequence[Checkpoint]) -> None:
    """Check every kept cosignature of a known witness; note the newest that holds, and the alarms of a week."""
    texts = {each.pk: each for each in checkpoints}
    _check_cosignatures(report, texts)
    report.alarms = len(alarms.recent())


def _check_cosignatures(report: Report, checkpoints: dict[int, Checkpoint]) -> None:
    keys = {(key.name, key.key_id.hex()): key for witness in cosigning.witnesses() for key in witness.keys}
    for row in Cosignature.objects.order_by("checkpoint__size", "witness", "key_hash").iterator():
        report.cosignatures += 1
        checkpoint, key = checkpoints.get(row.checkpoint_id), keys.get((row.witness, row.key_hash))
        if (
            checkpoint is None or key is None
        ):  # lost checkpoints are found elsewhere; of retired witnesses we hold no key
            continue
        if _holds(row, checkpoint, key):
            report.cosigned = Attested(checkpoint.size, row.at, row.witness)
        else:
            sentence = _("Tanda tangan saksi %(name)s tidak sah.") % {"name": row.witness}
            report.add("cosignature", f"titik periksa {checkpoint.size}", sentence)


def _holds(row: Cosignature, checkpoint: Checkpoint, key: VerifierKey) -> bool:
    try:
        (signature,) = read_signatures(f"{row.line}\n")
        key.verify(Note.parse(checkpoint.note).text, signature)
    except (NoteError, ValueError):
        return False
    return (signature.name, signature.key_id) == (key.name, key.key_id)
