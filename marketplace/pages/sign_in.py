"""Signing in by e-mail: what we decide on top of django-allauth and django-axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are given: officers by their decree, vendors by their registration. Nobody signs up bare."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The e-mail address of a sign-in attempt, by which failed attempts are counted.

    The form calls it ``login``, the back ends call it ``email`` or ``username``.
    """
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login", "")
    return str(name).strip().lower()
