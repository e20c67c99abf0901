"""Jobs of this room. Each may run twice; see `bulk_upload.working` for why that is harmless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.events.registry import job
from vendors.bulk_upload import working


@job("vendors.read_upload")
def read_upload(payload: Mapping[str, Any]) -> None:
    """Read an uploaded file and find out what it would change."""
    working.read(payload["upload"])


@job("vendors.save_upload")
def save_upload(payload: Mapping[str, Any]) -> None:
    """Write the rows of an uploaded file as listings."""
    working.save(payload["upload"])
