"""Keys of providers: laid in, and replaced so that the old one serves until everybody has the new one."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.settlement.models import ProviderSecret

IN_FORCE = 2
"""The new secret and the one before it: signatures made meanwhile with either are known."""


def rotate_secret(
    *,
    actor: Actor,
    provider_name: str,
    name: str,
    value: str,
    region_id: int | None = None,
    at_once: bool = False,
) -> ProviderSecret:
    """Lay a secret in; the one before it stays in force beside it, older ones do not.

    `at_once`: a secret that leaked ends now, nothing but the new one counts. The log tells that it was done and never
    the value. Raises Refused `secret.empty`, `wrong_role`.
    """
    if actor.role is not Role.SYSTEM:
        actor.require(Role.OPERATOR)
    if not value.strip():
        raise Refused(
            "secret.empty", "Nilai kunci kosong.", fix="Masukkan kunci yang diberikan penyedia pembayaran."
        )
    with doing(actor=actor) as deed:
        rows = ProviderSecret.objects.select_for_update().in_force(deed.at)
        standing = list(rows.filter(provider=provider_name, name=name, region=region_id))
        ending = standing if at_once else standing[IN_FORCE - 1 :]
        ProviderSecret.objects.filter(pk__in=[each.pk for each in ending]).update(rotated_at=deed.at)
        made = ProviderSecret.objects.create(
            provider=provider_name, region_id=region_id, name=name, value=value.strip(), valid_from=deed.at
        )
        facts = {"provider": provider_name, "name": name, "ended": len(ending)}
        deed.record("provider_secret.rotate", made, facts)
    return made
