"""Signed notes, verifier keys, cosignatures and checkpoints."""

from __future__ import annotations

import base64
import struct
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from marketplace.audit import merkle, notes
from marketplace.audit.checkpoints import TreeHead, open_checkpoint
from marketplace.audit.notes import Note, NoteError, Signer, VerifierKey

TESSERA = Path(__file__).resolve().parents[3] / "shared" / "data" / "tlog" / "tessera-testdata" / "log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
ORIGIN = "e-order.example/log"

# The key and note of the documentation of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN"
    "1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def signer() -> Signer:
    return Signer(ORIGIN, Ed25519PrivateKey.generate())


def test_a_note_signed_by_the_go_library_is_believed() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    note = Note.parse(GO_NOTE)
    assert note.verified_by([key]) == (key,)
    assert str(note) == GO_NOTE


def test_a_changed_text_is_not_believed() -> None:
    with pytest.raises(NoteError, match="not genuine"):
        Note.parse(GO_NOTE.replace("problem is", "problem was")).verified_by([VerifierKey.parse(GO_KEY)])


def test_every_checkpoint_of_the_tessera_log_is_signed_by_its_key() -> None:
    if not TESSERA.is_dir():
        pytest.skip("the Tessera test log is not at ../shared/data/tlog/tessera-testdata")
    key = VerifierKey.parse(TESSERA_KEY)
    heads = [open_checkpoint(path.read_bytes(), [key]) for path in TESSERA.glob("checkpoint.*")]
    assert sorted(head.size for head in heads) == list(range(16))


def test_round_trip(signer: Signer) -> None:
    head = TreeHead(ORIGIN, 7, merkle.hash_leaf(b"x"))
    note = Note.signed(head.text(), signer)
    assert open_checkpoint(str(note), [signer.verifier]) == head
    assert Note.parse(str(note).encode()) == note


def test_unknown_signatures_are_ignored_but_never_enough(signer: Signer) -> None:
    stranger = Signer("stranger.example", Ed25519PrivateKey.generate())
    text = TreeHead(ORIGIN, 1, bytes(32)).text()
    both = Note.signed(text, stranger, signer)
    assert both.verified_by([signer.verifier]) == (signer.verifier,)
    with pytest.raises(NoteError, match="no known key"):
        Note.signed(text, stranger).verified_by([signer.verifier])


def test_a_wrong_signature_of_a_known_key_spoils_the_note(signer: Signer) -> None:
    other = Signer("other.example", Ed25519PrivateKey.generate())
    text = TreeHead(ORIGIN, 1, bytes(32)).text()
    forged = notes.Signature(ORIGIN, signer.verifier.key_id, bytes(64))
    note = Note(text, (other.sign(text), forged))
    with pytest.raises(NoteError, match="not genuine"):
        note.verified_by([other.verifier, signer.verifier])


def test_the_same_key_does_not_count_twice(signer: Signer) -> None:
    with pytest.raises(NoteError, match="signed twice"):
        Note.signed("text\n", signer, signer).verified_by([signer.verifier])


def test_a_checkpoint_of_another_log_is_refused(signer: Signer) -> None:
    note = Note.signed(TreeHead("elsewhere.example", 1, bytes(32)).text(), signer)
    with pytest.raises(NoteError, match="elsewhere"):
        open_checkpoint(str(note), [signer.verifier])


def test_a_witness_cosigns_and_is_verified() -> None:
    private = Ed25519PrivateKey.generate()
    text = TreeHead(ORIGIN, 3, bytes(32)).text()
    signature = notes.cosign(text, "witness.example", private, 1_700_000_000)
    public = Signer("witness.example", private).verifier.public
    key = VerifierKey("witness.example", notes.COSIGNATURE_V1, public)
    note = Note(text, (signature,))
    assert note.verified_by([VerifierKey.parse(str(key))]) == (key,)
    assert notes.cosignature_time(signature) == 1_700_000_000
    later = notes.Signature(signature.name, signature.key_id, (1).to_bytes(8, "big") + signature.data[8:])
    with pytest.raises(NoteError, match="not genuine"):
        Note(text, (later,)).verified_by([key])


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00000000+",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+Chpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_broken_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(key)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"no signature\n",
        b"text\n\n",
        b"text\n\n- dash AAAAAAAA\n",
        "text\n\n— name AAAAAAAA".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "te\txt\n\n— name AAAAAAAA\n".encode(),
        b"\xff\n\n",
        ("text\n\n" + "— name AAAAAAAA\n" * 101).encode(),
    ],
)
def test_a_broken_note_is_refused(note: bytes) -> None:
    with pytest.raises(NoteError):
        Note.parse(note)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"origin\n1\n{ROOT}",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n١\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        "origin\n1\nAAAA\n",
        "origin\n1\n?\n",
        f"origin\n1\n{ROOT}\n\nmore\n",
        f"origin\n99999999999999999999\n{ROOT}\n",
    ],
)
def test_a_broken_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        TreeHead.parse(text)


def test_extension_lines_are_kept() -> None:
    text = f"origin\n1\n{ROOT}\nextra line\n"
    assert TreeHead.parse(text).extensions == ("extra line",)
    assert TreeHead.parse(text).text() == text


def test_an_ml_dsa_witness_signs_names_size_and_root_in_the_published_structure() -> None:
    private = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
    root = merkle.hash_leaf(b"x")
    text = TreeHead(ORIGIN, 20_852_163, root).text()
    signature = notes.cosign(text, "witness.example/w1", private, 1_679_315_147)
    message = struct.pack(
        ">12sB18sQB19sQQ32s",
        *(b"subtree/v1\n\0", 18, b"witness.example/w1", 1_679_315_147),
        *(len(ORIGIN), ORIGIN.encode(), 0, 20_852_163, root),
    )
    assert signature.data[:8] == (1_679_315_147).to_bytes(8, "big")
    private.public_key().verify(signature.data[8:], message)
    key = notes.cosigner("witness.example/w1", private)
    assert Note(text, (signature,)).verified_by([VerifierKey.parse(str(key))]) == (key,)
    encoded = b"witness.example/w1\n\x06" + private.public_key().public_bytes_raw()
    assert key.key_id == sha256(encoded).digest()[:4]
    other = TreeHead(ORIGIN, 20_852_164, root).text()
    with pytest.raises(NoteError, match="not genuine"):
        Note(other, (signature,)).verified_by([key])
