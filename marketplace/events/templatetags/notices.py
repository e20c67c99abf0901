"""How many notices wait, for the header: `{% load notices %}{% unread_notices as count %}`."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.events.queries import unread_count

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: template.Context) -> int:
    """Unread notices of the actor of this request; 0 without one. One query a page for people who are signed in."""
    request: Any = context.get("request")
    actor = getattr(request, "actor", None)
    if actor is None or not actor.signed_in:
        return 0
    if not hasattr(request, "unread_notices"):  # the phone's menu and the wide one both ask
        request.unread_notices = unread_count(actor)
    count: int = request.unread_notices
    return count
