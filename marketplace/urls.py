"""All addresses of the site: each room brings its own; a room that holds no pages yet is skipped."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    "marketplace.pages",
    "marketplace.administration",
    "marketplace.audit",
    "marketplace.events",
    "marketplace.deadlines",
    "marketplace.oscar",
    "search",
    "vendors",
    "procurement.documents",
    "procurement.planning",
    "procurement.purchasing",
    "procurement.competition",
    "procurement.fulfilment",
    "procurement.settlement",
    "procurement.reconciliation",
    "procurement.treasury",
    "procurement.redflags",
    "procurement.opendata",
    "procurement.statistics",
    "procurement.oversight",
    "procurement.feedback",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{room}.urls")) for room in ROOMS if find_spec(room) and find_spec(f"{room}.urls")
]

if not settings.PRODUCTION:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
