"""Every package that our code imports is declared, pinned, and installed in the pinned version."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib

from tests.house.code import PROJECT, ROOTS, sources

PROJECT_FILE = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def plain(name: str) -> str:
    """A distribution's name as the package index compares it, without extras and version."""
    bare = re.split(r"[\[<>=~!; ]", name.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", bare).lower()


def declared() -> set[str]:
    """What pyproject.toml asks for at run time."""
    return {plain(line) for line in PROJECT_FILE["dependencies"]}


def pinned() -> dict[str, str]:
    """Distribution and version from constraints.txt."""
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if "==" in line)
    return {plain(name): version for name, version in pairs}


def imported() -> dict[str, str]:
    """Outside package that our code imports, and one place that does."""
    found = {}
    for source in sources():
        for node in source.nodes():
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for top in (name.partition(".")[0] for name in names):
                if top not in sys.stdlib_module_names and top not in ROOTS:
                    found[top] = source.at(node)
    return found


def test_what_is_imported_is_declared():
    owners = importlib.metadata.packages_distributions()

    undeclared = {
        place: top
        for top, place in imported().items()
        if not {plain(owner) for owner in owners.get(top, ())} & declared()
    }

    assert not undeclared


def test_what_is_declared_is_pinned():
    extras = [line for lines in PROJECT_FILE["optional-dependencies"].values() for line in lines]

    assert not ({*declared(), *map(plain, extras)} - set(pinned()))


def test_what_is_installed_is_what_is_pinned():
    installed = {plain(each.metadata["Name"]): each.version for each in importlib.metadata.distributions()}

    assert not {
        name: version for name, version in installed.items() if pinned().get(name, version) != version
    }


def test_no_pin_names_an_address():
    assert "://" not in (PROJECT / "constraints.txt").read_text()
