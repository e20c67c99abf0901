"""What others say about the log: witnesses' cosignatures and time stamps, checked in a full audit."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.audit import alarms, cosigning, stamping
from marketplace.audit.models import Checkpoint, Cosignature, Stamp
from marketplace.audit.notes import Note, NoteError, VerifierKey, read_signatures
from marketplace.audit.report import Attested, Report
from marketplace.audit.stamping import StampError


def check(report: Report, checkpoints: Sequence[Checkpoint]) -> None:
    """Check every kept cosignature of a known witness and every stamp; note the newest, and the alarms of a week."""
    by_id = {each.pk: each for each in checkpoints}
    _check_cosignatures(report, by_id)
    _check_stamps(report, by_id)
    report.alarms = alarms.recent().count()


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


def _check_stamps(report: Report, checkpoints: dict[int, Checkpoint]) -> None:
    """Check the stamps where we hold the authority's certificates; without them they cannot be judged here."""
    if not settings.AUDIT_TSA_CERTIFICATES:
        return
    for stamp in Stamp.objects.order_by("day").iterator():
        report.stamps += 1
        checkpoint = checkpoints.get(stamp.checkpoint_id)
        if checkpoint is None:
            continue
        try:
            at = stamping.check(bytes(stamp.response), checkpoint.note)
        except StampError as error:
            sentence = _("Stempel waktu tidak sah: %(why)s.") % {"why": error}
            report.add("stamp", f"titik periksa {checkpoint.size}", sentence)
        else:
            report.stamped = Attested(checkpoint.size, at, stamp.authority)


def _holds(row: Cosignature, checkpoint: Checkpoint, key: VerifierKey) -> bool:
    try:
        (signature,) = read_signatures(f"{row.line}\n")
        key.verify(Note.parse(checkpoint.note).text, signature)
    except (NoteError, ValueError):
        return False
    return (signature.name, signature.key_id) == (key.name, key.key_id)
