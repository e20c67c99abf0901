"""The list of red flags: keyset pages, narrowed by rule, state, unit and age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Count, Q

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.pages.keyset import KeysetPage, keyset_page
from procurement.redflags.models import RedFlag
from procurement.redflags.queries.access import flags_for
from procurement.redflags.workflow import OPEN

PAGE: Final = 25
UNITS: Final = 12
"""Units offered as a filter: those with most open flags."""

STATES: Final = {
    "baru": "NEW",
    "ditinjau": "IN_REVIEW",
    "ditingkatkan": "ESCALATED",
    "ditutup": "CLEARED",
    "diganti": "SUPERSEDED",
}
"""What stands in an address for a state."""
AGES: Final[dict[str, tuple[str, int, int | None]]] = {
    "minggu": ("Sampai 7 hari", 0, 7),
    "bulan": ("8 sampai 30 hari", 7, 30),
    "lama": ("Lebih dari 30 hari", 30, None),
}
"""What stands in an address for an age: label, more than so many days, at most so many."""


def flag_page(
    actor: Actor,
    *,
    codes: Sequence[str] = (),
    states: Sequence[str] = (),
    units: Sequence[int] = (),
    ages: Sequence[str] = (),
    before: int | None = None,
    after: int | None = None,
) -> KeysetPage[RedFlag]:
    """The flags of `actor`, the highest score first, open ones unless states are named: one query."""
    found = flags_for(actor).filter(state__in=[STATES[each] for each in states] or OPEN)
    if codes:
        found = found.filter(rule__in=codes)
    if units:
        found = found.filter(organisation_id__in=units)
    if ages:
        found = found.filter(reduce(or_, (_of_age(each) for each in ages)))
    found = found.select_related("purchase", "competition", "vendor__organisation", "organisation")
    return keyset_page(found, size=PAGE, before=before, after=after, by="score")


def _of_age(name: str) -> Q:
    _label, over, up_to = AGES[name]
    now = clock.now()
    young = Q(created_at__lte=now - timedelta(days=over)) if over else Q()
    return young & Q(created_at__gt=now - timedelta(days=up_to)) if up_to else young


def units_with_flags(actor: Actor, chosen: Sequence[int] = ()) -> list[tuple[Organisation, int]]:
    """The units with most open flags, and the chosen ones, with their number of open flags: two queries."""
    counted = dict(
        flags_for(actor)
        .filter(state__in=OPEN, organisation__isnull=False)
        .order_by()
        .values_list("organisation_id")
        .annotate(flags=Count("pk"))
        .order_by("-flags", "organisation_id")[:UNITS]
    )
    wanted = {*counted, *chosen}
    units = Organisation.objects.filter(pk__in=wanted, region_id=actor.region_id or 0).order_by("name", "pk")
    return [(each, counted.get(each.pk, 0)) for each in units]
