"""The work on an upload, done by durable jobs: read its rows, write them, hang up pictures, hand in.

Every chunk is one transaction that also moves `done` on. A worker that dies leaves whole chunks; whoever takes over
begins at `done`. A chunk first locks the upload and looks whether it is still its turn: an upload that was stopped,
or that another worker has carried further, is left alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.queries import appointments_of
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, doing, passing
from vendors.actions.listings import submit_listing
from vendors.bulk_upload import files, pictures, reading
from vendors.bulk_upload.cells import Reference
from vendors.bulk_upload.committing import Saved, save_rows
from vendors.bulk_upload.comparing import Judged, Shelf, Verdict, judged
from vendors.bulk_upload.reading import Layout
from vendors.models import ListingUpload, UploadPicture, UploadRow
from vendors.queries import leaf_categories

Stage, Choice, Outcome = ListingUpload.Stage, ListingUpload.Choice, UploadRow.Outcome
Thing = TypeVar("Thing")

CHUNK: Final = 1_000
HANDED_IN_AT_ONCE: Final = 50
BROUGHT_AT_ONCE: Final = 5
HUNG_AT_ONCE: Final = 200
READER: Final = Actor.system("unggahan produk")

_COPY: Final = """
COPY vendors_uploadrow (
    upload_id, place, line, verdict, outcome, sku, title, listing_id, seen_revision, seen_stock, said, changed,
    problems, pictures
) FROM STDIN
"""
_CLOSE_ROWS: Final = """
UPDATE vendors_uploadrow SET outcome = CASE verdict WHEN 'SAMA' THEN 'SAMA' ELSE 'DITOLAK' END
WHERE upload_id = %s AND outcome = ''
"""


class Superseded(Exception):
    """The upload was stopped, or another worker has carried it further: this one has nothing left to do."""


class RowRefused(Exception):
    """A row could not be written, and the vendor wants the whole file or nothing."""

    def __init__(self, row: UploadRow) -> None:
        super().__init__(f"line {row.line}")
        self.row = row


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────


def read(upload_id: int) -> None:
    """Read a received file into rows and show what they would change. Safe to run again at any moment."""
    upload = _loaded(upload_id)
    if upload.state not in {"RECEIVED", "READING"}:
        return
    try:
        if upload.state == "RECEIVED":
            with _step(upload_id, "read") as passage:
                passage.facts["sha256"] = upload.sha256
        _read_rows(upload)
    except Superseded:
        return
    except Refused as refusal:
        _fail(upload_id, refusal)


def _read_rows(upload: ListingUpload) -> None:
    done = upload.done
    sheet = reading.opened(files.read(upload.sha256))
    with transaction.atomic():
        kept = _at_turn(upload.pk, "READING", done)
        kept.total, kept.unknown_columns = sheet.total, list(sheet.layout.unknown)
        kept.save(update_fields=["total", "unknown_columns"])
    desk = Desk(upload, sheet.layout)
    for chunk in _chunks(row for row in sheet.rows() if row[0] > upload.done):
        found = desk.judged(chunk)
        with transaction.atomic():
            kept = _at_turn(upload.pk, "READING", done)
            _copy(upload.pk, found)
            kept.found = _added(kept.found, Counter(str(each.verdict) for each in found))
            kept.done = done = chunk[-1][0]
            kept.save(update_fields=["done", "found"])
    with _step(upload.pk, "preview") as passage:
        passage.facts.update(sha256=upload.sha256, **counted(passage.thing))


def counted(upload: ListingUpload) -> dict[str, int]:
    """How many rows have each verdict, by the names the log uses."""
    names = {"new": Verdict.NEW, "changed": Verdict.CHANGED, "same": Verdict.SAME, "wrong": Verdict.WRONG}
    return {name: upload.found.get(verdict, 0) for name, verdict in names.items()}


class Desk:
    """Where the rows of one file are judged: categories, the vendor's listings, the codes seen so far."""

    def __init__(self, upload: ListingUpload, layout: Layout) -> None:
        self._layout, self._vendor = layout, upload.vendor
        self._reference = Reference(dict(leaf_categories()))
        self._shelf = Shelf(upload.vendor_id)
        self._in_archive = pictures.names_in(upload)
        self._seen = dict(upload.rows.exclude(sku="").values_list("sku", "line"))

    def judged(self, rows: Iterable[tuple[int, int, list[str]]]) -> list[Judged]:
        """The verdicts on a chunk of (place, line, cells); the template's example row is passed over."""
        parsed = [
            reading.parsed(self._layout, place, line, cells, self._reference)
            for place, line, cells in rows
            if not reading.is_example(self._layout, cells)
        ]
        kind, area = self._layout.kind, self._vendor.service_area
        found = [
            judged(row, sku, current, kind=kind, service_area=area)
            for row, sku, current in self._shelf.find(parsed, kind=kind)
        ]
        for each in found:
            self._refuse_twice(each)
            self._judge_pictures(each)
        return found

    def _judge_pictures(self, each: Judged) -> None:
        """Pictures must be there; a row that says nothing new but names pictures is still worth saving."""
        wrong = list(pictures.problems_of(each.row.pictures, self._in_archive))
        each.problems += [(pictures.COLUMN, sentence) for sentence in wrong]
        if wrong:
            each.verdict = Verdict.WRONG
        elif each.row.pictures and each.verdict == Verdict.SAME:
            each.verdict, each.changed = Verdict.CHANGED, ["pictures"]

    def _refuse_twice(self, each: Judged) -> None:
        code = each.code
        first = self._seen.setdefault(code, each.row.line) if code else each.row.line
        if first != each.row.line:
            column = "kode" if each.row.sku else "nama"
            each.problems.append(
                (column, f"produk yang sama sudah ada di baris {first}; hapus salah satunya")
            )
            each.verdict = Verdict.WRONG


