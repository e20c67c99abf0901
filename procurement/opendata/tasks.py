"""The reader that makes open data out of the log."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.audit.models import Entry
from marketplace.events.registry import batch_reader
from procurement.opendata.publishing import publish
from procurement.opendata.queries import READER
from procurement.opendata.telling import PUBLIC_ACTS


@batch_reader(READER, acts=PUBLIC_ACTS)
def tell_the_public(entries: Sequence[Entry]) -> None:
    """Write the releases of entries that change what is public."""
    publish(entries)
