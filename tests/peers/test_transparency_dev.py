"""The libraries of transparency-dev (Trillian, Tessera) read our log and our packs, and cosign what we then verify."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marketplace.audit import publishing, signing
from marketplace.audit.models import Checkpoint
from marketplace.audit.notes import COSIGNATURE_V1, Note, VerifierKey, cosign
from marketplace.audit.sequencer import integrate
from procurement.oversight.evidence.pack import pack_of
from tests.audit.single_file import VERIFY
from tests.peers.programs import built_with_go
from tests.peers.test_audit_peers import log, questions
from tests.purchasing import factories

pytestmark = [pytest.mark.peer, pytest.mark.long]
SOURCE = Path(__file__).parent / "go_transparency"

__all__ = ["log"]  # the fixture of the other peers, for this module's tests


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    return built_with_go(SOURCE, tmp_path / "reader")


def asked(reader: Path, *words: object) -> tuple[int, Any]:
    ran = subprocess.run(
        [str(reader), *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )
    return ran.returncode, json.loads(ran.stdout) if ran.returncode == 0 else ran.stderr


@pytest.mark.django_db
def test_it_reads_our_log_and_cosigned_checkpoint(
    log: list[Checkpoint], tmp_path: Path, reader: Path
) -> None:
    path = questions(log, tmp_path)
    folder = tmp_path / "published"
    private = Ed25519PrivateKey.generate()
    note = Note.parse(log[-1].note)
    cosigned = note.with_signature(cosign(note.text, "saksi.example/w1", private, 1_790_000_000))
    (folder / "checkpoint").write_text(str(cosigned))
    key = VerifierKey("saksi.example/w1", COSIGNATURE_V1, private.public_key().public_bytes_raw())
    path.write_text(json.dumps(json.loads(path.read_text()) | {"witnesses": [str(key)]}))

    code, told = asked(reader, "check", path)
    assert code == 0, told
    assert told == {"size": 777, "inclusion": 7, "consistency": 4, "witnesses": 1}

    bundle = folder / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"catatan 9 ", b"catatan 8 "))
    assert asked(reader, "check", path)[0] != 0


@pytest.mark.django_db
def test_what_it_cosigns_as_a_witness_our_verifier_believes(
    log: list[Checkpoint], tmp_path: Path, reader: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ed25519 and ML-DSA-44, made by another's program from the same specification."""
    folder = tmp_path / "published"
    publishing.export(folder)
    code, told = asked(reader, "cosign", folder / "checkpoint")
    assert code == 0, told
    (folder / "checkpoint").write_text(told["note"])
    words = ["verify", str(folder), "--vkey", str(signing.signer().verifier)]
    keys = [word for key in told["witnesses"] for word in ("--witness", key)]
    assert VERIFY.main([*words, *keys]) == 0
    said = capsys.readouterr().out
    assert "✓ Saksi inspektorat.example/ed25519" in said
    assert "✓ Saksi inspektorat.example/ml-dsa" in said

    changed = told["note"].replace("\n777\n", "\n776\n")
    (folder / "checkpoint").write_text(changed)
    assert VERIFY.main([*words, *keys]) == 1
    _code, other = asked(reader, "cosign", folder / "checkpoint")
    (folder / "checkpoint").write_text(told["note"])
    assert VERIFY.main([*words, "--witness", other["witnesses"][1]]) == 1, "another key of the same name"


@pytest.mark.django_db(transaction=True)
def test_it_proves_every_entry_of_an_evidence_pack(settings: Any, tmp_path: Path, reader: Path) -> None:
    settings.STATE_DIR = tmp_path / "state"
    story = factories.story("ORDERED")
    integrate()
    folder = tmp_path / "pack"
    with zipfile.ZipFile(io.BytesIO(pack_of(str(story.purchase.pk)))) as archive:
        archive.extractall(folder)
    entries = list((folder / "entries").iterdir())
    vkey = str(signing.signer().verifier)
    code, told = asked(reader, "pack", folder, vkey)
    assert (code, told) == (0, {"proven": len(entries)})
    assert len(entries) > 5
    entries[0].write_bytes(entries[0].read_bytes().replace(b'"event":', b'"event":1'))
    assert asked(reader, "pack", folder, vkey)[0] != 0
