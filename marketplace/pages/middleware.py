"""What no page should have to think about: the reader's language, headers, and requests that only do harm."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

# The camera stays open to our own pages: receipts are photographed on a phone.
PERMISSIONS_POLICY = ", ".join(
    [
        *("camera=(self)", "fullscreen=(self)"),
        *(
            "accelerometer=()",
            "autoplay=()",
            "browsing-topics=()",
            "display-capture=()",
            "encrypted-media=()",
        ),
        *(
            "geolocation=()",
            "gyroscope=()",
            "magnetometer=()",
            "microphone=()",
            "midi=()",
            "payment=()",
            "usb=()",
        ),
    ]
)


MEGABYTE = 1024 * 1024
STRANGERS_BODY = 6 * MEGABYTE
"""The largest form open to everybody takes a paper of 5 MB to compare."""
LARGEST_BODY = 52 * MEGABYTE
"""The largest form of all takes six photos of 8 MB."""


class PermissionsPolicyMiddleware:
    """Tells the browser which powers no script of ours will ever ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class ChosenLanguageMiddleware:
    """Indonesian unless the reader chose otherwise at /bahasa/.

    Django's own middleware follows the browser's wish; office computers here often ask for English by accident.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class PlainRequestMiddleware:
    """Turns away what no page of ours sends, before anything reads it.

    An address with control characters names nothing (PostgreSQL cannot even be asked for a NUL). A body longer than
    the largest form would fill the disk before a form could refuse it: Django spools every upload, also those of
    visitors who have not signed in, as soon as the CSRF token is looked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.isprintable():
            raise Http404
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()) or int(length) > _longest_body(request):
            raise SuspiciousOperation(f"a body of {length[:20]} bytes")
        return self.get_response(request)


def _longest_body(request: HttpRequest) -> int:
    """Bytes that this visitor may send; only for more than a stranger's share the session is looked at."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > STRANGERS_BODY and not request.user.is_authenticated:
        return STRANGERS_BODY
    return LARGEST_BODY
