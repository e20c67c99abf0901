"""E-mail as every room sends it: one person, one text, a subject that says whose mail it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

SUBJECT_LENGTH: Final = 120


def send_mail(address: str, subject: str, template: str, told: Mapping[str, Any]) -> None:
    """Send a template's text (`templates/email/`) to an address; a subject beyond SUBJECT_LENGTH is cut."""
    marked = (settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject)[:SUBJECT_LENGTH]
    EmailMessage(subject=marked, body=render_to_string(template, dict(told)), to=[address]).send()
