"""Signing in by e-mail, and who a session belongs to: the person and the appointments in force by one query."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from marketplace.accounts.models import User
from marketplace.accounts.queries import appointments_of


class PersonBackend(AuthenticationBackend):
    """django-allauth's check of passwords; every request of a session reads its person here."""

    def get_user(self, user_id: int) -> User | None:
        """The person, with what he may act under beside him; one without an appointment takes a second query."""
        in_force = list(appointments_of(user_id))
        person: User | None = in_force[0].user if in_force else super().get_user(user_id)
        if person is not None:
            person.in_force = in_force
        return person
