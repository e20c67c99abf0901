"""Building the evidence pack of one order from one snapshot of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from marketplace.audit import queries, signing
from marketplace.audit.checkpoints import TreeHead, open_checkpoint
from marketplace.audit.models import Entry
from marketplace.audit.notes import Note, NoteError
from marketplace.audit.proofs import Proof
from marketplace.core.transitions import Refused
from marketplace.database.snapshots import one_snapshot
from procurement.documents.models import Paper
from procurement.oversight.evidence import archive, contents
from procurement.oversight.evidence.belongings import Thing, entries_of, keys_of, things_of
from procurement.oversight.evidence.reading import readme
from procurement.planning.models import BudgetLine
from procurement.purchasing.models import Purchase

FORMAT: Final = "e-order.evidence/v1"


def pack_of(purchase_id: str, old: Sequence[str] = ()) -> bytes:
    """The ZIP that proves one order (docs/audit-log.md). Same state, same bytes. Access is the caller's matter.

    `old` are checkpoints kept by whoever asks; the pack then proves that they are the beginning of its tree.
    Raises Purchase.DoesNotExist; Refused `evidence.waiting` while an entry of it has no place in the signed tree,
    `evidence.old` for a checkpoint that is not ours or younger than the tree.
    """
    with one_snapshot():
        purchase = Purchase.objects.select_related("budget_line").get(pk=purchase_id)
        return archive.zipped(_files(purchase, old))


def _files(purchase: Purchase, old: Sequence[str]) -> dict[str, bytes]:
    keys = keys_of(purchase)
    entries = entries_of(purchase, keys)
    proofs = queries.proofs_for(entries)
    if not proofs or len(proofs) < len(entries):
        raise _waiting()
    note = proofs[0].checkpoint
    head = _head(note)
    stamps = queries.stamps_over(max(proof.index for proof in proofs), head.size)
    earlier = [*_heads(old), *(_head(stamp.checkpoint.note) for stamp in stamps)]
    things = [*things_of(keys), _budget(purchase)]
    papers = dict(contents.papers(keys[Paper]))
    files = {
        **dict(contents.proven(proofs)),
        **papers,
        **dict(contents.choices(purchase)),
        **dict(contents.agreements(purchase)),
        **dict(contents.consistency(earlier, head.size, note)),
        **dict(contents.stamps(stamps)),
        "checkpoint": note.encode(),
        "state.json": contents.as_json(contents.state(purchase, things, entries)),
        "ledger.json": contents.as_json(contents.books(purchase)),
        "verify.py": contents.verifier(),
        "README.txt": readme(purchase, entries=len(entries), papers=len(papers), size=head.size),
    }
    manifest = contents.as_json(_manifest(purchase, head, entries, proofs, files))
    return {**files, archive.MANIFEST: manifest}


def _manifest(
    purchase: Purchase,
    head: TreeHead,
    entries: list[Entry],
    proofs: list[Proof],
    files: dict[str, bytes],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "order": {"id": str(purchase.pk), "number": purchase.number},
        "log": {"origin": head.origin, "size": head.size, "vkey": str(signing.signer().verifier)},
        "entries": [
            {
                "leaf": proof.index,
                "type": entry.aggregate_type,
                "id": entry.aggregate_id,
                "event": entry.event_no,
                "act": entry.act,
            }
            for proof, entry in zip(proofs, entries, strict=True)
        ],
        "files": archive.listing(files),
    }


def _budget(purchase: Purchase) -> Thing:
    """The budget line: its movements for this order are proven, its other ones belong to other orders."""
    return Thing(BudgetLine.aggregate, str(purchase.budget_line_id), "", {}, whole=False)


def _head(note: str) -> TreeHead:
    return TreeHead.parse(Note.parse(note).text)


def _heads(old: Sequence[str]) -> list[TreeHead]:
    try:
        return [open_checkpoint(note, signing.verifier_keys()) for note in old]
    except NoteError as error:
        raise Refused(
            "evidence.old",
            _("Titik periksa lama itu tidak ditandatangani log ini: %(why)s.") % {"why": error},
            fix=_("Pakai berkas /tlog/checkpoint yang Anda simpan, tanpa perubahan."),
        ) from None


def _waiting() -> Refused:
    return Refused(
        "evidence.waiting",
        _("Catatan terakhir pesanan ini belum masuk ke pohon log yang ditandatangani."),
        rule=_("Paket bukti hanya memuat catatan yang sudah dapat dibuktikan."),
        fix=_("Tunggu beberapa detik, lalu unduh lagi."),
    )
