"""Programs of others read our log: OpenSSL the signature, Go's checksum database the notes, proofs and tiles."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import acts, entries, merkle, publishing, queries, signing
from marketplace.audit.acts import Act
from marketplace.audit.models import Checkpoint
from marketplace.audit.notes import Note
from marketplace.audit.sequencer import integrate
from marketplace.audit.tiles import Nodes
from marketplace.core import clock
from tests.peers.programs import built_with_go, program

pytestmark = [pytest.mark.peer, pytest.mark.django_db]
GO_PEER = Path(__file__).parent / "go_audit"
SIZES = (1, 5, 300, 777)

acts.register(Act("peer.note", "{actor}: {text}", ("text",)))


@pytest.fixture
def log(settings: Any, tmp_path: Path, db: None) -> list[Checkpoint]:
    """A log of 777 entries in four checkpoints, signed with a key of its own."""
    settings.STATE_DIR = tmp_path
    settings.AUDIT_ORIGIN = "e-order.example/log"
    checkpoints, written = [], 0
    for size in SIZES:
        happenings = [
            entries.Happening("peer.note", ("thing", str(number % 7)), {"text": f"catatan {number} – ✓"})
            for number in range(written, size)
        ]
        with transaction.atomic():
            entries.record_many(happenings, actor=Actor.system("peer"), deed=uuid4(), at=clock.now())
        written = size
        checkpoint = integrate()
        assert checkpoint is not None
        checkpoints.append(checkpoint)
    return checkpoints


def test_openssl_verifies_the_signature_of_a_checkpoint(log: list[Checkpoint], tmp_path: Path) -> None:
    openssl = program("openssl")
    note = Note.parse(log[-1].note)
    public = Ed25519PublicKey.from_public_bytes(signing.signer().verifier.public)
    (tmp_path / "key.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "signature").write_bytes(note.signatures[0].data)

    def verdict(text: str) -> int:
        (tmp_path / "text").write_text(text)
        command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
        ran = subprocess.run(
            [*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False, timeout=30
        )
        return ran.returncode

    assert verdict(note.text) == 0
    assert verdict(note.text.replace("777", "778")) != 0


def questions(log: list[Checkpoint], tmp_path: Path) -> Path:
    """Write what the Go program is asked: the published folder, the key, proofs of inclusion and consistency."""
    folder = tmp_path / "published"
    publishing.export(folder)
    newest = log[-1]
    nodes = Nodes(newest.size, queries.tile_data)
    inclusion = [
        {"index": index, "path": _texts(merkle.inclusion_proof(index, newest.size, nodes))}
        for index in (0, 1, 255, 256, 511, 512, 776)
    ]
    consistency = [
        {"checkpoint": old.note, "path": _texts(merkle.consistency_proof(old.size, newest.size, nodes))}
        for old in log
    ]
    asked = {
        "folder": str(folder),
        "vkey": str(signing.signer().verifier),
        "inclusion": inclusion,
        "consistency": consistency,
    }
    path = tmp_path / "questions.json"
    path.write_text(json.dumps(asked))
    return path


def _texts(path: list[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in path]


@pytest.fixture
def go_reader(tmp_path: Path) -> Path:
    """The reader made of Go's own checksum database."""
    return built_with_go(GO_PEER, tmp_path / "reader")


@pytest.mark.long
def test_the_go_checksum_database_reads_our_log(
    log: list[Checkpoint], tmp_path: Path, go_reader: Path
) -> None:
    asked = questions(log, tmp_path)

    def answer() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(go_reader), str(asked)], capture_output=True, text=True, check=False, timeout=60
        )

    ran = answer()
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"size": 777, "entries": 777, "inclusion": 7, "consistency": 4}
    bundle = tmp_path / "published" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"catatan 9 ", b"catatan 8 "))
    assert answer().returncode != 0
