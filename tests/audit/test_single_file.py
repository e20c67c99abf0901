"""The tree functions of the single-file verifier: the RFC 6962 vectors, and every tree of the first sizes."""

from __future__ import annotations

import ast
import base64
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from marketplace.audit import merkle
from tests.audit.single_file import VERIFIER, VERIFY
from tests.audit.test_merkle import _vectors, leaves, nodes_of, root_by_definition


def accepted(check: Callable[[], object]) -> bool:
    try:
        check()
    except VERIFY.Invalid:
        return False
    return True


def included(index: int, size: int, leaf: bytes, path: list[bytes], root: bytes) -> None:
    if VERIFY.root_from_path(index, size, leaf, path) != root:
        raise VERIFY.Invalid("another root")


def read(path: Path) -> tuple[Any, list[bytes]]:
    case = json.loads(path.read_text())
    return case, [base64.b64decode(each) for each in case["proof"] or []]


@pytest.mark.parametrize("path", _vectors("inclusion"))
def test_inclusion_vector(path: Path) -> None:
    case, proof = read(path)
    leaf, root = base64.b64decode(case["leafHash"]), base64.b64decode(case["root"])
    index, size = case["leafIdx"], case["treeSize"]
    assert accepted(lambda: included(index, size, leaf, proof, root)) is not case["wantErr"], case["desc"]


@pytest.mark.parametrize("path", _vectors("consistency"))
def test_consistency_vector(path: Path) -> None:
    case, proof = read(path)
    old, new = base64.b64decode(case["root1"]), base64.b64decode(case["root2"])
    told = accepted(lambda: VERIFY.check_consistency(case["size1"], case["size2"], proof, old, new))
    assert told is not case["wantErr"], case["desc"]


def test_the_proofs_of_the_site_between_all_small_trees_hold_and_no_other_does() -> None:
    """The site's own code makes the proofs, the verifier's checks them: the two share nothing."""
    hashes = leaves(17)
    roots = [root_by_definition(hashes[:size]) for size in range(18)]
    for new in range(1, 18):
        for old in range(1, new + 1):
            path = merkle.consistency_proof(old, new, nodes_of(hashes[:new]))
            VERIFY.check_consistency(old, new, path, roots[old], roots[new])
            for wrong in set(range(new + 1)) - {old}:
                check = partial(VERIFY.check_consistency, wrong, new, path, roots[wrong], roots[new])
                assert not accepted(check), (old, wrong, new)
        for index in range(new):
            path = merkle.inclusion_proof(index, new, nodes_of(hashes[:new]))
            for told in range(new + 1):
                check = partial(included, told, new, hashes[index], path, roots[new])
                assert accepted(check) is (told == index), (index, told, new)


def test_it_needs_nothing_but_python_and_cryptography() -> None:
    """One file that an auditor can read: it imports the standard library, `cryptography`, and nothing of ours."""
    names = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
