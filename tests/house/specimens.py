"""Things of one organisation that stand in addresses: a number, a key. Rooms add theirs to ``MAKERS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.accounts.models import Organisation
from tests.house.addresses import Address

MAKERS: dict[str, Callable[[Organisation], dict[str, object]]] = {}
"""Start of a route (``pesanan/``) → makes a thing for an organisation and returns the values of the address's parts."""

PUBLIC_ROUTES: dict[str, str] = {}
"""Starts of routes whose things everybody may see, each with the reason."""

ABSENT: dict[str, object] = {
    "int": 999_999_999,
    "str": "tidak-ada",
    "slug": "tidak-ada",
    "path": "tidak/ada",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
"""By converter: a value that nothing has."""

BY_PATTERN = {"sandi/ganti/": "sandi/ganti/0-tidak-ada/"}
"""Start of an address written as a regular expression → an example of it."""


@dataclass(frozen=True, slots=True)
class Specimens:
    """What to put into the varying parts of addresses."""

    values: dict[str, dict[str, object]]

    @classmethod
    def of(cls, organisation: Organisation) -> Specimens:
        """Things made for that organisation."""
        return cls({start: make(organisation) for start, make in MAKERS.items()})

    def path(self, address: Address) -> str:
        """The path of an address; parts that no room made a thing for get a value that nothing has."""
        if address.route.startswith("^"):
            return "/" + next(
                path for start, path in BY_PATTERN.items() if address.route[1:].startswith(start)
            )
        known = self._of(address)
        return address.url({name: known.get(name, ABSENT[kind]) for name, kind in address.parameters.items()})

    def knows(self, address: Address) -> bool:
        """Whether a thing was made for every varying part."""
        return set(address.parameters) <= set(self._of(address))

    def is_public(self, address: Address) -> bool:
        """Whether everybody may see the thing."""
        return address.may_enter is None or any(address.route.startswith(start) for start in PUBLIC_ROUTES)

    def _of(self, address: Address) -> dict[str, object]:
        return next((made for start, made in self.values.items() if address.route.startswith(start)), {})


NOWHERE = Specimens({})
"""Only things that do not exist."""
