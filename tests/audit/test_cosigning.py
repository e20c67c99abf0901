"""The log asks its witnesses: a real witness process, the real database, and a log that goes on without either."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client

from marketplace.audit import cosigning, proofs, publishing, queries, sequencer, signing
from marketplace.audit.models import Alarm, Checkpoint, Cosignature, Entry
from marketplace.audit.notes import Note, VerifierKey, cosigner
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.audit.witness.protocol import SIZE_TYPE, checkpoint_path
from marketplace.core import clock
from tests.audit.conftest import Writer, tampering
from tests.audit.witnessing import ForeignLog, RunningWitness, witness

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w(db: None, settings: Any, tmp_path: Path, own_keys: None) -> Iterator[RunningWitness]:
    with witness(tmp_path / "w", str(signing.signer().verifier)) as running:
        settings.AUDIT_WITNESSES = [running.setting()]
        yield running


def newest() -> Checkpoint:
    return Checkpoint.objects.latest()


def grow(write: Writer, entries: int) -> Checkpoint:
    for number in range(entries):
        write(str(number % 3))
    checkpoint = integrate()
    assert checkpoint is not None
    return checkpoint


def seen(w: RunningWitness) -> str:
    return w.get(checkpoint_path("e-order.example/log"))[1]


def test_every_new_checkpoint_is_cosigned_and_published(
    w: RunningWitness, write: Writer, client: Client, tmp_path: Path
) -> None:
    keys = [VerifierKey.parse(each) for each in w.vkeys]
    for entries in (1, 5, 300):
        checkpoint = grow(write, entries)
        assert cosigning.ask_all() == 1
        assert cosigning.ask_all() == 0, "what is cosigned is not asked again"
        published = client.get("/tlog/checkpoint").content
        note = Note.parse(published)
        assert set(note.verified_by([*keys, signing.signer().verifier])) == {*keys, signing.signer().verifier}
        assert note.text == Note.parse(checkpoint.note).text
    publishing.export(tmp_path / "out")
    assert (tmp_path / "out" / "checkpoint").read_bytes() == published
    proof = queries.proof_for_entry(Entry.objects.latest("id").pk)
    assert proof is not None
    assert set(Note.parse(proof.checkpoint).verified_by(keys)) == set(keys)
    assert proofs.read(proofs.write([proof]))[0].verify(signing.verifier_keys()).size == 306
    assert not Alarm.objects.exists()


def test_the_audit_checks_cosignatures_and_says_how_old_the_newest_is(
    w: RunningWitness, write: Writer
) -> None:
    grow(write, 3)
    cosigning.ask_all()
    grow(write, 2)
    report = verify()
    assert report.intact
    assert report.cosignatures == 2
    assert report.cosigned
    assert (report.cosigned.size, report.cosigned.by) == (3, "saksi.example/w1")
    assert clock.now() - report.cosigned.at < timedelta(minutes=1)
    told, out = StringIO(), StringIO()
    call_command("audit", "verify", stdout=told, no_color=True)
    assert "3 daun oleh saksi.example/w1" in told.getvalue()
    call_command("audit", "verify", "--json", stdout=out)
    assert json.loads(out.getvalue())["cosigned"]["size"] == 3
    with tampering() as cursor:
        cursor.execute("UPDATE audit_cosignature SET line = replace(line, 'A', 'B')")
    assert {each.code for each in verify().findings} == {"cosignature"}


def test_the_log_goes_on_without_its_witness_and_says_so(
    w: RunningWitness, write: Writer, caplog: pytest.LogCaptureFixture, client: Client
) -> None:
    first = grow(write, 1)
    cosigning.ask_all()
    w.kill()
    second = grow(write, 2)
    assert cosigning.ask_all() == 0
    assert not Alarm.objects.exists(), "five minutes are not yet over"
    assert f"\n{first.size}\n" in client.get("/tlog/checkpoint").content.decode(), "cosigned, and not old"
    with clock.frozen(clock.now() + cosigning.SILENCE + timedelta(seconds=5)):
        third = grow(write, 1)
        assert cosigning.ask_all() == cosigning.ask_all() == 0
        assert [(each.code, each.place) for each in Alarm.objects.all()] == [
            ("witness_silent", "saksi.example/w1")
        ]
        assert f"\n{third.size}\n" in client.get("/tlog/checkpoint").content.decode(), "the log goes on"
        assert verify().alarms == 1
    assert "audit.alarm.witness_silent" in caplog.text
    w.start()
    assert cosigning.ask_all() == 1
    assert third.size == second.size + 1
    assert f"\n{third.size}\n" in seen(w)


def test_what_we_remember_wrongly_heals_by_a_proof_from_the_witness_size(
    w: RunningWitness, write: Writer
) -> None:
    for entries in (2, 5, 300):
        grow(write, entries)
        cosigning.ask_all()
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_cosignature WHERE checkpoint_id <> 0")
    grow(write, 9)
    assert cosigning.ask_all() == 1
    assert Cosignature.objects.count() == 2
    assert "\n316\n" in seen(w)
    assert not Alarm.objects.exists()


def test_a_history_rewritten_with_the_logs_own_key_is_refused_by_the_witness(
    w: RunningWitness, write: Writer
) -> None:
    """The superuser who also holds the signing key: inside nobody stops him, outside the witness does."""
    grow(write, 4)
    cosigning.ask_all()
    before = seen(w)
    with tampering() as cursor:
        for table in ("audit_cosignature", "audit_leaf", "audit_tile", "audit_checkpoint"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)")
    grow(write, 3)  # signs a whole new tree, without a word that the old one was ever there
    assert verify().intact, "the database alone cannot tell"
    assert cosigning.ask_all() == 0
    assert [each.code for each in Alarm.objects.all()] == ["witness_refused"]
    assert seen(w) == before
    assert not Cosignature.objects.exists()
    (known,) = [cosigning.last_seen_by(each) for each in cosigning.witnesses()]
    assert known
    assert {each.code for each in verify(known=[known]).findings} == {"known_checkpoint"}
    with pytest.raises(Exception, match="TIDAK utuh"):
        call_command("audit", "verify", stdout=StringIO())


def test_another_history_of_the_same_length_raises_the_alarm_at_once(
    w: RunningWitness, write: Writer
) -> None:
    first = grow(write, 4)
    cosigning.ask_all()
    with tampering() as cursor:
        for table in ("audit_cosignature", "audit_leaf", "audit_tile", "audit_checkpoint"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)")
    assert grow(write, 1).size == first.size
    assert cosigning.ask_all() == 0
    assert [(each.code, "409" in each.told) for each in Alarm.objects.all()] == [("witness_refused", True)]


class SizeOnly(BaseHTTPRequestHandler):
    """A witness of others that refuses another root of the same size with nothing but the size."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(409)
        self.send_header("Content-Type", SIZE_TYPE)
        self.end_headers()
        self.wfile.write(b"4\n")

    def log_message(self, *_said: object) -> None:
        pass


