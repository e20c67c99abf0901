"""The wire of the test node: it serves the same requests, but says another product's name and knows plain JSON only."""

from __future__ import annotations

from typing import Any

from elastic_transport import HttpHeaders, Urllib3HttpNode

_MEDIA = "application/vnd.elasticsearch+"


class PlainNode(Urllib3HttpNode):
    """Asks in plain media types, and puts the product header the client looks for on answers that lack it."""

    def perform_request(self, method: str, target: str, *args: Any, **said: Any) -> Any:
        said["headers"] = HttpHeaders(
            {name: _plain(value) for name, value in (said.get("headers") or {}).items()}
        )
        answer = super().perform_request(method, target, *args, **said)
        headers = answer.meta.headers
        if "x-elastic-product" not in headers:
            answer.meta.headers = HttpHeaders({**headers, "x-elastic-product": "Elasticsearch"})
        return answer


def _plain(value: str) -> str:
    if _MEDIA not in value:
        return value
    return "application/" + value.partition(_MEDIA)[2].partition(";")[0]
