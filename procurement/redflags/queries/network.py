"""Who shares an address, telephone, account, number or signatory with whom: vendors of a region and its officers.

Found by keyed hashes alone. What is shared is never read and never shown; officers appear by their position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import BUYING, Role
from marketplace.regulation.queries import parameter
from procurement.redflags.rules.sharing import OFFICER_KEYS, VENDOR_KEYS, VENDOR_PAIRS
from procurement.redflags.rules.words import KEY_LABELS
from vendors.models import Vendor

MOST: Final = 200
"""Links shown; those with most in common first."""

_VENDORS: Final = f"""
WITH {VENDOR_PAIRS}
SELECT first_id, second_id, kinds FROM pairs ORDER BY cardinality(kinds) DESC, first_id, second_id LIMIT {MOST}
"""

_OFFICERS: Final = f"""
WITH keys AS MATERIALIZED ({VENDOR_KEYS}), officers AS MATERIALIZED ({OFFICER_KEYS}), acting AS (
    SELECT DISTINCT a.user_id FROM accounts_appointment a
      JOIN accounts_organisation o ON o.id = a.organisation_id
     WHERE o.region_id = %(region)s AND a.role = ANY(%(roles)s)
)
SELECT k.vendor_id, o.user_id, array_agg(DISTINCT k.kind ORDER BY k.kind)
  FROM keys k
  JOIN officers o ON o.kind = k.kind AND o.digest = k.digest
  JOIN acting a ON a.user_id = o.user_id
 GROUP BY k.vendor_id, o.user_id
 ORDER BY count(DISTINCT k.kind) DESC, k.vendor_id, o.user_id LIMIT {MOST}
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A vendor or an officer in the network. `key` is `v12` or `o34`; officers have no address."""

    key: str
    label: str
    url: str = ""

    @property
    def is_officer(self) -> bool:
        """Whether it is an officer of a unit."""
        return self.key.startswith("o")


@dataclass(frozen=True, slots=True)
class Link:
    """Two nodes and what they share, by kind."""

    one: Node
    other: Node
    kinds: tuple[str, ...]

    @property
    def shared(self) -> list[str]:
        """What they share, in words."""
        return [KEY_LABELS[kind] for kind in self.kinds]


def links_for(actor: Actor) -> list[Link]:
    """The links of an auditor's region, officers first: four queries, whatever there is. Nobody else has any."""
    if actor.role != Role.AUDITOR or actor.region_id is None:
        return []
    crowd = int(parameter("flag.ID07.crowd", region_id=actor.region_id).value)
    given = {"region": actor.region_id, "crowd": crowd, "roles": sorted(BUYING)}
    officers, vendors = _rows(_OFFICERS, given), _rows(_VENDORS, given)
    nodes = {
        **_vendor_nodes({pk for row in vendors for pk in row[:2]} | {row[0] for row in officers}),
        **_officer_nodes({row[1] for row in officers}, actor.region_id),
    }
    found = [(f"v{one}", f"o{other}", kinds) for one, other, kinds in officers]
    found += [(f"v{one}", f"v{other}", kinds) for one, other, kinds in vendors]
    return [Link(nodes[one], nodes[other], tuple(kinds)) for one, other, kinds in found]


def _rows(statement: str, given: dict[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def _vendor_nodes(ids: set[int]) -> dict[str, Node]:
    vendors = (
        Vendor.objects.filter(pk__in=ids).select_related("organisation").only("slug", "organisation__name")
    )
    return {f"v{each.pk}": Node(f"v{each.pk}", each.name, each.get_absolute_url()) for each in vendors}


def _officer_nodes(ids: set[int], region_id: int) -> dict[str, Node]:
    """Officers by role and unit: who it is stands in the appointment, not here."""
    rows = (
        Appointment.objects.filter(user__in=ids, organisation__region=region_id, role__in=BUYING)
        .order_by("user_id", "-valid_from", "pk")
        .values_list("user_id", "role", "organisation__name")
    )
    nodes: dict[str, Node] = {}
    for user_id, role, unit in rows:
        nodes.setdefault(f"o{user_id}", Node(f"o{user_id}", f"{role.replace('_', '-')} · {unit}"))
    return nodes
