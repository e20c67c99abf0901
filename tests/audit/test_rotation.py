"""A change of keys: the log, its witnesses and its readers go on over it, and a crash in between heals."""

from __future__ import annotations

import os
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from marketplace.audit import cosigning, own_acts, rotation, signing
from marketplace.audit.checkpoints import open_checkpoint
from marketplace.audit.models import Alarm, Checkpoint, Entry
from marketplace.audit.notes import Note, NoteError
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from tests.audit.conftest import Writer
from tests.audit.witnessing import witness

pytestmark = pytest.mark.django_db


def rotate(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", "rotate-key", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def grow(write: Writer) -> Checkpoint:
    write()
    checkpoint = integrate()
    assert checkpoint is not None
    return checkpoint


def test_verification_goes_over_several_changes(write: Writer) -> None:
    keys = []
    for _ in range(3):
        grow(write)
        old = signing.signer().verifier
        told = rotate()
        new = signing.signer().verifier
        assert old != new
        assert str(old) in told
        assert str(new) in told
        both = Note.parse(Checkpoint.objects.latest().note)
        assert set(both.verified_by([old, new])) == {old, new}
        keys.append(old)
    after = grow(write)
    with pytest.raises(NoteError):
        open_checkpoint(after.note, keys)
    assert signing.verifier_keys() == [signing.signer().verifier, *keys]
    report = verify()
    assert report.intact, report.findings
    entries = Entry.objects.filter(act=own_acts.KEY_ROTATED).order_by("event_no")
    assert [each.facts["old"] for each in entries] == [str(each) for each in keys]
    assert stat.S_IMODE(signing.key_path().stat().st_mode) == 0o600


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_was_told_goes_along(write: Writer, settings: Any, tmp_path: Path) -> None:
    old, new = str(signing.signer().verifier), rotate("--prepare").split("\n")[0]
    with witness(tmp_path / "w", old, new) as running:
        settings.AUDIT_WITNESSES = [running.setting()]
        grow(write)
        assert cosigning.ask_all() == 1
        rotate()
        assert str(signing.signer().verifier) == new
        assert cosigning.ask_all() == 1
        grow(write)
        assert cosigning.ask_all() == 1
    assert not Alarm.objects.exists()
    report = verify()
    assert report.intact
    assert report.cosigned
    assert report.cosigned.size == 3


@pytest.mark.parametrize("step", ["replace_text", "replace"])
def test_a_crash_in_between_heals_by_the_same_command(write: Writer, monkeypatch: Any, step: str) -> None:
    grow(write)
    old = signing.signer().verifier

    def crash(*_given: object) -> None:
        raise OSError("the machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(*{
            "replace_text": ("marketplace.audit.keyfiles.replace_text", crash),
            "replace": (os, "replace", crash),
        }[step])  # fmt: skip
        if step == "replace":
            patch.setattr(Path, "replace", crash)
        with pytest.raises(CommandError, match="went away"):
            rotate()
    assert signing.signer().verifier == old
    grow(write)
    assert verify().intact
    rotate()
    assert signing.signer().verifier != old
    grow(write)
    assert verify().intact
    assert Entry.objects.filter(act=own_acts.KEY_ROTATED).count() == 1


def test_nothing_is_signed_when_the_change_cannot_be_recorded(write: Writer, settings: Any) -> None:
    grow(write)
    settings.AUDIT_SIGNING_KEY = "A" * 43 + "="
    before = Entry.objects.count(), Checkpoint.objects.count()
    with pytest.raises(CommandError, match="AUDIT_SIGNING_KEY"):
        rotate()
    with pytest.raises(ImproperlyConfigured):
        rotation.rotate()
    assert (Entry.objects.count(), Checkpoint.objects.count()) == before


def test_a_new_seal_key_leaves_old_seals_valid(write: Writer, settings: Any) -> None:
    write()
    settings.AUDIT_MAC_KEYS = {**settings.AUDIT_MAC_KEYS, "2": "another key, of thirty-two bytes"}
    settings.AUDIT_MAC_KEY_ID = "2"
    write()
    integrate()
    assert list(Entry.objects.order_by("id").values_list("key_id", flat=True)) == ["1", "2"]
    assert verify().intact
    settings.AUDIT_MAC_KEYS = {"2": "another key, of thirty-two bytes"}
    assert {each.code for each in verify().findings} == {"seal_key"}