def _copy(upload_id: int, found: Sequence[Judged]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as rows:
        for each in found:
            current, row = each.current, each.row
            rows.write_row(
                (
                    upload_id,
                    row.place,
                    row.line,
                    str(each.verdict),
                    "",
                    each.code[:40],
                    str(each.said["title"] or "")[:200],
                    current.listing_id if current else None,
                    current.revision if current else None,
                    current.said["in_stock"] if current else None,
                    json.dumps(each.to_keep()),
                    each.changed,
                    json.dumps(each.problems),
                    row.pictures,
                )
            )


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────


def save(upload_id: int) -> None:
    """Write the rows the vendor agreed to, then pictures, then hand in. Safe to run again at any moment."""
    upload = _loaded(upload_id)
    if upload.state != "COMMITTING":
        return
    try:
        actor = _vendor_actor(upload)
        if upload.stage == Stage.SAVE:
            whole = upload.choice == Choice.WHOLE_FILE
            (_save_whole_file if whole else _save_good_rows)(upload, actor)
        upload = _loaded(upload_id)
        if upload.stage == Stage.PICTURES:
            _hang_pictures(upload, actor)
        if upload.hand_in:
            _hand_in(_loaded(upload_id), actor)
        _finish(upload)
    except Superseded:
        return
    except RowRefused as refused:
        _fail(upload_id, _refusal_of(refused.row))
    except Refused as refusal:
        _fail(upload_id, refusal)


def _vendor_actor(upload: ListingUpload) -> Actor:
    """On whose behalf the rows are written: the appointment that agreed, if it is still in force."""
    in_force = appointments_of(upload.by.user).filter(pk=upload.by_id).exists()
    if not in_force:
        raise Refused(
            "appointment_ended",
            "Orang yang menyimpan berkas ini tidak lagi bertugas di usaha Anda.",
            fix="Unggah lagi berkasnya dengan akun Anda.",
        )
    return Actor.of(upload.by)


def _save_good_rows(upload: ListingUpload, actor: Actor) -> None:
    done, shelf = upload.done, Shelf(upload.vendor_id)
    while rows := _rows_to_save(upload.pk, done):
        with doing(actor=actor) as deed:
            kept = _at_turn(upload.pk, "COMMITTING", done)
            saved = save_rows(deed, kept, rows, shelf)
            done = rows[-1].place
            _count(kept, saved, done)
    _close_rows(upload, done)


def _save_whole_file(upload: ListingUpload, actor: Actor) -> None:
    """Write all rows in one transaction; the upload is locked last, so that its vendor can stop it meanwhile."""
    done, shelf, counts = 0, Shelf(upload.vendor_id), Counter[str]()
    with doing(actor=actor) as deed:
        while rows := _rows_to_save(upload.pk, done):
            if not ListingUpload.objects.filter(pk=upload.pk, state="COMMITTING", done=0).exists():
                raise Superseded
            saved = save_rows(deed, upload, rows, shelf)
            if saved.refused:
                raise RowRefused(saved.refused)
            counts.update(saved.counts)
            done = rows[-1].place
        kept = _at_turn(upload.pk, "COMMITTING", 0)
        _count(kept, Saved(counts), done)
    _close_rows(upload, done)


def _rows_to_save(upload_id: int, done: int) -> list[UploadRow]:
    wanted = (Verdict.NEW, Verdict.CHANGED)
    rows = UploadRow.objects.filter(upload_id=upload_id, place__gt=done, verdict__in=wanted)
    return list(rows.order_by("place")[:CHUNK])


def _count(kept: ListingUpload, saved: Saved, done: int) -> None:
    kept.outcome, kept.done = _added(kept.outcome, saved.counts), done
    kept.save(update_fields=["outcome", "done"])


def _close_rows(upload: ListingUpload, done: int) -> None:
    """Rows that were not to be written have their outcome, too; the next piece of work begins."""
    with transaction.atomic():
        kept = _at_turn(upload.pk, "COMMITTING", done)
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE_ROWS, [upload.pk])
        same, wrong = kept.found.get(Verdict.SAME, 0), kept.found.get(Verdict.WRONG, 0)
        kept.outcome = _added(kept.outcome, {Outcome.SAME: same, Outcome.REFUSED: wrong})
        total = len(pictures.wanted(kept)) + pictures.hanging(kept).count()
        kept.stage, kept.done, kept.total = Stage.PICTURES, 0, total
        kept.save(update_fields=["outcome", "stage", "done", "total"])


