"""Jobs of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.events.registry import job
from procurement.documents import actions


@job("documents.render")
def render(payload: Mapping[str, Any]) -> None:
    """Render and store the PDF of a paper, once."""
    actions.render(paper_id=payload["paper"])


@job("documents.sign")
def sign(payload: Mapping[str, Any]) -> None:
    """Add the electronic signatures to a rendered paper, once."""
    actions.sign(paper_id=payload["paper"])
