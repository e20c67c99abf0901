"""How data is handed out: to any origin, kept by caches as long as it is true, and not more often than is fair."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from marketplace.accounts.access import roles
from marketplace.accounts.limits import count_attempt
from marketplace.core.transitions import Refused
from marketplace.pages.sign_in import address_of
from marketplace.regulation.queries import parameter

FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_A_MINUTE: Final = "public, max-age=60"
JSON: Final = "application/json; charset=utf-8"
JSON_LINES: Final = "application/jsonl; charset=utf-8"

View = Callable[..., HttpResponseBase]


def data(view: View) -> View:
    """Declare a view that anybody's program may ask: GET only, from any origin, so many times a minute and address."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        most = int(parameter("opendata.requests_a_minute").value)
        try:
            count_attempt("open_data", address_of(request), most=most, within=timedelta(minutes=1))
        except Refused as refused:
            response: HttpResponseBase = HttpResponse(
                json.dumps({"galat": refused.sentence, "perbaikan": refused.fix}, ensure_ascii=False),
                content_type=JSON,
                status=429,
            )
            response["Retry-After"] = "60"
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
        return response

    return roles.everyone(require_safe(served))


def refused(sentence: str, fix: str, *, status: int = 400) -> HttpResponse:
    """What a program is told that asked for something that cannot be."""
    content = json.dumps({"galat": sentence, "perbaikan": fix}, ensure_ascii=False)
    return HttpResponse(content, content_type=JSON, status=status)


def sent(
    request: HttpRequest,
    content: Callable[[], str],
    *,
    version: object,
    modified: datetime | None,
    final: bool,
    links: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    """JSON that is made only when the asker's copy is another one.

    `version` is what the content is made of: the same again means the same bytes. `final` content never changes.
    """
    etag = f'"{sha256(repr(version).encode()).hexdigest()[:32]}"'
    changed = int(modified.timestamp()) if modified is not None else None
    known = get_conditional_response(request, etag=etag, last_modified=changed)
    response = known if known is not None else HttpResponse(content(), content_type=JSON)
    _headers(response, etag, changed, final=final, links=links)
    return response


def streamed(
    lines: Iterable[str], *, kind: str, name: str, links: Mapping[str, str] | None = None
) -> StreamingHttpResponse:
    """A file that is written while it is sent: memory does not grow with its length."""
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = FOR_A_MINUTE
    _link(response, links)
    return response


def _headers(
    response: HttpResponseBase,
    etag: str,
    changed: int | None,
    *,
    final: bool,
    links: Mapping[str, str] | None,
) -> None:
    response["ETag"] = etag
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = FOR_EVER if final else FOR_A_MINUTE
    _link(response, links)


def _link(response: HttpResponseBase, links: Mapping[str, str] | None) -> None:
    if links:
        response["Link"] = ", ".join(f'<{uri}>; rel="{kind}"' for kind, uri in links.items())