def test_the_same_from_a_witness_that_tells_nothing_but_the_size(
    db: None, settings: Any, write: Writer
) -> None:
    grow(write, 4)
    with HTTPServer(("127.0.0.1", 0), SizeOnly) as server:
        threading.Thread(target=server.serve_forever, args=[0.05]).start()
        key = cosigner("saksi.example/w2", Ed25519PrivateKey.generate())
        settings.AUDIT_WITNESSES = [(f"http://127.0.0.1:{server.server_port}", str(key))]
        assert cosigning.ask_all() == 0
        server.shutdown()
    assert [(each.code, "409" in each.told) for each in Alarm.objects.all()] == [("witness_refused", True)]


def test_a_log_that_lost_its_end_is_told_by_the_witness(w: RunningWitness, write: Writer) -> None:
    grow(write, 3)
    cosigning.ask_all()
    grow(write, 4)
    cosigning.ask_all()
    with tampering() as cursor:  # as if restored from the backup of before the last four
        cursor.execute("DELETE FROM audit_cosignature")
        cursor.execute("DELETE FROM audit_checkpoint WHERE size > 3")
    assert cosigning.ask_all() == cosigning.ask_all() == 0
    assert [each.code for each in Alarm.objects.all()] == ["witness_ahead"]


def test_a_witness_that_does_not_know_us_raises_the_alarm(
    db: None, settings: Any, tmp_path: Path, write: Writer
) -> None:
    with witness(tmp_path / "w", ForeignLog().vkey) as stranger:
        settings.AUDIT_WITNESSES = [stranger.setting()]
        grow(write, 1)
        assert cosigning.ask_all() == 0
    assert [(each.code, "404" in each.told) for each in Alarm.objects.all()] == [("witness_refused", True)]


