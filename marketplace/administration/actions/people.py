"""Accounts of officers: made with their first appointment, opened by a link that only their mailbox sees."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody without an account yet: the address to sign in with, and the full name with titles."""

    email: str
    name: str


def open_account(deed: Deed, newcomer: Newcomer) -> User:
    """Make the account within the deed that appoints its person, and have a letter sent. It has no password yet.

    Raises Refused `name_missing`, or `email_taken` when somebody made one for the address at this moment.
    """
    name = " ".join(newcomer.name.split())
    if len(name) < 3:
        raise Refused(
            "name_missing",
            "Nama lengkap orang yang ditunjuk belum diisi.",
            fix="Salin nama dengan gelar dari SK; dokumen pesanan memakainya.",
            field="name",
        )
    try:
        with transaction.atomic():
            person = User.objects.create_user(newcomer.email, name=name)
    except IntegrityError:
        raise Refused(
            "email_taken",
            "Baru saja ada yang membuatkan akun dengan surel itu.",
            fix="Kirim lagi; penunjukan dicatat pada akun itu.",
            field="email",
        ) from None
    deed.record("user.open", ("user", str(person.pk)), {"user": person.pk})
    enqueue("administration.welcome", {"user": person.pk}, key=str(person.pk))
    return person
