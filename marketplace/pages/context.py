"""What every template knows of the site: whose it is and how to reach its people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """``site`` in templates, from ``settings.SITE``: region, brand, theme, contact_email, contact_phone."""
    return {"site": getattr(settings, "SITE", {})}
