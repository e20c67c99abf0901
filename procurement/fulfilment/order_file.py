"""The whole file of an order as one ZIP: its papers, those of its package, pictures, and the log with proofs.

A vendor gets what a vendor may read: not the agency's own papers before the order, such as the lines of its estimate
(Perpres 16/2018 Pasal 26), nor the raw entries of the log.

The same state of the order gives the same bytes: names are sorted and dates are those of the things themselves.
The archive is written piece by piece; no more than one of its files is in memory.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.queries import proofs_of, story_of
from marketplace.core import clock
from procurement.documents.models import Paper
from procurement.documents.queries import file_of, may_read, papers_of
from procurement.fulfilment import evidence
from procurement.fulfilment.queries import evidence_of
from procurement.purchasing.models import Purchase

CONTENTS: Final = "daftar-isi.csv"
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=clock.JAKARTA)
"""A ZIP knows no earlier day."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the archive. `read` is None while the paper has not been rendered: then only the list names it."""

    name: str
    title: str
    number: str
    sha256: str
    dated: datetime
    read: Callable[[], bytes] | None


def order_file(actor: Actor, purchase: Purchase) -> Iterator[bytes]:
    """The bytes of the archive, for one who may see the order.

    Everything but the files themselves is read before the first byte is given out.
    """
    pieces = sorted(_pieces(actor, purchase), key=lambda piece: piece.name)
    return _zipped([_list_of(pieces, purchase), *(piece for piece in pieces if piece.read)])


def _pieces(actor: Actor, purchase: Purchase) -> Iterator[Piece]:
    for paper in papers_of(purchase).select_related("signed"):
        yield from _of_paper(paper)
    for subject in _before(purchase):
        for paper in papers_of(subject).select_related("signed"):
            if actor.role != Role.VENDOR or may_read(actor, paper):
                yield from _of_paper(paper)
    for picture in evidence_of(purchase):
        name = f"foto/{picture.step.lower()}-{picture.sha256[:16]}.jpg"
        read = partial(evidence.read, picture.sha256)
        yield Piece(name, picture.get_step_display(), "", picture.sha256, picture.added_at, read)
    yield _log_of(actor, purchase)


def _before(purchase: Purchase) -> Iterator[Any]:
    """What the order came from: its package and the mini-competitions it was won in."""
    yield purchase.package
    awards = purchase.awards.select_related("competition").order_by("competition_id")
    yield from {award.competition_id: award.competition for award in awards}.values()


def _of_paper(paper: Paper) -> Iterator[Piece]:
    title = paper.kind_of.title
    name = f"dokumen/{slugify(paper.kind.replace('_', '-'))}_{slugify(paper.number.replace('/', '-'))}-v{paper.version}"
    for ending, file in file_of(paper):
        read = file.read if file.sha256 else None
        yield Piece(f"{name}{ending}.pdf", title, paper.number, file.sha256, paper.issued_at, read)


def _log_of(actor: Actor, purchase: Purchase) -> Piece:
    """The order's entries in the log as its page shows them, and their proofs once they are in the tree."""
    said = story_of(Purchase.aggregate, str(purchase.pk))
    proofs = [] if actor.role == Role.VENDOR else proofs_of(Purchase.aggregate, str(purchase.pk))
    document = {
        "order": purchase.number,
        "entries": [
            {"at": line.entry.at.isoformat(), "act": line.entry.act, "sentence": line.sentence}
            for line in said
        ],
        "proofs": [proof.text() for proof in proofs],
    }
    content = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return _made("log-audit.json", _("Log audit"), content, purchase.created_at)


def _list_of(pieces: Iterable[Piece], purchase: Purchase) -> Piece:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([_("Berkas"), _("Nama"), _("Nomor"), "SHA-256", _("Keterangan")])
    for piece in pieces:
        remark = "" if piece.read else _("Naskah belum tersimpan")
        table.writerow([piece.name, piece.title, piece.number, piece.sha256, remark])
    # The mark lets spreadsheet programs read the letters rightly.
    return _made(CONTENTS, _("Daftar isi"), text.getvalue().encode("utf-8-sig"), purchase.created_at)


def _made(name: str, title: str, content: bytes, dated: datetime) -> Piece:
    return Piece(name, title, "", sha256(content).hexdigest(), dated, lambda: content)


class _Outlet(io.RawIOBase):
    """What the archive writes into: bytes wait here until they are given out; it cannot go back."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self._waiting.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """The bytes written since the last call."""
        waiting, self._waiting = b"".join(self._waiting), []
        return waiting


def _zipped(pieces: Iterable[Piece]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for piece in pieces:
            assert piece.read is not None
            archive.writestr(_entry(piece), piece.read())
            yield outlet.taken()
    yield outlet.taken()


def _entry(piece: Piece) -> zipfile.ZipInfo:
    dated = max(piece.dated.astimezone(clock.JAKARTA), _EARLIEST)
    info = zipfile.ZipInfo(piece.name, dated.timetuple()[:6])
    info.create_system = 3
    info.external_attr = 0o644 << 16
    # PDFs and pictures are compressed already
    info.compress_type = zipfile.ZIP_STORED
    return info
