"""The actor: on whose behalf, in which role and for which organisation something is done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import LABELS, Role
from marketplace.core.transitions import Refused


@dataclass(frozen=True, slots=True)
class Actor:
    """A person under one dated appointment, the anonymous public, or a named part of the system itself.

    `via` says by what way the person came when it was not by signing in; every entry of the log then says so too.
    """

    user_id: int | None
    name: str
    role: Role
    organisation_id: int | None = None
    organisation_name: str = ""
    region_id: int | None = None
    appointment_id: int | None = None
    via: str = ""

    @classmethod
    def of(cls, appointment: Appointment) -> Actor:
        """The actor of an appointment; expects `user` and `organisation` to be loaded."""
        return cls(
            user_id=appointment.user_id,
            name=appointment.user.name,
            role=Role(appointment.role),
            organisation_id=appointment.organisation_id,
            organisation_name=appointment.organisation.name,
            region_id=appointment.organisation.region_id,
            appointment_id=appointment.pk,
        )

    @classmethod
    def system(cls, name: str) -> Actor:
        """A part of the system that acts by rule, such as the clock or a payment provider's notice."""
        return cls(user_id=None, name=name, role=Role.SYSTEM)

    def by_way_of(self, via: str) -> Actor:
        """The same actor, with the way it acts by, which every entry of the log then tells."""
        return replace(self, via=via)

    @property
    def role_label(self) -> str:
        """The role in words."""
        return LABELS[self.role]

    @property
    def signed_in(self) -> bool:
        """Whether a person with an account acts."""
        return self.user_id is not None

    def require(self, *roles: Role) -> None:
        """Raise Refused unless the actor holds one of `roles`."""
        if self.role not in roles:
            names = ", ".join(LABELS[role] for role in roles)
            raise Refused(
                "wrong_role",
                f"Hanya {names} yang berwenang melakukan ini.",
                fix="Masuk dengan peran yang berwenang, atau teruskan kepada pejabatnya.",
            )


PUBLIC = Actor(user_id=None, name="", role=Role.PUBLIC)
