"""Proof files."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marketplace.audit import merkle, proofs
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.notes import Note, NoteError, Signer
from marketplace.audit.proofs import Proof, ProofFileError
from tests.audit.test_merkle import nodes_of, root_by_definition

ENTRIES = [b'{"event":%d}' % number for number in range(11)]


@pytest.fixture
def signer() -> Signer:
    return Signer("e-order.example/log", Ed25519PrivateKey.generate())


@pytest.fixture
def some(signer: Signer) -> list[Proof]:
    hashes = [merkle.hash_leaf(entry) for entry in ENTRIES]
    head = TreeHead(signer.name, len(hashes), root_by_definition(hashes))
    note = str(Note.signed(head.text(), signer))
    return [
        Proof(
            index, tuple(merkle.inclusion_proof(index, len(hashes), nodes_of(hashes))), note, ENTRIES[index]
        )
        for index in (0, 4, 10)
    ]


def test_the_format(some: list[Proof]) -> None:
    lines = some[1].text().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 4"
    assert all(len(line) == 44 for line in lines[3:7])
    assert lines[7] == ""
    assert lines[8] == "e-order.example/log"


def test_a_file_of_proofs_reads_back_and_convinces(some: list[Proof], signer: Signer) -> None:
    read = proofs.read(proofs.write(some))
    assert read == some
    assert [proof.verify([signer.verifier]).size for proof in read] == [11, 11, 11]


def test_a_proof_without_its_entry_needs_it(some: list[Proof], signer: Signer) -> None:
    bare = Proof(some[0].index, some[0].path, some[0].checkpoint)
    assert "extra" not in bare.text()
    assert Proof.parse(bare.text()) == bare
    with pytest.raises(ProofFileError):
        bare.verify([signer.verifier])
    bare.verify([signer.verifier], ENTRIES[0])


def test_extra_data_is_not_believed(some: list[Proof], signer: Signer) -> None:
    forged = Proof(some[0].index, some[0].path, some[0].checkpoint, b'{"event":99}')
    with pytest.raises(merkle.ProofError):
        forged.verify([signer.verifier])


def test_another_logs_key_does_not_do(some: list[Proof]) -> None:
    other = Signer("e-order.example/log", Ed25519PrivateKey.generate())
    with pytest.raises(NoteError):
        some[0].verify([other.verifier])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 4", "index 04"),
        lambda text: text.replace("index 4", "index -4"),
        lambda text: text.replace("index 4\n", ""),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("extra ", "extra ="),
        lambda text: text.replace("index 4\n", "index 4\nAAAA\n"),
        lambda text: text.replace("index 4\n", "index 4\n" + "A" * 43 + "=\n" * 64),
        lambda text: text.rpartition("\n\n")[0] + "\n",
        lambda text: "garbage\n" + text,
        lambda text: "",
    ],
)
def test_a_broken_file_is_refused(some: list[Proof], change: object) -> None:
    with pytest.raises(ProofFileError):
        proofs.read(change(some[1].text()))  # type: ignore[operator]
