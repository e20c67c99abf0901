"""Telling the rooms above which listings buyers may see, in the transaction of the act.

Search keeps a read model of what is on show. It stands above this room, so it is named in `settings.LISTING_READERS`
only; each reader is a function `(shown, hidden) -> None` over listing ids. The caller vouches for what it says: the
door saves a new state only when the act's block ends, so a reader could not yet look the state up.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string


def tell(*, shown: Sequence[int] = (), hidden: Sequence[int] = ()) -> None:
    """Have every reader take in listings as they now are (`shown`) or take them out of sight (`hidden`)."""
    if shown or hidden:
        for path in settings.LISTING_READERS:
            import_string(path)(list(shown), list(hidden))
