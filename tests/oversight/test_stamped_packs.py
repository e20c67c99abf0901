"""Time stamps in evidence packs: which one goes in, and what the single-file verifier makes of it."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from marketplace.audit import publishing, signing
from marketplace.audit.models import Checkpoint, Stamp
from marketplace.audit.sequencer import integrate
from marketplace.core import clock
from procurement.oversight.evidence.archive import listing, zipped
from procurement.oversight.evidence.pack import pack_of
from tests import baseline
from tests.audit.single_file import VERIFY
from tests.audit.stamps import Holder, Making, certified
from tests.oversight.orders import office, own_places
from tests.purchasing import factories

Files = dict[str, bytes]


@dataclass(frozen=True)
class Stamped:
    """Packs of one order: before it was stamped whole, after its first stamp over all, and after a later one."""

    packs: list[Files]
    none: Files
    vkey: str
    log: Path
    authority: Holder
    sizes: list[int]


def stamp(authority: Holder, *, after: timedelta) -> int:
    """Stamp the newest checkpoint as an authority would have done so long from now; returns its size."""
    checkpoint = Checkpoint.objects.latest()
    at = clock.now() + after
    response = Making(checkpoint.note.encode(), authority, time=f"{at:%Y%m%d%H%M%S}Z".encode()).made()
    Stamp.objects.create(
        checkpoint=checkpoint, day=at.date(), at=at, authority="http://tsa.example", response=response
    )
    return checkpoint.size


def opened(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def root(now: datetime) -> Holder:
    return certified("Otoritas Waktu Uji", start=now - timedelta(days=9), end=now + timedelta(days=9))


@pytest.fixture(scope="module")
def stamped(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Stamped:
    """An order told on after one stamp, packed, stamped twice more and packed each time."""
    folder = tmp_path_factory.mktemp("stamped")
    authority = root(clock.now())
    with django_db_blocker.unblock(), override_settings(**own_places(folder)):
        try:
            story = factories.story("AWAITING_VENDOR", at=office())
            integrate()
            none = opened(pack_of(str(story.purchase.pk)))
            sizes, packs = [stamp(authority, after=timedelta(0))], []
            story.take("confirm")
            for days in (1, 2, 3):
                integrate()
                packs.append(opened(pack_of(str(story.purchase.pk))))
                sizes.append(stamp(authority, after=timedelta(days=days)))
                factories.story("AWAITING_PPK", at=story.office) if days < 3 else None
            publishing.export(folder / "log")
            vkey = str(signing.signer().verifier)
        finally:
            baseline.restore(connection)
    return Stamped(packs, none, vkey, folder / "log", authority, sizes)


Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str], stamped: Stamped) -> Check:
    """Give `check(files, trusted, "--log", …)`: exit code and what was said, with a list of contents that fits."""

    def run(files: Files, trusted: Holder | None, *words: object) -> tuple[int, str]:
        rest = {name: data for name, data in files.items() if name != "manifest.json"}
        manifest = {**json.loads(files["manifest.json"]), "files": listing(rest)}
        pack, anchors = tmp_path / "pack.zip", tmp_path / "tsa.pem"
        pack.write_bytes(zipped({**rest, "manifest.json": json.dumps(manifest).encode()}))
        if trusted is not None:
            anchors.write_bytes(trusted.pem())
            words = (*words, "--tsa", anchors)
        code = VERIFY.main(["verify-pack", str(pack), "--vkey", stamped.vkey, *map(str, words)])
        return code, capsys.readouterr().out

    return run


def stamps_in(files: Files) -> set[str]:
    return {name for name in files if name.startswith("stamp/")}


def pair(*sizes: int) -> set[str]:
    return {f"stamp/{size}.{ending}" for size in sizes for ending in ("tsr", "checkpoint")}


def test_a_pack_has_the_first_stamp_over_all_its_entries_and_the_newest(stamped: Stamped) -> None:
    before, first, second, _third = stamped.sizes
    assert stamps_in(stamped.none) == set()
    assert [stamps_in(each) for each in stamped.packs] == [pair(before), pair(first), pair(first, second)]
    for files, sizes in zip(stamped.packs, ([before], [first], [first, second]), strict=True):
        assert all(f"consistency/{size}.txt" in files for size in sizes)


def test_a_stamp_says_since_when_all_entries_exist(stamped: Stamped, check: Check) -> None:
    code, told = check(stamped.packs[2], stamped.authority)
    assert code == 0, told
    for size in stamped.sizes[1:3]:
        assert (
            f"✓ {size} catatan pertama log, semua catatan pesanan ini di dalamnya, pasti sudah ada pada"
            in told
        )
    code, told = check(stamped.packs[2], stamped.authority, "--log", stamped.log)
    assert code == 0, told
    assert "✓ 4 cap waktu RFC 3161 sah." in told


def test_what_a_stamp_does_not_cover_and_what_is_not_checked_is_said(stamped: Stamped, check: Check) -> None:
    code, told = check(stamped.packs[0], stamped.authority)
    assert code == 0, told
    assert "di antaranya pesanan ini, pasti sudah ada pada" in told
    assert "ditulis sesudah cap waktu itu dan tidak tercakup olehnya" in told
    code, told = check(stamped.packs[0], None)
    assert code == 0
    assert f"· stamp/{stamped.sizes[0]}.tsr: cap waktu tidak diperiksa" in told
    code, told = check(stamped.none, stamped.authority)
    assert code == 0
    assert "· Paket tidak memuat cap waktu RFC 3161" in told


def test_a_stamp_of_a_strange_authority_is_not_believed(stamped: Stamped, check: Check) -> None:
    code, told = check(stamped.packs[1], root(clock.now()))
    assert code == 1
    assert "tidak bersambung ke sertifikat yang Anda berikan" in told


def early(files: Files, stamped: Stamped) -> Files:
    """A stamp from before the order was."""
    size = stamped.sizes[1]
    at = clock.now() - timedelta(days=5)
    note = files[f"stamp/{size}.checkpoint"]
    made = Making(note, stamped.authority, time=f"{at:%Y%m%d%H%M%S}Z".encode()).made()
    return {**files, f"stamp/{size}.tsr": made}


def unrelated(files: Files, stamped: Stamped) -> Files:
    """A checkpoint of another tree with a genuine stamp of its own."""
    size = stamped.sizes[1]
    note = files[f"stamp/{size}.checkpoint"].decode().split("\n")
    note[2] = files["checkpoint"].decode().split("\n")[2]
    changed = "\n".join(note[:3]) + "\n\n\N{EM DASH} asing AAAAAAAA\n"
    made = Making(changed.encode(), stamped.authority, time=f"{clock.now():%Y%m%d%H%M%S}Z".encode()).made()
    return {**files, f"stamp/{size}.checkpoint": changed.encode(), f"stamp/{size}.tsr": made}


def renamed(files: Files, stamped: Stamped) -> Files:
    size = stamped.sizes[1]
    return {name.replace(f"stamp/{size}.", f"stamp/{size + 1}."): data for name, data in files.items()}


def without(name: str) -> Callable[[Files, Stamped], Files]:
    def forge(files: Files, stamped: Stamped) -> Files:
        return {each: data for each, data in files.items() if each != name.format(stamped.sizes[1])}

    return forge


FORGED: dict[str, tuple[Callable[[Files, Stamped], Files], str]] = {
    "a stamp older than what it covers": (early, "menyebut waktu sesudah cap waktu yang memuatnya"),
    "a stamp over another tree": (unrelated, "riwayat telah diubah"),
    "a stamp under another number": (renamed, "ada pada titik periksa lain"),
    "a stamp without its note": (without("stamp/{}.checkpoint"), "tidak memuat stamp/"),
    "a note without its stamp": (without("stamp/{}.tsr"), "cap waktunya tidak ada dalam paket"),
    "a stamp nobody can tie to the tree": (without("consistency/{}.txt"), "tidak ada dalam paket"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_stamp_is_found_out(stamped: Stamped, check: Check, name: str) -> None:
    forge, sentence = FORGED[name]
    code, told = check(forge(stamped.packs[1], stamped), stamped.authority)
    assert code == 1, told
    assert any(line.startswith("✗") and sentence in line for line in told.splitlines()), told


def test_a_log_shorter_than_what_was_stamped_has_lost_entries(stamped: Stamped, tmp_path: Path) -> None:
    log = tmp_path / "log"
    shutil.copytree(stamped.log, log)
    more = (log / f"stamp/{stamped.sizes[3]}.checkpoint").read_text().split("\n")
    more[1] = str(int(more[1]) + 1)
    note = "\n".join(more[:3]) + "\n\n\N{EM DASH} asing AAAAAAAA\n"
    (log / f"stamp/{more[1]}.checkpoint").write_text(note)
    (log / f"stamp/{more[1]}.tsr").write_bytes(Making(note.encode(), stamped.authority).made())
    assert VERIFY.main(["verify", str(stamped.log), "--vkey", stamped.vkey]) == 0
    assert VERIFY.main(["verify", str(log), "--vkey", stamped.vkey]) == 1
