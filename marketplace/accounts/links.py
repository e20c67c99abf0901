"""Links that do one thing, once: for people who answer from their mail without signing in.

The token is 256 random bits and stands nowhere but in the mail. Opening a link shows; only sending its form acts. What
may be done is still decided by the door: the link replaces the signing in, nothing else.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import PurposeLink
from marketplace.accounts.queries import appointments_in_force
from marketplace.core import clock
from marketplace.core.transitions import Refused


def make_link(*, purpose: str, subject_id: object, appointment_id: int, expires_at: datetime) -> str:
    """Make a link and return its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    PurposeLink.objects.create(
        token_sha256=_hash(token),
        purpose=purpose,
        subject_id=str(subject_id),
        appointment_id=appointment_id,
        made_at=clock.now(),
        expires_at=expires_at,
    )
    return token


def open_link(token: str, *, purpose: str) -> PurposeLink:
    """The link behind a token that can still be used.

    Raises Refused `link_unknown`, `link_used`, `link_expired`, `link_office_ended`.
    """
    link = PurposeLink.objects.filter(token_sha256=_hash(token), purpose=purpose).first()
    sign_in = _("Masuk ke e-Order untuk melanjutkan.")
    if link is None:
        raise Refused("link_unknown", _("Tautan ini tidak dikenal."), fix=sign_in)
    if link.used_at is not None:
        raise Refused("link_used", _("Tautan ini sudah dipakai."), fix=sign_in)
    if link.expires_at <= clock.now():
        raise Refused("link_expired", _("Masa berlaku tautan ini sudah habis."), fix=sign_in)
    if not appointments_in_force().filter(pk=link.appointment_id).exists():
        raise Refused("link_office_ended", _("Tautan ini milik penunjukan yang sudah berakhir."), fix=sign_in)
    return link


def actor_by(link: PurposeLink) -> Actor:
    """On whose behalf a link acts; what it does says in the log that it came by link."""
    appointment = appointments_in_force().get(pk=link.appointment_id)
    return replace(Actor.of(appointment), via="link")


def spend(link: PurposeLink) -> None:
    """Note that a link has been used, and end the others made for the same thing."""
    same = PurposeLink.objects.filter(purpose=link.purpose, subject_id=link.subject_id, used_at__isnull=True)
    same.update(used_at=clock.now())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
