"""Turns a refusal that no view caught into a clear page, and a thing out of reach into "not found"."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.core.transitions import Refused


class RefusalMiddleware:
    """`Refused` → 409 with reason, rule and remedy; `DoesNotExist` of an access function → 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what people can mend; leave everything else to Django."""
        if isinstance(exception, Refused):
            return render(request, "errors/refused.html", {"refused": exception}, status=409)
        if isinstance(exception, ObjectDoesNotExist):
            raise Http404 from exception
        return None
