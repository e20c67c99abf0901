"""Jobs of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.events.mailing import send_mail
from marketplace.events.registry import job


@job("administration.welcome")
def welcome(payload: Mapping[str, Any]) -> None:
    """Mail a new officer the link that sets the first password; nothing once there is one."""
    person = User.objects.filter(pk=payload["user"], is_active=True).first()
    if person is None or person.has_usable_password():
        return
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    told = {
        "name": person.name,
        "link": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "again": settings.SITE_URL + reverse("account_reset_password"),
    }
    send_mail(person.email, "Akun Anda di e-Order", "email/welcome_officer.txt", told)