def _hang_pictures(upload: ListingUpload, actor: Actor) -> None:
    """Bring every picture once, then give the listings theirs; `done` counts pictures first, then rows."""
    done, names = upload.done, pictures.wanted(upload)
    known = set(upload.pictures.values_list("named", flat=True))
    bringer = pictures.Bringer(upload)
    for brought in _chunks(bringer.bring([name for name in names if name not in known]), BROUGHT_AT_ONCE):
        with transaction.atomic():
            kept = _at_turn(upload.pk, "COMMITTING", done)
            UploadPicture.objects.bulk_create(brought)
            kept.done = done = done + len(brought)
            kept.save(update_fields=["done"])
    while rows := list(pictures.hanging(upload)[done - len(names) :][:HUNG_AT_ONCE]):
        with doing(actor=actor) as deed:
            kept = _at_turn(upload.pk, "COMMITTING", done)
            kept.outcome = _added(kept.outcome, pictures.hang(deed, kept, rows))
            kept.done = done = done + len(rows)
            kept.save(update_fields=["outcome", "done"])
    with transaction.atomic():
        kept = _at_turn(upload.pk, "COMMITTING", done)
        kept.stage, kept.done, kept.total = Stage.HAND_IN, 0, _to_hand_in(kept).count()
        kept.save(update_fields=["stage", "done", "total"])


def _to_hand_in(upload: ListingUpload) -> Any:
    return upload.rows.filter(outcome__in=[Outcome.MADE, Outcome.CHANGED]).order_by("place")


def _hand_in(upload: ListingUpload, actor: Actor) -> None:
    """Hand each draft of the file to the curator, as its own act; what cannot be handed in yet stays a draft."""
    done = upload.done
    while rows := list(_to_hand_in(upload).select_related("listing")[done : done + HANDED_IN_AT_ONCE]):
        counts = Counter(_handed_in(row, actor) for row in rows)
        with transaction.atomic():
            kept = _at_turn(upload.pk, "COMMITTING", done)
            kept.outcome = _added(kept.outcome, counts)
            kept.done = done = done + len(rows)
            kept.save(update_fields=["outcome", "done"])


HANDED_IN, KEPT_BACK, NOT_ASKED = "DIAJUKAN", "BELUM_DIAJUKAN", "TIDAK_PERLU"


def _handed_in(row: UploadRow, actor: Actor) -> str:
    assert row.listing is not None
    if row.listing.state == "IN_CURATION":
        return HANDED_IN
    if row.listing.state != "DRAFT":
        return NOT_ASKED
    try:
        submit_listing(actor=actor, listing_id=row.listing.pk)
    except Refused as refusal:
        row.problems = [*row.problems, ("pengajuan", str(refusal))]
        row.save(update_fields=["problems"])
        return KEPT_BACK
    return HANDED_IN


def _finish(upload: ListingUpload) -> None:
    with _step(upload.pk, "finish") as passage:
        outcome = passage.thing.outcome
        passage.facts.update(
            sha256=upload.sha256,
            made=outcome.get(Outcome.MADE, 0),
            changed=outcome.get(Outcome.CHANGED, 0),
            same=outcome.get(Outcome.SAME, 0),
            refused=outcome.get(Outcome.REFUSED, 0),
        )


# ── shared ────────────────────────────────────────────────────────────────────────────────────────────


def _loaded(upload_id: int) -> ListingUpload:
    return ListingUpload.objects.select_related(
        "vendor", "vendor__organisation", "by__user", "by__organisation"
    ).get(pk=upload_id)


def _at_turn(upload_id: int, state: str, done: int) -> ListingUpload:
    """The upload, locked, if it is where this worker left it. Raises Superseded."""
    kept = ListingUpload.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=upload_id)
    if kept.state != state or kept.done != done:
        raise Superseded
    return kept


@contextmanager
def _step(upload_id: int, name: str) -> Iterator[Passage[ListingUpload]]:
    """A move by the worker itself. Raises Superseded when another has made it already."""
    try:
        with passing(ListingUpload, upload_id, name, actor=READER) as passage:
            yield passage
    except Refused as refusal:
        if refusal.code == "wrong_state":
            raise Superseded from refusal
        raise


def _fail(upload_id: int, refusal: Refused) -> None:
    with suppress(Superseded), _step(upload_id, "fail") as passage:
        passage.thing.failure = refusal.sentence[:300]
        passage.thing.failure_fix = (refusal.fix or "")[:300]
        passage.facts.update(sha256=passage.thing.sha256, reason=refusal.code)


def _refusal_of(row: UploadRow) -> Refused:
    column, sentence = row.problems[0]
    return Refused(
        "row_refused",
        f"Tidak ada yang disimpan. Baris {row.line}, kolom {column}: {sentence}.",
        fix="Perbaiki baris itu lalu unggah lagi, atau pilih menyimpan baris yang benar saja.",
    )


def _added(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(before) + Counter({str(name): count for name, count in more.items()}))


def _chunks(rows: Iterable[Thing], size: int = CHUNK) -> Iterator[list[Thing]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, size)):
        yield chunk
