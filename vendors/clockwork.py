"""What time alone does to vendors' permits, sanctions and objections; named in `settings.CLOCKWORK`, once a minute."""

from __future__ import annotations

from vendors.actions.blacklist import apply_blacklist
from vendors.actions.expiry import delist_uncovered, expire_due, notice_due
from vendors.actions.objections import carry_out_due
from vendors.actions.sanction_watch import delist_barred, end_due, release_due


def tick() -> None:
    """End permits and sanctions with all that follows, and warn ahead. Reads due rows alone; twice changes nothing."""
    expire_due()
    delist_uncovered()
    notice_due()
    end_due()
    apply_blacklist()
    release_due()
    delist_barred()
    carry_out_due()
