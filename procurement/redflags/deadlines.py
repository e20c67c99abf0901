"""Flags under review as things with deadlines: the officer who was asked holds one, else its reviewer."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.redflags.models import RedFlag
from procurement.redflags.queries.access import flags_for


def standing(flag: RedFlag) -> Standing:
    """Who holds a flag and what it is called. No query after `complete`."""
    if flag.waits_for_answer:
        holders = answering(flag)
    elif flag.reviewer_id is not None:
        holders = (Office(Role.AUDITOR, Recipient(user_id=flag.reviewer_id)),)
    else:
        holders = ()
    return Standing(
        holders=holders,
        label=_("Tanda bahaya %(rule)s") % {"rule": flag.rule},
        url=flag.get_absolute_url(),
        organisation_id=flag.organisation_id if flag.waits_for_answer else None,
    )


def answering(flag: RedFlag) -> tuple[Office, ...]:
    """Who is asked first: the order's PPK, or the PA and KPA of the unit."""
    if flag.purchase is not None and flag.purchase.ppk_user_id is not None:
        return (Office(Role.PPK, Recipient(user_id=flag.purchase.ppk_user_id)),)
    return tuple(
        Office(role, Recipient(organisation_id=flag.organisation_id, role=str(role)))
        for role in (Role.PA, Role.KPA)
    )


def complete(flags: QuerySet[RedFlag]) -> QuerySet[RedFlag]:
    """Add the order, whose PPK `standing` reads."""
    return flags.select_related("purchase")


SOURCE = Source(RedFlag, standing, lambda actor: complete(flags_for(actor)), complete=complete)
