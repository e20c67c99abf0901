"""The reader's language, and response headers that Django has no setting for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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
