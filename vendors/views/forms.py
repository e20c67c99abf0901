"""What every page with a form shares: which methods it answers and what its form binds to."""

from __future__ import annotations

from typing import Any

from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import ActorRequest

edits = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: ActorRequest, *, files: bool = False) -> tuple[Any, ...]:
    """What a form binds to: the data sent, even when it is empty; nothing on a first visit."""
    if request.method != "POST":
        return (None,)
    return (request.POST, request.FILES) if files else (request.POST,)
