"""Every address of the site with the view behind it and who may enter, read from the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from marketplace.accounts.roles import Role
from tests.house.code import ROOTS

NAMED_GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")
UNDECLARED = frozenset({"undeclared"})


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern."""

    route: str
    view: Callable[..., Any]
    parameters: dict[str, str]
    """Name of each part that varies, and the name of its converter or the regular expression it matches."""

    @property
    def ours(self) -> bool:
        """Whether our own code answers (and not allauth, the admin or the file server)."""
        return self.view.__module__.partition(".")[0] in ROOTS

    @property
    def may_enter(self) -> frozenset[Role] | frozenset[str] | None:
        """The roles that the view declared; None for everybody, UNDECLARED when it said nothing."""
        declared = getattr(self.view, "may_enter", UNDECLARED)
        return None if declared is None else frozenset(declared)

    def url(self, values: dict[str, object]) -> str:
        """The path with its varying parts filled in."""
        path = "/" + self.route
        for name, kind in self.parameters.items():
            marks = (f"<{kind}:{name}>", f"<{name}>")
            for mark in marks:
                path = path.replace(mark, str(values[name]))
        return path


def addresses() -> list[Address]:
    """Every address, in the order in which they are tried."""
    return list(_walk(get_resolver().url_patterns, "", {}))


def _walk(patterns: list[Any], prefix: str, parameters: dict[str, str]) -> Iterator[Address]:
    for entry in patterns:
        part, groups = _plain(str(entry.pattern))
        route = prefix + part
        named = {**parameters, **_parameters(entry), **groups}
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route, named)
        else:
            yield Address(route, entry.callback, named)


def _plain(pattern: str) -> tuple[str, dict[str, str]]:
    """Return a pattern written as a regular expression in the form of a path, and what each part must match."""
    groups = dict(NAMED_GROUP.findall(pattern))
    return NAMED_GROUP.sub(r"<\1>", pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z"), groups


def _parameters(entry: URLPattern | URLResolver) -> dict[str, str]:
    names = {type(converter): name for name, converter in get_converters().items()}
    return {name: names.get(type(converter), "str") for name, converter in entry.pattern.converters.items()}
