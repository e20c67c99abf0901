"""What the operator is told about the layers of defence, layer by layer."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.audit import defences, schema_guard, signing
from marketplace.audit.alarms import raise_alarm
from marketplace.audit.defences import Layer
from marketplace.audit.models import Alarm, Cosignature
from marketplace.audit.notes import cosigner
from marketplace.audit.sequencer import integrate
from marketplace.core import clock
from tests.audit.conftest import Writer
from tests.audit.witnessing import ForeignLog

pytestmark = pytest.mark.django_db


def layer(name: str) -> Layer:
    return next(each for each in defences.layers() if each.name == name)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_bare_installation_is_told_what_it_lacks() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="dari 9 lapis") as caught:
        call_command("audit", "defences", stdout=out, no_color=True)
    assert caught.value.returncode == 1
    assert "✗ Hak basis data: aplikasi masuk sebagai superuser" in out.getvalue()
    assert "✗ Saksi: belum ada" in out.getvalue()
    assert "✓ Pemicu tambah-saja" in out.getvalue()
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "defences", "--json", stdout=told)
    names = [each["name"] for each in json.loads(told.getvalue())]
    assert names == [
        *("roles", "triggers", "schema", "seal_key", "signing_key", "sequencer", "witness", "stamp", "alarms")
    ]


def test_the_check_of_the_database_warns_of_the_same() -> None:
    found = {each.id for each in run_checks(databases=["default"])}
    assert {f"audit.W_{each.name}" for each in defences.missing()} <= found
    assert not {each for each in {each.id for each in run_checks()} if each and each.startswith("audit.W_")}


@pytest.mark.parametrize("later", ["audit_entry", "audit_stamp"])
def test_before_the_tables_are_there_the_check_is_silent_for_migrate_asks_it_first(later: str) -> None:
    execute(f"ALTER TABLE {later} RENAME TO not_there_yet")
    assert not [
        each for each in run_checks(databases=["default"]) if each.id and each.id.startswith("audit.")
    ]


def test_a_trigger_asleep_or_without_teeth() -> None:
    assert layer("triggers").stands
    execute("ALTER TABLE audit_alarm DISABLE TRIGGER append_only_row")
    assert "audit_alarm.append_only_row" in layer("triggers").told


def test_the_schema_guard() -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "belum dipasang" in layer("schema").told
    schema_guard.install()
    assert layer("schema").stands
    schema_guard.open_window("rilis", timedelta(minutes=5))
    assert "terbuka" in layer("schema").told
    execute("ALTER TABLE audit_alarm ADD COLUMN more text")
    schema_guard.close_window()
    assert layer("schema").stands
    execute("ALTER EVENT TRIGGER audit_guard_drop DISABLE")
    assert "dimatikan" in layer("schema").told


def test_keys(settings: Any, write: Writer) -> None:
    assert not layer("seal_key").stands
    settings.AUDIT_MAC_KEYS = {"1": "k7Jq-4Xw" * 5, "0": "short"}
    assert "0" in layer("seal_key").told
    settings.AUDIT_MAC_KEYS = {"1": "k7Jq-4Xw" * 5, "2": "a" * 40}
    assert "kunci segel 2 " in layer("seal_key").told
    settings.AUDIT_MAC_KEYS = {"1": "k7Jq-4Xw" * 5}
    assert layer("seal_key").stands
    assert "belum ada" in layer("signing_key").told
    write()
    integrate()
    assert layer("signing_key").stands
    signing.key_path().chmod(0o640)
    assert "chmod 600" in layer("signing_key").told
    assert stat.S_IMODE(signing.key_path().stat().st_mode) == 0o640
    signing.key_path().unlink()
    assert "hilang" in layer("signing_key").told


def test_a_witness_that_lags(settings: Any, write: Writer) -> None:
    settings.AUDIT_WITNESSES = [("http://127.0.0.1:1", "nonsense")]
    assert "AUDIT_WITNESSES" in layer("witness").told
    key = cosigner("saksi.example/w1", ForeignLog().signer.private)
    settings.AUDIT_WITNESSES = [("http://127.0.0.1:1", str(key))]
    write()
    checkpoint = integrate()
    assert checkpoint is not None
    assert "saksi.example/w1" in layer("witness").told
    Cosignature.objects.create(
        checkpoint=checkpoint, witness=key.name, key_hash=key.key_id.hex(), at=clock.now(), line="x"
    )
    assert layer("witness").stands
    with clock.frozen(clock.now() + timedelta(hours=2)):
        write("2")
        integrate()
    assert not layer("witness").stands


def test_entries_left_behind_and_alarms(write: Writer) -> None:
    assert layer("sequencer").stands
    assert layer("alarms").stands
    write()
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert "1 catatan" in layer("sequencer").told
    assert raise_alarm(Alarm.Code.WITNESS_REFUSED, "saksi.example/w1", "status 422")
    assert not raise_alarm(Alarm.Code.WITNESS_REFUSED, "saksi.example/w1", "status 422"), "told once an hour"
    assert "saksi.example/w1" in layer("alarms").told
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert layer("alarms").stands
