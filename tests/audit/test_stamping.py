"""Time stamps (RFC 3161) by a real authority: openssl's `ts` behind a small web server."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace.audit import publishing, signing, stamping
from marketplace.audit.models import Alarm, Checkpoint, Stamp
from marketplace.audit.sequencer import integrate
from marketplace.audit.stamping import StampError
from marketplace.audit.verify import verify
from marketplace.core import clock
from marketplace.events import clockwork, jobs
from marketplace.events.models import Job
from tests.audit.conftest import Writer, tampering
from tests.audit.single_file import VERIFY
from tests.audit.test_defences import layer
from tests.audit.test_roles import being, made
from tests.peers.programs import missing
from tests.peers.stamping import NotHere
from tests.peers.stamping import stamping as authority

pytestmark = [pytest.mark.peer, pytest.mark.django_db]
__all__ = ["made"]


@pytest.fixture
def tsa(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The folder of a running authority that the settings name."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    try:
        with authority(folder) as address:
            settings.AUDIT_TSA_URL = address
            settings.AUDIT_TSA_CERTIFICATES = str(folder / "tsa.pem")
            yield folder
    except NotHere as reason:
        missing(str(reason))


@pytest.fixture
def checkpoint(write: Writer) -> Checkpoint:
    write()
    made = integrate()
    assert made is not None
    return made


def test_a_stamp_is_fetched_once_a_day_and_openssl_believes_it(
    tsa: Path,
    checkpoint: Checkpoint,
    write: Writer,
    client: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stamp = stamping.stamp_today()
    assert stamp is not None
    assert stamp.checkpoint == checkpoint
    assert abs(stamp.at - clock.now()) < timedelta(minutes=1)
    assert stamping.stamp_today() is None
    assert layer("stamp").stands
    publishing.export(tmp_path / "out")
    for name in ("1.tsr", "1.checkpoint"):
        served = client.get(f"/tlog/stamp/{name}")
        assert served.status_code == 200
        assert "immutable" in served["Cache-Control"]
        assert (tmp_path / "out" / "stamp" / name).read_bytes() == served.content
    command = [
        "openssl",
        "ts",
        "-verify",
        "-data",
        "1.checkpoint",
        "-in",
        "1.tsr",
        "-CAfile",
        str(tsa / "tsa.pem"),
    ]

    def verdict() -> int:
        return subprocess.run(
            command, cwd=tmp_path / "out" / "stamp", capture_output=True, check=False, timeout=60
        ).returncode

    assert verdict() == 0
    published = ["verify", str(tmp_path / "out"), "--vkey", str(signing.signer().verifier)]
    assert VERIFY.main(published) == 0
    assert "· 1 cap waktu tidak diperiksa" in capsys.readouterr().out
    assert VERIFY.main([*published, "--tsa", str(tsa / "tsa.pem")]) == 0
    assert "✓ 1 catatan pertama pasti sudah ada pada 20" in capsys.readouterr().out
    note = tmp_path / "out" / "stamp" / "1.checkpoint"
    note.write_text(note.read_text().replace("\n1\n", "\n2\n"))
    assert verdict() != 0
    assert VERIFY.main([*published, "--tsa", str(tsa / "tsa.pem")]) == 1
    assert client.get("/tlog/stamp/2.tsr").status_code == 404
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert not layer("stamp").stands


def test_of_two_stamps_of_one_checkpoint_the_first_is_shown_everywhere(
    checkpoint: Checkpoint, client: Client, tmp_path: Path
) -> None:
    for days, response in ((0, b"first"), (1, b"second")):
        at = clock.now() + timedelta(days=days)
        Stamp.objects.create(
            checkpoint=checkpoint, day=at.date(), at=at, authority="http://tsa.example", response=response
        )
    publishing.export(tmp_path / "out")
    assert (tmp_path / "out" / "stamp" / "1.tsr").read_bytes() == b"first"
    assert client.get("/tlog/stamp/1.tsr").content == b"first"


def test_the_audit_checks_stamps(tsa: Path, checkpoint: Checkpoint) -> None:
    stamping.stamp_today()
    report = verify()
    assert report.intact
    assert report.stamps == 1
    assert report.stamped
    assert report.stamped.size == 1
    out = StringIO()
    call_command("audit", "verify", stdout=out, no_color=True)
    assert "distempel waktu: 1 daun" in out.getvalue()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_stamp SET response = overlay(response PLACING '\\x00' FROM 200)")
    assert {each.code for each in verify().findings} == {"stamp"}


def test_a_stamp_of_another_checkpoint_or_authority_is_not_believed(
    tsa: Path, checkpoint: Checkpoint, settings: Any, tmp_path: Path
) -> None:
    stamp = stamping.stamp_today()
    assert stamp is not None
    with pytest.raises(StampError):
        stamping.check(bytes(stamp.response), checkpoint.note + "x")
    other = tmp_path / "other"
    other.mkdir()
    with authority(other):
        settings.AUDIT_TSA_CERTIFICATES = str(other / "tsa.pem")
        with pytest.raises(StampError):
            stamping.check(bytes(stamp.response), checkpoint.note)
    settings.AUDIT_TSA_CERTIFICATES = str(tmp_path / "nowhere.pem")
    with pytest.raises(ImproperlyConfigured, match="AUDIT_TSA_CERTIFICATES"):
        stamping.check(bytes(stamp.response), checkpoint.note)


def test_an_authority_that_is_away_raises_the_alarm_and_is_tried_again(
    tsa: Path, checkpoint: Checkpoint, settings: Any
) -> None:
    there, settings.AUDIT_TSA_URL = settings.AUDIT_TSA_URL, "http://127.0.0.1:1/"
    with pytest.raises(CommandError, match="tidak didapat"):
        call_command("audit", "stamp", stdout=StringIO())
    assert [each.code for each in Alarm.objects.all()] == ["stamp_failed"]
    assert not Stamp.objects.exists()
    settings.AUDIT_TSA_URL = there
    out = StringIO()
    call_command("audit", "stamp", stdout=out)
    assert "1 distempel" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_clockwork_asks_once_a_day_by_a_durable_job(
    tsa: Path, checkpoint: Checkpoint, settings: Any
) -> None:
    for _ in range(2):
        clockwork.tick()
    assert Job.objects.filter(kind="events.stamp_checkpoint").count() == 1
    jobs.run_due()
    assert Stamp.objects.get().checkpoint == checkpoint
    settings.AUDIT_TSA_URL = ""
    with clock.frozen(clock.now() + timedelta(days=1)):
        clockwork.tick()
    assert Job.objects.filter(kind="events.stamp_checkpoint").count() == 1


@pytest.mark.django_db(transaction=True)
def test_with_a_sequencer_apart_its_role_has_the_checkpoint_stamped(
    tsa: Path, checkpoint: Checkpoint, settings: Any, made: None
) -> None:
    settings.AUDIT_SEQUENCER_APART = True
    with being("app"):
        clockwork.tick()
        assert not Job.objects.exists(), "the application's role may not keep stamps"
    there, settings.AUDIT_TSA_URL = settings.AUDIT_TSA_URL, "http://127.0.0.1:1/"
    with being("sequencer"):
        stamping.stamp_when_due()
        assert [each.code for each in Alarm.objects.all()] == ["stamp_failed"]
        settings.AUDIT_TSA_URL = there
        stamping.stamp_when_due()
        stamping.stamp_when_due()
    assert Stamp.objects.get().checkpoint == checkpoint


@pytest.mark.django_db(transaction=True)
def test_the_sequencers_own_thread_stamps_and_outlives_a_wrong_setting(
    tsa: Path, checkpoint: Checkpoint, settings: Any, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stamping, "TRY_EVERY_SECONDS", 0.02)
    there, settings.AUDIT_TSA_CERTIFICATES = settings.AUDIT_TSA_CERTIFICATES, ""
    stop = threading.Event()
    asking = threading.Thread(target=stamping.run_forever, args=[stop])
    asking.start()
    try:
        _until(lambda: "AUDIT_TSA_CERTIFICATES" in caplog.text)
        settings.AUDIT_TSA_CERTIFICATES = there
        _until(Stamp.objects.exists)
    finally:
        stop.set()
        asking.join()


def _until(seen: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not seen():
        assert time.monotonic() - started < 20
        time.sleep(0.02)
