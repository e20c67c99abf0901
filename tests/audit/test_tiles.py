"""Tiles, bundles, their paths, and finding nodes in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.audit import merkle, tiles
from marketplace.audit.checkpoints import open_checkpoint
from marketplace.audit.notes import VerifierKey
from marketplace.audit.tiles import TileError, TileId
from tests.audit.test_merkle import leaves, nodes_of, root_by_definition
from tests.audit.test_notes import TESSERA, TESSERA_KEY


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (TileId(0, 0), "tile/0/000"),
        (TileId(0, 1234067), "tile/0/x001/x234/067"),
        (TileId(2, 999, 17), "tile/2/999.p/17"),
        (TileId(None, 1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths(tile: TileId, path: str) -> None:
    assert tile.path() == path
    assert TileId.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/-1/000",
        "tile/entries/../000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "/tile/0/000",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(TileError):
        TileId.parse(path)


@given(st.integers(0, 2**62), st.integers(0, 7), st.integers(1, 256))
def test_every_path_reads_back(index: int, level: int, width: int) -> None:
    tile = TileId(level, index, width)
    assert TileId.parse(tile.path()) == tile


def test_the_tree_of_70000_leaves_of_the_specification() -> None:
    listed = list(tiles.all_tiles_of(70_000))
    by_level = [[tile for tile in listed if tile.level == level] for level in range(4)]
    assert len(by_level[0]) == 274
    assert by_level[0][-1] == TileId(0, 273, 112)
    assert by_level[1] == [TileId(1, 0), TileId(1, 1, 17)]
    assert by_level[2] == [TileId(2, 0, 1)]
    assert by_level[3] == []
    assert list(tiles.all_tiles_of(256)) == [TileId(0, 0), TileId(1, 0, 1)]
    assert list(tiles.all_tiles_of(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=300))
def test_bundles_read_back(entries: list[bytes]) -> None:
    assert tiles.read_bundle(tiles.write_bundle(entries)) == entries


def test_a_bundle_cut_short_is_refused() -> None:
    bundle = tiles.write_bundle([b"one", b"two"])
    for length in range(len(bundle)):
        if length == 5:  # exactly one entry
            continue
        if length:
            with pytest.raises(TileError):
                tiles.read_bundle(bundle[:length])
    tiles.write_bundle([bytes(65_535)])
    with pytest.raises(TileError, match="too long"):
        tiles.write_bundle([bytes(65_536)])


def tile_data(hashes: list[bytes], tile: TileId) -> bytes:
    assert tile.level is not None
    node = nodes_of(hashes)
    first = tile.index * tiles.FULL
    return b"".join(node(tile.level * 8, first + offset) for offset in range(tile.width))


@given(st.integers(1, 1500), st.data())
def test_proofs_from_tiles_equal_proofs_from_leaves(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    nodes = tiles.Nodes(size, lambda tile: tile_data(hashes, tile))
    assert merkle.inclusion_proof(index, size, nodes) == merkle.inclusion_proof(index, size, nodes_of(hashes))
    assert merkle.compact_range(size, nodes).root() == root_by_definition(hashes)


def test_nodes_outside_the_tree_are_refused() -> None:
    hashes = leaves(5)
    nodes = tiles.Nodes(5, lambda tile: tile_data(hashes, tile))
    with pytest.raises(merkle.ProofError):
        nodes(1, 2)
    with pytest.raises(TileError, match="has 4 hashes"):
        tiles.Nodes(5, lambda tile: tile_data(hashes[:4], TileId(0, 0, 4)))(0, 4)


def test_the_tessera_log_is_read_with_our_tiles() -> None:
    if not TESSERA.is_dir():
        pytest.skip("the Tessera test log is not at ../shared/data/tlog/tessera-testdata")
    key = VerifierKey.parse(TESSERA_KEY)
    sizes = range(2, 16)
    heads = {size: open_checkpoint((TESSERA / f"checkpoint.{size}").read_bytes(), [key]) for size in sizes}
    for size, head in heads.items():
        bundle = next(iter(tiles.tiles_of(size, None)))
        entries = tiles.read_bundle((TESSERA / bundle.path()).read_bytes())
        assert merkle.tree_root(map(merkle.hash_leaf, entries)) == head.root
        nodes = tiles.Nodes(size, lambda tile: Path(TESSERA / tile.path()).read_bytes())
        for index, entry in enumerate(entries):
            proof = merkle.inclusion_proof(index, size, nodes)
            merkle.verify_inclusion(index, size, merkle.hash_leaf(entry), proof, head.root)
        for old in range(2, size + 1):
            proof = merkle.consistency_proof(old, size, nodes)
            merkle.verify_consistency(old, size, proof, heads[old].root, head.root)
