"""The providers' secrets in force, opened for one use. Values stand in a sealed column and here, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from marketplace.core import clock
from procurement.settlement.models.secrets import ProviderSecret
from procurement.settlement.providers.base import Vault


class _Opened:
    """All secrets of one region, read when the first one is asked for: one query."""

    def __init__(self, region_id: int | None) -> None:
        self._region_id = region_id

    def __call__(self, holder: str, name: str) -> tuple[str, ...]:
        """The values in force, newest first; the region's own stand instead of the national ones."""
        own, national = (self._sealed.get((at, holder, name), ()) for at in (self._region_id, None))
        return own or national

    @cached_property
    def _sealed(self) -> Mapping[tuple[int | None, str, str], tuple[str, ...]]:
        found: dict[tuple[int | None, str, str], tuple[str, ...]] = {}
        for row in ProviderSecret.objects.in_force(clock.now()):
            if row.region_id in {None, self._region_id}:
                key = (row.region_id, row.provider, row.name)
                found[key] = (*found.get(key, ()), row.value)
        return found


def opened_vault(region_id: int | None = None) -> Vault:
    """The secrets in force for a region; nothing is read until one is asked for."""
    return _Opened(region_id)
