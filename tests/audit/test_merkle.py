"""The tree against the RFC 6962 vectors of transparency-dev/merkle, and against itself."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.audit import merkle
from marketplace.audit.merkle import ProofError

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "tlog" / "rfc6962-vectors"


def _vectors(kind: str) -> list[Any]:
    if not VECTORS.is_dir():
        reason = pytest.mark.skip(reason="RFC 6962 vectors are not at ../shared/data/tlog/rfc6962-vectors")
        return [pytest.param(None, marks=reason, id="absent")]
    return [
        pytest.param(path, id=str(path.relative_to(VECTORS / kind)))
        for path in sorted((VECTORS / kind).rglob("*.json"))
    ]


def _proves(check: Callable[[], None]) -> bool:
    try:
        check()
    except ProofError:
        return False
    return True


@pytest.mark.parametrize("path", _vectors("inclusion"))
def test_inclusion_vector(path: Path) -> None:
    case = json.loads(path.read_text())
    leaf, root = base64.b64decode(case["leafHash"]), base64.b64decode(case["root"])
    proof = [base64.b64decode(each) for each in case["proof"] or []]
    accepted = _proves(lambda: merkle.verify_inclusion(case["leafIdx"], case["treeSize"], leaf, proof, root))
    assert accepted is not case["wantErr"], case["desc"]


@pytest.mark.parametrize("path", _vectors("consistency"))
def test_consistency_vector(path: Path) -> None:
    case = json.loads(path.read_text())
    old, new = base64.b64decode(case["root1"]), base64.b64decode(case["root2"])
    proof = [base64.b64decode(each) for each in case["proof"] or []]
    accepted = _proves(lambda: merkle.verify_consistency(case["size1"], case["size2"], proof, old, new))
    assert accepted is not case["wantErr"], case["desc"]


def test_there_are_196_vectors() -> None:
    if not VECTORS.is_dir():
        pytest.skip("RFC 6962 vectors are not at ../shared/data/tlog/rfc6962-vectors")
    assert (len(_vectors("inclusion")), len(_vectors("consistency"))) == (98, 98)


def leaves(count: int) -> list[bytes]:
    return [merkle.hash_leaf(b"leaf %d" % number) for number in range(count)]


def nodes_of(hashes: list[bytes]) -> merkle.NodeFinder:
    return lambda level, index: merkle.perfect_root(hashes[index << level : (index + 1) << level])


def root_by_definition(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.hash_children(root_by_definition(hashes[:split]), root_by_definition(hashes[split:]))


sizes = st.integers(1, 300)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_compact_range_grows_to_the_root_of_the_definition(first: int, more: int) -> None:
    hashes = leaves(first + more)
    grown = merkle.CompactRange().extended(hashes[:first])
    restored = merkle.CompactRange.from_bytes(first, grown.to_bytes())
    assert restored == grown
    assert restored.extended(hashes[first:]).root() == root_by_definition(hashes)


@given(sizes, st.data())
def test_every_leaf_is_provable_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = root_by_definition(hashes)
    proof = merkle.inclusion_proof(index, size, nodes_of(hashes))
    merkle.verify_inclusion(index, size, hashes[index], proof, root)
    for wrong in {(index + 1) % size, index ^ 1} - {index}:
        check = partial(merkle.verify_inclusion, wrong, size, hashes[index], proof, root)
        assert not _proves(check)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(index, size, merkle.hash_leaf(b"another"), proof, root)


@given(sizes, sizes, st.data())
def test_consistency_holds_for_prefixes_only(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    hashes = leaves(new)
    old_root, new_root = root_by_definition(hashes[:old]), root_by_definition(hashes)
    proof = merkle.consistency_proof(old, new, nodes_of(hashes))
    merkle.verify_consistency(old, new, proof, old_root, new_root)
    changed = list(hashes)
    changed[data.draw(st.integers(0, old - 1))] = merkle.hash_leaf(b"changed")
    forged_root = root_by_definition(changed)
    forged_proof = merkle.consistency_proof(old, new, nodes_of(changed))
    assert not _proves(lambda: merkle.verify_consistency(old, new, forged_proof, old_root, forged_root))


@given(sizes, st.data())
def test_one_flipped_bit_in_a_proof_is_seen(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof = merkle.inclusion_proof(index, size, nodes_of(hashes))
    if not proof:
        return
    step, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    flipped = bytearray(proof[step])
    flipped[bit // 8] ^= 1 << bit % 8
    forged = [*proof[:step], bytes(flipped), *proof[step + 1 :]]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(index, size, hashes[index], forged, root_by_definition(hashes))


def test_nothing_is_proven_about_an_empty_tree() -> None:
    with pytest.raises(ProofError):
        merkle.inclusion_proof(0, 0, nodes_of([]))
    with pytest.raises(ProofError):
        merkle.consistency_proof(0, 3, nodes_of(leaves(3)))
    with pytest.raises(ProofError):
        merkle.verify_consistency(0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)


def test_a_hash_has_32_bytes() -> None:
    with pytest.raises(ProofError):
        merkle.verify_inclusion(0, 1, b"", [], b"")
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.CompactRange(1, (b"short",))
    with pytest.raises(ValueError, match="perfect subtrees"):
        merkle.CompactRange(3, (bytes(32),))
    with pytest.raises(ValueError, match="perfect subtree"):
        merkle.perfect_root(leaves(3))


def test_a_range_is_covered_from_left_to_right_without_overlap() -> None:
    assert merkle.range_nodes(0, 7) == [(2, 0), (1, 2), (0, 6)]
    assert merkle.range_nodes(4, 8) == [(2, 1)]
    assert merkle.range_nodes(3, 8) == [(0, 3), (2, 1)]
    assert merkle.range_nodes(5, 5) == []