def test_signatures_of_a_key_we_do_not_expect_are_not_kept(
    w: RunningWitness, write: Writer, settings: Any
) -> None:
    other = str(cosigner("saksi.example/w1", Ed25519PrivateKey.generate()))
    settings.AUDIT_WITNESSES = [(w.address, other)]
    grow(write, 1)
    assert cosigning.ask_all() == 0
    assert not Cosignature.objects.exists()
    assert [each.code for each in Alarm.objects.all()] == ["witness_unknown"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("http://127.0.0.1:1",),
        ("http://127.0.0.1:1", "nonsense"),
        ("http://127.0.0.1:1", "e-order.example/log+0d2b2b2e+AQ=="),
    ],
)
def test_a_witness_set_up_wrongly_is_told(settings: Any, wrong: tuple[str, ...]) -> None:
    settings.AUDIT_WITNESSES = [wrong]
    with pytest.raises(ImproperlyConfigured, match="AUDIT_WITNESSES"):
        cosigning.witnesses()


class Silent(BaseHTTPRequestHandler):
    """A witness that takes a request and says nothing until it may."""

    asked, may_answer = threading.Event(), threading.Event()

    def do_POST(self) -> None:
        self.asked.set()
        self.may_answer.wait()

    def log_message(self, *_said: object) -> None:
        pass


@pytest.mark.race
def test_a_witness_that_does_not_answer_delays_no_other(
    w: RunningWitness, write: Writer, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(cosigning, "ASK_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(cosigning, "_PATIENCE_SECONDS", (3.0, 120.0))
    grow(write, 1)
    stop = threading.Event()
    with HTTPServer(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, args=[0.05]).start()
        key = cosigner("saksi.example/w2", Ed25519PrivateKey.generate())
        settings.AUDIT_WITNESSES = [(f"http://127.0.0.1:{server.server_port}", str(key)), w.setting()]
        thread = threading.Thread(target=cosigning.run_forever, args=[stop])
        thread.start()
        assert Silent.asked.wait(30)
        grow(write, 3)
        for _turn in range(600):
            if f"\n{newest().size}\n" in seen(w):
                break
            time.sleep(0.05)
        stop.set()
        assert f"\n{newest().size}\n" in seen(w), "cosigned while the other had not answered"
        Silent.may_answer.set()
        thread.join()
        server.shutdown()


@pytest.mark.race
def test_two_askers_beside_a_running_sequencer(w: RunningWitness, write: Writer, monkeypatch: Any) -> None:
    monkeypatch.setattr(cosigning, "ASK_EVERY_SECONDS", 0.02)
    stop = threading.Event()
    threads = [threading.Thread(target=cosigning.run_forever, args=[stop]) for _ in range(2)]
    threads.append(threading.Thread(target=sequencer.run_forever, args=[stop]))
    for thread in threads:
        thread.start()
    for number in range(60):
        write(str(number % 3))
    stop.set()
    sequencer.wake()
    for thread in threads:
        thread.join()
    integrate()
    cosigning.ask_all()
    assert f"\n{newest().size}\n" in seen(w)
    assert Cosignature.objects.values("checkpoint").distinct().count() > 1
    assert not Alarm.objects.exists()
    report = verify()
    assert report.intact
    assert report.cosigned
    assert report.cosigned.size == 60
