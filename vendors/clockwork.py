"""What time alone does to vendors' permits; named in `settings.CLOCKWORK` and called once a minute."""

from __future__ import annotations

from vendors.actions.expiry import delist_uncovered, expire_due, notice_due


def tick() -> None:
    """End permits, take down what rested on them, warn of the next. Reads due rows alone; twice changes nothing."""
    expire_due()
    delist_uncovered()
    notice_due()
