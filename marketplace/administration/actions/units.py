"""What administration keeps of a unit: the NPWP under which its treasurer withholds."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.administration.queries import units_for
from marketplace.core import identifiers
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing


def set_unit_npwp(*, actor: Actor, organisation_id: int, npwp: str) -> None:
    """Keep the NPWP of a unit within the actor's reach; empty takes it away. Slips of before keep theirs.

    Raises Refused `malformed`, `nothing_changed`; Organisation.DoesNotExist for any other organisation.
    """
    actor.require(Role.OPERATOR, Role.PA)
    try:
        bare = identifiers.npwp16(npwp) if npwp.strip() else ""
    except identifiers.Malformed as wrong:
        raise Refused("malformed", str(wrong)) from None
    with doing(actor=actor) as deed:
        unit = Organisation.objects.select_for_update().get(pk__in=units_for(actor), pk=organisation_id)
        if unit.npwp == bare:
            raise Refused("nothing_changed", "NPWP satuan kerja ini sudah demikian.")
        unit.npwp = bare
        unit.save(update_fields=["npwp"])
        facts = {"unit": unit.name, "npwp_hash": keyed_hash("unit.npwp", bare) if bare else ""}
        deed.record("unit.npwp", unit, facts)
