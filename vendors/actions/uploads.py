"""A vendor's file of listings: taken in, agreed to, stopped. Reading and writing are jobs (`bulk_upload.working`)."""

from __future__ import annotations

import re

from django.core.files.base import File
from django.db import IntegrityError
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import begin, beginning, passing
from vendors.bulk_upload import files
from vendors.models import ListingUpload
from vendors.models.uploads import OPEN_STATES
from vendors.queries import own_vendor

_NO_NAME = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def receive_upload(*, actor: Actor, table: File[bytes], pictures: File[bytes] | None = None) -> ListingUpload:
    """Keep a file of listings, with a ZIP of pictures if there is one, and have it read.

    The same file sent again while it is still open is the same upload. Raises Refused `table_empty`,
    `file_too_large`.
    """
    actor.require(Role.VENDOR)
    assert actor.appointment_id is not None  # a vendor's people act under an appointment
    vendor = own_vendor(actor)
    kept = files.keep(table, largest=files.LARGEST_TABLE)
    archive = files.keep(pictures, largest=files.LARGEST_ARCHIVE) if pictures else None
    upload = ListingUpload(
        vendor=vendor,
        by_id=actor.appointment_id,
        file_name=named(table.name or ""),
        format=files.format_of(kept.head),
        size=kept.size,
        sha256=kept.sha256,
        pictures_sha256=archive.sha256 if archive else "",
    )
    try:
        with beginning(ListingUpload, act="listing_upload.receive", actor=actor) as passage:
            passage.thing = begin(upload, at=passage.at)
            passage.facts.update(
                vendor_id=vendor.pk, sha256=upload.sha256, pictures_sha256=upload.pictures_sha256
            )
            enqueue("vendors.read_upload", {"upload": upload.pk}, key=str(upload.pk))
    except IntegrityError:
        return ListingUpload.objects.get(
            vendor=vendor,
            sha256=upload.sha256,
            pictures_sha256=upload.pictures_sha256,
            state__in=OPEN_STATES,
        )
    return upload


def named(name: str) -> str:
    """The name of a file as a page may show it."""
    plain = _NO_NAME.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    return plain[-120:] or "tanpa-nama"


def commit_upload(
    *, actor: Actor, upload_id: int, choice: str, hand_in: bool = False, revision: int | None = None
) -> None:
    """Have the rows of a previewed file written: the good ones, or all or none.

    Raises Refused `nothing_to_save`, `rows_wrong` (all or none, and some are wrong), `upload_running`, `stale`.
    """
    try:
        with passing(ListingUpload, upload_id, "commit", actor=actor, revision=revision) as passage:
            upload = passage.thing
            _require_own(actor, upload)
            _require_rows(upload, choice)
            if ListingUpload.objects.filter(vendor_id=upload.vendor_id, state="COMMITTING").exists():
                raise _running()
            upload.by_id = actor.appointment_id or upload.by_id
            upload.choice, upload.hand_in = choice, hand_in
            upload.stage, upload.done, upload.outcome = ListingUpload.Stage.SAVE, 0, {}
            found = upload.found
            passage.facts.update(
                sha256=upload.sha256,
                new=found.get("BARU", 0),
                changed=found.get("BERUBAH", 0),
                wrong=found.get("SALAH", 0),
                choice=choice,
                hand_in=hand_in,
            )
            enqueue("vendors.save_upload", {"upload": upload_id}, key=str(upload_id))
    except IntegrityError as both:  # two files of one vendor agreed to at the same moment
        raise _running() from both


def stop_upload(*, actor: Actor, upload_id: int, revision: int | None = None) -> None:
    """Stop an upload where it stands: what is written stays, the rest is left alone."""
    with passing(ListingUpload, upload_id, "stop", actor=actor, revision=revision) as passage:
        _require_own(actor, passage.thing)
        passage.facts.update(sha256=passage.thing.sha256, done=passage.thing.done)


def _require_own(actor: Actor, upload: ListingUpload) -> None:
    if upload.vendor.organisation_id != actor.organisation_id:
        raise ListingUpload.DoesNotExist


def _require_rows(upload: ListingUpload, choice: str) -> None:
    if not upload.found.get("BARU", 0) + upload.found.get("BERUBAH", 0):
        raise Refused(
            "nothing_to_save",
            _("Tidak ada produk baru atau perubahan yang dapat disimpan."),
            fix=_("Perbaiki baris yang salah, lalu unggah lagi berkasnya."),
        )
    if choice == ListingUpload.Choice.WHOLE_FILE and upload.found.get("SALAH", 0):
        raise Refused(
            "rows_wrong",
            _("Masih ada %(n)d baris yang salah, jadi tidak ada yang disimpan.")
            % {"n": upload.found["SALAH"]},
            fix=_("Perbaiki barisnya lalu unggah lagi, atau pilih menyimpan baris yang benar saja."),
        )


def _running() -> Refused:
    return Refused(
        "upload_running",
        _("Berkas lain dari usaha Anda sedang disimpan."),
        fix=_("Tunggu sampai selesai, lalu simpan berkas ini."),
    )
