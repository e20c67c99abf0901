"""The restore drill on the real server: pg_dump, pg_restore, the full audit, and a witness that remembers."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.audit import cosigning, restore_drill, signing
from marketplace.audit.sequencer import integrate
from tests.audit.conftest import Writer, tampering
from tests.audit.witnessing import witness

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def ppk() -> Actor:
    """Who writes: no person, for one appointed by a test straight in the database is what the full audit finds."""
    return Actor.system("uji")


def drill(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("audit", "restore-drill", "--json", *arguments, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {row[0] for row in cursor.fetchall()}


def test_a_backup_is_restored_audited_and_held_against_the_witness(
    write: Writer, settings: Any, tmp_path: Path
) -> None:
    with witness(tmp_path / "w", str(signing.signer().verifier)) as running:
        settings.AUDIT_WITNESSES = [running.setting()]
        for number in range(300):
            write(str(number % 5), kind="note")
        integrate()
        cosigning.ask_all()
        dump = tmp_path / "backup"
        restore_drill._run("pg_dump", "--format=custom", f"--file={dump}", restore_drill._name())

        told = drill("--dump", str(dump))
        assert (told["intact"], told["size"], told["witnessed"], told["lost"]) == (True, 300, 300, 0)
        assert told["seconds"].keys() == {"restore", "verify"}

        write(kind="note")
        write(kind="note")
        integrate()
        cosigning.ask_all()
        told = drill("--dump", str(dump))
        assert (told["intact"], told["size"], told["witnessed"], told["lost"]) == (True, 300, 302, 2)
        out = StringIO()
        call_command("audit", "restore-drill", stdout=out, no_color=True)
        assert "302 daun" in out.getvalue()
        assert "Cocok dengan titik periksa terakhir para saksi" in out.getvalue()
    assert not {name for name in databases() if name.endswith(restore_drill.SUFFIX)}


def test_witnesses_that_are_not_equally_far_ahead_of_a_backup(
    write: Writer, settings: Any, tmp_path: Path
) -> None:
    vkey = str(signing.signer().verifier)
    with witness(tmp_path / "w1", vkey) as first, witness(tmp_path / "w2", vkey) as second:
        write(kind="note")
        integrate()
        dump = tmp_path / "backup"
        restore_drill._run("pg_dump", "--format=custom", f"--file={dump}", restore_drill._name())
        for running in (first, second):
            settings.AUDIT_WITNESSES = [running.setting()]
            write(kind="note")
            integrate()
            cosigning.ask_all()
        settings.AUDIT_WITNESSES = [first.setting(), second.setting()]
        told = drill("--dump", str(dump))
    assert (told["intact"], told["findings"]) == (True, [])
    assert (told["size"], told["witnessed"], told["lost"]) == (1, 3, 2)


def test_a_backup_of_a_damaged_log_does_not_pass(write: Writer) -> None:
    for _ in range(3):
        write()
    integrate()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET actor_name = 'X' WHERE event_no = 2")
    out = StringIO()
    with pytest.raises(CommandError, match="TIDAK utuh") as caught:
        call_command("audit", "restore-drill", stdout=out, no_color=True)
    assert caught.value.returncode == 1
    assert "Segel catatan tidak sah" in out.getvalue()


def test_what_is_no_backup_is_told(write: Writer, tmp_path: Path) -> None:
    (tmp_path / "rubbish").write_text("no backup")
    with pytest.raises(CommandError, match="pg_restore"):
        drill("--dump", str(tmp_path / "rubbish"))
    with pytest.raises(CommandError, match="gagal"):
        drill("--dump", str(tmp_path / "nowhere"))
    assert not {name for name in databases() if name.endswith(restore_drill.SUFFIX)}
