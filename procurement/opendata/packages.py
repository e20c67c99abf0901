"""What surrounds releases when they are sent: who publishes, under which licence, by which extensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from procurement.opendata.identity import to_the_microsecond

VERSION: Final = "1.1"
BIDS: Final = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json"
)
SCALE: Final = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_partyDetails_scale_extension/master/"
    "extension.json"
)


def absolute(path: str) -> str:
    """The address of a page of this site as others call it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def metadata(uri: str, published: datetime) -> dict[str, Any]:
    """The fields of a package besides its contents; `uri` is the package's own address."""
    return {
        "uri": uri,
        "version": VERSION,
        "publishedDate": to_the_microsecond(published),
        "publisher": publisher(),
        "license": settings.OPEN_DATA_LICENSE,
        "publicationPolicy": absolute(reverse("open-data-policy")),
        "extensions": [BIDS, SCALE, absolute(reverse("ocds-extension"))],
    }


def publisher() -> dict[str, str]:
    """Who answers for the data."""
    return {"name": settings.SITE["region"] or settings.SITE["brand"] or "e-Order", "uri": absolute("/")}


def release_package(uri: str, published: datetime, releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A release package."""
    return {**metadata(uri, published), "releases": list(releases)}


def record_package(uri: str, published: datetime, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A record package."""
    return {**metadata(uri, published), "records": list(records)}
