"""The edition that stands, and what its figures rest on."""

from __future__ import annotations

import base64
from typing import Any

from marketplace.audit.models import Checkpoint
from marketplace.core import clock
from procurement.statistics.definitions import DEFINITIONS
from procurement.statistics.models import Edition


def standing_edition() -> Edition | None:
    """The edition that pages read; None before the first was made. One query."""
    return Edition.objects.select_related("checkpoint").last()


def years_of(edition: Edition | None) -> list[int]:
    """The budget years an edition tells of, the newest first."""
    return list(edition.years) if edition else []


def chosen_year(asked: str, years: list[int]) -> int:
    """The year that was asked for if there is one, else this year, else the newest there is."""
    if asked in map(str, years):
        return int(asked)
    this = clock.today().year
    return this if this in years or not years else years[0]


def stands_on(edition: Edition | None, *codes: str) -> dict[str, Any]:
    """What a file says of its figures: when they were made, where the log stood, what each is counted from."""
    return {
        "dihitung": edition.at if edition else None,
        "titik_periksa": head_of(edition.checkpoint if edition else None),
        "catatan_menunggu": edition.waiting if edition else None,
        "definisi": defined(*codes),
    }


def defined(*codes: str) -> dict[str, str]:
    """What each figure is counted from, in words."""
    return {code: str(DEFINITIONS[code].sentence) for code in codes}


def head_of(checkpoint: Checkpoint | None) -> dict[str, Any] | None:
    """Size, root (base64) and time of a signed head of the log."""
    if checkpoint is None:
        return None
    return {"daun": checkpoint.size, "akar": root_of(checkpoint), "waktu": checkpoint.at}


def root_of(checkpoint: Checkpoint) -> str:
    """The root as it stands in the signed text."""
    return base64.b64encode(bytes(checkpoint.root)).decode()
