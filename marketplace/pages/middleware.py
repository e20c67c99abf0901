"""Response headers that Django has no setting for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
