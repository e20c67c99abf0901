"""Reading OCDS releases that may say anything: what is missing or of the wrong kind is as if it were not said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

Release = Mapping[str, Any]

NOT_SUBMITTED: Final = frozenset({"invited", "withdrawn"})
FINAL: Final = frozenset({"active", "cancelled", "unsuccessful"})


def part(of: Any, name: str) -> Mapping[str, Any]:
    """The object `name`; empty when there is none."""
    found = of.get(name) if isinstance(of, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def parts(of: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects in the list `name`; empty when there is none."""
    found = of.get(name) if isinstance(of, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def text(of: Mapping[str, Any], name: str) -> str | None:
    """The string `name`, or None."""
    found = of.get(name)
    return found if isinstance(found, str) else None


def moment(of: Mapping[str, Any], name: str) -> datetime | None:
    """The RFC 3339 moment `name`; None for anything else, a moment without a zone included."""
    try:
        found = datetime.fromisoformat(text(of, name) or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def ids(of: Mapping[str, Any], name: str) -> list[str]:
    """The ids of the organisations in the list `name`."""
    return [found for each in parts(of, name) if (found := text(each, "id")) is not None]


def only_id(of: Mapping[str, Any], name: str) -> str | None:
    """The id of the one organisation in the list `name`; None when there are none or several."""
    listed = parts(of, name)
    return text(listed[0], "id") if len(listed) == 1 else None


def price(bid: Mapping[str, Any]) -> tuple[float, str] | None:
    """(amount, currency) of a bid that names both."""
    value = part(bid, "value")
    amount, currency = value.get("amount"), text(value, "currency")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or currency is None:
        return None
    return float(amount), currency


def submitted_bids(release: Release) -> list[Mapping[str, Any]]:
    """Bids that were handed in: pending, valid or disqualified."""
    return [
        each
        for each in parts(part(release, "bids"), "details")
        if (status := text(each, "status")) is not None and status not in NOT_SUBMITTED
    ]


def valid_bids(release: Release) -> Iterator[Mapping[str, Any]]:
    """Bids that were judged fit."""
    return (each for each in parts(part(release, "bids"), "details") if each.get("status") == "valid")


def active_awards(release: Release) -> list[Mapping[str, Any]]:
    """Awards that stand."""
    return [each for each in parts(release, "awards") if each.get("status") == "active"]


def settled_awards(release: Release) -> list[Mapping[str, Any]] | None:
    """The awards that stand once all are final; None while one is not, or where bids or awards are not told."""
    if not isinstance(release.get("awards"), list) or not isinstance(
        part(release, "bids").get("details"), list
    ):
        return None
    statuses = [text(each, "status") for each in parts(release, "awards")]
    if any(status is not None and status not in FINAL for status in statuses):
        return None
    return active_awards(release)


def sole_winner(release: Release) -> str | None:
    """The one supplier of the one award that stands, all awards being final."""
    awards = settled_awards(release)
    return only_id(awards[0], "suppliers") if awards is not None and len(awards) == 1 else None
