"""Files of listings under stress: sent twice at once, written by two workers, stopped, edited by hand, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests.vendors import sheets, stalls
from vendors import actions
from vendors.bulk_upload import working
from vendors.models import Listing, ListingUpload, UploadRow, Vendor

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stall(settings: Any, tmp_path: Path) -> Vendor:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "uploads", "base_url": None}},
    }
    stalls.categories()
    return stalls.vendor()


def received(owner: Actor, content: bytes) -> ListingUpload:
    return actions.receive_upload(actor=owner, table=SimpleUploadedFile("produk.csv", content))


def previewed(owner: Actor, content: bytes) -> ListingUpload:
    upload = received(owner, content)
    working.read(upload.pk)
    return ListingUpload.objects.get(pk=upload.pk)


def agreed(owner: Actor, content: bytes, **said: Any) -> ListingUpload:
    upload = previewed(owner, content)
    actions.commit_upload(actor=owner, upload_id=upload.pk, **{"choice": "BENAR", **said})
    return ListingUpload.objects.get(pk=upload.pk)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of it in parallel transactions; a refusal counts as its code."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(60)
            return deed()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def saved(upload_id: int) -> None:
    """Write a file; that another worker has just made a listing of the same code fails the job, which runs again."""
    with suppress(IntegrityError):
        working.save(upload_id)


def in_step() -> bool:
    """Whether price, stock record and history of every listing agree, and each has its entries."""
    for each in Listing.objects.select_related("stockrecord"):
        prices = list(each.prices.filter(area_code="").values_list("price", flat=True))
        if prices[-1] != each.price or int(each.stockrecord.price) != each.price:
            return False
    return True


def test_one_file_sent_by_six_fingers_is_one_upload(stall: Vendor) -> None:
    owner, content = stalls.owner_of(stall), sheets.csv(*sheets.many(3))

    found = at_once(*[lambda: received(owner, content).pk] * 6)

    assert len(set(found)) == 1
    assert ListingUpload.objects.count() == 1
    assert Entry.objects.filter(act="listing_upload.receive").count() == 1


def test_of_two_files_agreed_to_at_once_one_waits(stall: Vendor) -> None:
    owner = stalls.owner_of(stall)
    uploads = [previewed(owner, sheets.csv(*sheets.many(2, start=at))) for at in (0, 10)]

    outcomes = at_once(
        *(
            lambda pk=each.pk: actions.commit_upload(actor=owner, upload_id=pk, choice="BENAR")
            for each in uploads
        )
    )

    assert sorted(map(str, outcomes)) == ["None", "upload_running"]
    states = ListingUpload.objects.values_list("state", flat=True)
    assert sorted(states) == ["COMMITTING", "PREVIEWED"]


@pytest.mark.parametrize("choice", ["BENAR", "SEMUA"])
def test_two_workers_at_one_file_make_each_listing_once(stall: Vendor, monkeypatch: Any, choice: str) -> None:
    monkeypatch.setattr(working, "CHUNK", 20)
    owner = stalls.owner_of(stall)
    upload = received(owner, sheets.csv(*sheets.many(150)))

    at_once(*[lambda: working.read(upload.pk)] * 3)
    assert UploadRow.objects.count() == 150
    upload.refresh_from_db()
    assert (upload.state, sheets.found(upload)) == ("PREVIEWED", (150, 0, 0, 0))

    actions.commit_upload(actor=owner, upload_id=upload.pk, choice=choice)
    at_once(*[lambda: saved(upload.pk)] * 3)
    working.save(upload.pk)  # the job of a worker that lost runs again
    upload.refresh_from_db()

    assert (upload.state, upload.outcome) == ("DONE", {"DIBUAT": 150})
    assert Listing.objects.count() == Entry.objects.filter(act="listing.draft").count() == 150
    assert in_step()


def test_hands_and_files_change_the_same_listings_without_losing_anything(
    stall: Vendor, monkeypatch: Any
) -> None:
    monkeypatch.setattr(working, "CHUNK", 10)
    owner = stalls.owner_of(stall)
    ids = [stalls.listing(stall, f"Nasi kotak {n}", sku=f"NK-{n}").pk for n in range(40)]
    rows = [(f"NK-{n}", 50_000 + n) for n in range(40)]
    upload = agreed(owner, sheets.csv(*rows, headings=("kode", "harga")))

    def by_hand() -> None:
        for pk in reversed(ids):
            actions.change_price(actor=owner, listing_id=pk, price=60_000)
            actions.set_stock(actor=owner, listing_id=pk, in_stock=70)

    at_once(lambda: working.save(upload.pk), by_hand)

    upload.refresh_from_db()
    assert upload.state == "DONE"
    written = upload.rows.filter(outcome="DIUBAH").count()
    assert written + upload.rows.filter(outcome="DITOLAK").count() == 40
    assert set(Listing.objects.values_list("price", flat=True)) == {60_000}  # the hand came last, or alone
    assert in_step()


def test_an_upload_stopped_while_it_is_written_keeps_whole_chunks(stall: Vendor, monkeypatch: Any) -> None:
    monkeypatch.setattr(working, "CHUNK", 5)
    owner = stalls.owner_of(stall)
    upload = agreed(owner, sheets.csv(*sheets.many(200)))

    at_once(lambda: working.save(upload.pk), lambda: stopped_after_a_chunk(owner, upload.pk))

    upload.refresh_from_db()
    assert upload.state in {"STOPPED", "DONE"}
    made = Listing.objects.count()
    assert made == upload.outcome.get("DIBUAT", 0) == upload.rows.filter(outcome="DIBUAT").count()
    assert made % 5 == 0


def stopped_after_a_chunk(owner: Actor, upload_id: int) -> None:
    while not ListingUpload.objects.filter(pk=upload_id, done__gt=0).exists():
        time.sleep(0.005)
    actions.stop_upload(actor=owner, upload_id=upload_id)


WORKER = """
import sys
import django
django.setup()
from vendors.bulk_upload import working
working.CHUNK = 50
getattr(working, sys.argv[1])(int(sys.argv[2]))
"""


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[Callable[[str, ListingUpload], int]]:
    """``killed("read", upload)``: another process begins the work and is killed; returns how far it was."""
    name = connection.settings_dict["NAME"]
    server = os.environ["DATABASE_URL"]
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        "EORDER_STATE_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    processes = []

    def begin(work: str, upload: ListingUpload) -> int:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, work, str(upload.pk)], cwd=PROJECT, env=environment
        )
        processes.append(process)
        while process.poll() is None:
            upload.refresh_from_db()
            if 100 <= upload.done < upload.total:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
        process.wait()
        upload.refresh_from_db()
        return upload.done

    yield begin
    for process in processes:
        process.kill()


@pytest.mark.long
def test_a_killed_worker_is_followed_by_one_that_does_nothing_twice(
    stall: Vendor, killed: Callable[[str, ListingUpload], int]
) -> None:
    owner, rows = stalls.owner_of(stall), 3_000
    upload = received(owner, sheets.csv(*sheets.many(rows)))

    assert 0 < killed("read", upload) < rows
    working.read(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, sheets.found(upload)) == ("PREVIEWED", (rows, 0, 0, 0))
    assert list(upload.rows.values_list("place", flat=True)) == list(range(1, rows + 1))

    actions.commit_upload(actor=owner, upload_id=upload.pk, choice="BENAR")
    assert 0 < killed("save", upload) < rows
    made = Listing.objects.count()
    assert made == upload.outcome["DIBUAT"] == upload.done
    working.save(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.outcome) == ("DONE", {"DIBUAT": rows})
    assert Listing.objects.count() == Entry.objects.filter(act="listing.draft").count() == rows
    assert Listing.objects.values("sku").distinct().count() == rows
