"""Puts the actor on every request, read from the database only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from marketplace.accounts.access import current_actor


class ActorMiddleware:
    """`request.actor`: who acts, in which role, for which organisation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lazy: Any = SimpleLazyObject(lambda: current_actor(request))
        request.actor = lazy  # type: ignore[attr-defined]
        return self.get_response(request)
