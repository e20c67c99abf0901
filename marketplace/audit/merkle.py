"""The RFC 6962 Merkle tree with SHA-256. Pure Python, no Django, no storage.

A tree is named by its size alone. A *node* (level, index) is the root of the perfect subtree over the leaves
`index * 2**level` up to `(index + 1) * 2**level`; whoever stores nodes gives this module a function that
finds them.

Degenerate cases are decided on purpose: nothing can be proven about an empty tree, and a hash has 32 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
MAX_SIZE: Final = 2**63 - 1

NodeFinder = Callable[[int, int], bytes]
"""Given (level, index), returns the hash of that perfect subtree."""


class ProofError(ValueError):
    """A proof does not prove what it claims, or its question makes no sense."""


def hash_leaf(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data), RFC 6962 §2.1."""
    return sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), RFC 6962 §2.1."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over 2**n hashes of one level. Raises `ValueError` for any other number."""
    count = len(hashes)
    if count == 0 or count & (count - 1):
        raise ValueError(f"{count} hashes are not a perfect subtree")
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The least one must remember to let a tree grow: a hash for each one-bit of its size, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise ValueError(f"a tree has no size {self.size}")
        if len(self.hashes) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has {self.size.bit_count()} perfect subtrees")
        if any(len(each) != HASH_BYTES for each in self.hashes):
            raise ValueError("a hash has 32 bytes")

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> CompactRange:
        """Read what `to_bytes` wrote. Raises `ValueError`."""
        if len(data) % HASH_BYTES:
            raise ValueError("a compact range is a sequence of 32-byte hashes")
        return cls(size, tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """Return the hashes one after another."""
        return b"".join(self.hashes)

    def extended(self, leaf_hashes: Iterable[bytes]) -> CompactRange:
        """Return the range after these leaves were added."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaf_hashes:
            carry, node = size, leaf
            while carry & 1:
                node = sha256(b"\x01" + hashes.pop() + node).digest()
                carry >>= 1
            hashes.append(node)
            size += 1
        return CompactRange(size, tuple(hashes))

    def root(self) -> bytes:
        """Return the root of the tree; of the empty tree the hash of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = hash_children(left, node)
        return node


def tree_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    return CompactRange().extended(leaf_hashes).root()


def range_nodes(start: int, end: int) -> list[tuple[int, int]]:
    """Return the perfect subtrees (level, index) that cover the leaves [start, end), from left to right."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def compact_range(size: int, node: NodeFinder) -> CompactRange:
    """Return the compact range of the tree of `size` leaves whose nodes are stored."""
    return CompactRange(size, tuple(node(level, index) for level, index in range_nodes(0, size)))


def inclusion_proof(index: int, size: int, node: NodeFinder) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size` leaves, the leaf's sibling first.

    RFC 6962 §2.1.1. Raises `ProofError` when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            path.append(_range_root(middle, end, node))
            end = middle
        else:
            path.append(_range_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, new_size: int, node: NodeFinder) -> list[bytes]:
    """Return the proof that the tree of `new_size` leaves continues the tree of `old_size` leaves.

    RFC 6962 §2.1.2. Raises `ProofError` when the old tree is empty (nothing to prove) or larger than the new
    one.
    """
    if not 0 < old_size <= new_size:
        raise ProofError(f"there is no consistency proof from {old_size} to {new_size} leaves")
    start, end, path, old_is_a_node = 0, new_size, [], True
    while end != old_size:
        middle = start + _left_size(end - start)
        if old_size <= middle:
            path.append(_range_root(middle, end, node))
            end = middle
        else:
            path.append(_range_root(start, middle, node))
            start, old_is_a_node = middle, False
    if not old_is_a_node:
        path.append(_range_root(start, end, node))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise `ProofError` unless the proof shows the hash `leaf` at `index` in the tree of `size` with `root`.

    RFC 9162 §2.1.3.2.
    """
    _check_hashes([leaf, root, *proof])
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if position & 1 or position == last:
            node = hash_children(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = hash_children(node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    if node != root:
        raise ProofError("the proof leads to another root")


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Raise `ProofError` unless the proof shows that the new tree continues the old one.

    RFC 9162 §2.1.4.2.
    """
    if not 0 < old_size <= new_size:
        raise ProofError(f"nothing can be proven from {old_size} to {new_size} leaves")
    if old_size == new_size:
        if proof:
            raise ProofError("trees of one size need no proof")
        if old_root != new_root:
            raise ProofError("trees of one size have different roots")
        return  # compared, not hashed: that a root has 32 bytes is the checkpoint's rule
    _check_hashes([old_root, new_root, *proof])
    if not proof:
        raise ProofError("the proof is too short")
    old_node, new_node = _walk_consistency(old_size, new_size, proof, old_root)
    if old_node != old_root:
        raise ProofError("the proof leads to another old root")
    if new_node != new_root:
        raise ProofError("the proof leads to another new root")


def _walk_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes]:
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # the old tree is one perfect subtree: its root starts the path
        path.insert(0, old_root)
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if position & 1 or position == last:
            old_node = hash_children(sibling, old_node)
            new_node = hash_children(sibling, new_node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_node = hash_children(new_node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old_node, new_node


def _left_size(size: int) -> int:
    """Largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(start: int, end: int, node: NodeFinder) -> bytes:
    nodes = [node(level, index) for level, index in range_nodes(start, end)]
    root = nodes.pop()
    while nodes:
        root = hash_children(nodes.pop(), root)
    return root


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError("a hash has 32 bytes")
