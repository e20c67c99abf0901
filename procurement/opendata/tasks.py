"""The reader that makes open data out of the log."""

from __future__ import annotations

from marketplace.audit.models import Entry
from marketplace.events.registry import reader
from procurement.opendata.publishing import publish
from procurement.opendata.queries import READER
from procurement.opendata.telling import PUBLIC_ACTS


@reader(READER, acts=PUBLIC_ACTS)
def tell_the_public(entry: Entry) -> None:
    """Write the releases of an entry that changes what is public."""
    publish(entry)
