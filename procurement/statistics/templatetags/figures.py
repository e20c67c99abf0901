"""How figures are said on pages of statistics."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def lama_jam(hours: int) -> str:
    """Hours in words: `kurang dari 1 jam`, `17 jam`, `3 hari 4 jam`."""
    if hours < 1:
        return _("kurang dari 1 jam")
    days, rest = divmod(hours, 24)
    if not days:
        return _("%(hours)d jam") % {"hours": hours}
    return _("%(days)d hari %(hours)d jam") % {"days": days, "hours": rest}
