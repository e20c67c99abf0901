"""Imports look down, across rooms only through the doors meant for it, and never from inside a function."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.house.code import PROJECT, ROOTS, Source, parsed, rooms, sources

OPEN_TO_OTHERS = {"models", "actions", "queries", "workflow", "acts", "exposure", "checks"}
"""Modules of a procurement, vendor or search room that other rooms may import (exposure: the published formula;
checks: what must hold before an order, asked before a competition, too)."""
OPEN_TO_PRACTICE = {"bulk", "importing"}
"""What the demonstration and synthetic data may use besides: the ways in for many things at once."""


def test_the_import_contracts_hold():
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every own module that a file imports, with the place."""
    for node in source.nodes():
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node, name) for name in names if name.partition(".")[0] in ROOTS)


def through_a_wall(source: Source) -> list[str]:
    """Imports of another business room's insides."""
    return [
        f"{source.at(node)} imports {name}"
        for node, name in imported(source)
        if (room := business_room(name))
        and room != source.room
        and inside(name, room) not in open_to(source.room)
    ]


def open_to(room: str) -> set[str]:
    """The modules of other rooms that a room may import."""
    return OPEN_TO_OTHERS | OPEN_TO_PRACTICE if room == "procurement.practice" else OPEN_TO_OTHERS


def business_room(name: str) -> str | None:
    """The room a dotted name lies in; None for the marketplace, which is everybody's ground floor."""
    parts = name.split(".")
    if parts[0] == "marketplace":
        return None
    return ".".join(parts[:2]) if parts[0] == "procurement" else parts[0]


def inside(name: str, room: str) -> str:
    """The first part of a dotted name after its room."""
    return name.removeprefix(room).lstrip(".").partition(".")[0]


def test_other_rooms_are_entered_by_models_actions_and_queries_only():
    assert not [fault for source in sources() for fault in through_a_wall(source)]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("from vendors.forms import ListingForm", 1),
        ("import procurement.planning.importing", 1),
        ("from vendors.models import Vendor", 0),
        ("from vendors import queries", 0),
        ("from marketplace.core import money", 0),
    ],
)
def test_the_wall_is_seen(text, faults):
    assert len(through_a_wall(parsed(text, "procurement/purchasing/actions.py"))) == faults


def hidden_imports(source: Source) -> list[str]:
    """Imports of our own rooms inside a function."""
    found = []
    for function in source.nodes():
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if function.name == "ready" and source.path.name == "apps.py":
            continue  # Django's own place for what needs the models loaded
        inner = parsed("")
        inner.tree.body = function.body
        found += [f"{source.at(node)} imports {name}" for node, name in imported(inner)]
    return found


def test_no_own_room_is_imported_inside_a_function():
    assert not [fault for source in sources() for fault in hidden_imports(source)]


def test_a_hidden_import_is_seen():
    assert hidden_imports(parsed("def f():\n    from marketplace.core import clock\n"))


def test_every_module_fits_on_a_few_screens():
    long = {source.name: source.text.count("\n") for source in sources() if source.text.count("\n") > 500}

    assert not long


def test_no_module_collects_everything():
    forbidden = {"utils", "helpers", "services", "misc", "common"}

    assert not [source.name for source in sources() if forbidden & set(source.path.with_suffix("").parts)]


def test_the_rooms_are_found():
    assert {"marketplace.core", "marketplace.audit", "marketplace.workflow", "vendors"} <= rooms()
