"""The project's own source files, read and parsed once for the tests of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOTS = ("marketplace", "procurement", "vendors", "search")
"""Folders of our own code; what lies above another room is found by path, never imported."""


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path inside the project, for failure messages."""
        return self.path.relative_to(PROJECT).as_posix()

    @property
    def room(self) -> str:
        """The dotted name of the room: ``vendors``, ``procurement.planning``, ``marketplace.audit`` …"""
        parts = self.path.relative_to(PROJECT).parts
        nested = parts[0] in {"marketplace", "procurement"} and len(parts) > 2
        return ".".join(parts[: 2 if nested else 1])

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the file's syntax tree."""
        return ast.walk(self.tree)

    def at(self, node: ast.AST) -> str:
        """``file:line`` of a node."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


@cache
def sources(*, migrations: bool = False) -> tuple[Source, ...]:
    """Every Python file of our rooms."""
    found = []
    for root in ROOTS:
        for path in sorted((PROJECT / root).rglob("*.py")):
            if "__pycache__" in path.parts or ("migrations" in path.parts and not migrations):
                continue
            text = path.read_text()
            found.append(Source(path, text, ast.parse(text, str(path))))
    return tuple(found)


def rooms() -> set[str]:
    """The dotted names of all rooms that hold code."""
    return {source.room for source in sources()}


def parsed(text: str, name: str = "marketplace/example/sample.py") -> Source:
    """A source made from text: the house's tests try their rules on what must be refused."""
    return Source(PROJECT / name, text, ast.parse(text))
