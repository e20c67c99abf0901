"""Up to which sum a KPA approves payments, and who may above it (dated rule `authority.kpa_payment_max`)."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter


def insist_on_authority(actor: Actor, amount: int) -> None:
    """Raise Refused `authority.kpa` where `amount` (rupiah) is above what this KPA may approve; it names who may.

    The PA has no limit here: what a unit may spend is its budget line's.
    """
    if actor.role is not Role.KPA:
        return
    rule = parameter("authority.kpa_payment_max", region_id=actor.region_id)
    if amount <= int(rule.value):
        return
    raise Refused(
        "authority.kpa",
        f"KPA berwenang sampai {rupiah(int(rule.value))}, sedangkan nilai ini {rupiah(amount)}.",
        rule=rule.legal_basis,
        fix=f"Yang berwenang: {_who_may(actor)}.",
    )


def _who_may(actor: Actor) -> str:
    found = officers_of(actor.organisation_id or 0, Role.PA)
    names = [each.user.name for each in found]
    return (
        ", ".join(f"PA {name}" for name in names)
        or "Pengguna Anggaran (PA) unit ini; penunjukannya belum dicatat"
    )
