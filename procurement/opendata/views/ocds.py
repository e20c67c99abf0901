"""OCDS over HTTP: the feed as packages and as lines, single releases, the record of a process, our extension."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core import clock
from procurement.opendata import extension as own
from procurement.opendata import packages, queries
from procurement.opendata.merging import compiled
from procurement.opendata.models import Release
from procurement.opendata.publishing import written
from procurement.opendata.views.serving import JSON_LINES, data, refused, sent, streamed

PAGE: Final = 100
"""Releases of one package of the feed; an entry with several is never split."""
LINES: Final = 100_000
"""Releases of one answer of the bulk feed."""


def _since(request: HttpRequest) -> int | None:
    """`?since=` as a leaf index; None for what is none."""
    text = request.GET.get("since", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _wrong_since() -> HttpResponseBase:
    return refused(_("`since` adalah nomor daun log: bilangan bulat mulai dari 0."), _("Contoh: ?since=1200"))


@data
def releases(request: HttpRequest) -> HttpResponseBase:
    """A release package from `?since=` on; `links.next` leads further. A full page never changes."""
    since = _since(request)
    if since is None:
        return _wrong_since()
    found = queries.feed(since, limit=PAGE)
    full = len(found) >= PAGE
    path = reverse("ocds-releases")
    following = found[-1].leaf_id + 1 if found else since
    links = {"next": packages.absolute(f"{path}?since={following}")} if found else {}
    published = max((each.date for each in found), default=clock.now())

    def content() -> str:
        uri = packages.absolute(f"{path}?since={since}")
        told = packages.release_package(uri, published, [json.loads(each.content) for each in found])
        return written({**told, "links": links} if links else told)

    version = (since, following, len(found), packages.absolute(""))
    return sent(
        request, content, version=version, modified=published if found else None, final=full, links=links
    )


@data
def bulk(request: HttpRequest) -> HttpResponseBase:
    """All releases from `?since=` on as JSON Lines in the order of the leaves; a `Link` leads further."""
    since = _since(request)
    if since is None:
        return _wrong_since()
    until = queries.end_of(since, LINES)
    lines = _lines(queries.stream(since, until))
    path = packages.absolute(reverse("ocds-bulk"))
    return streamed(
        lines, kind=JSON_LINES, name=f"ocds-{since}-{until}.jsonl", links={"next": f"{path}?since={until}"}
    )


def _lines(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        yield f"{text}\n"


@data
def release(request: HttpRequest, ocid: str, leaf_index: int) -> HttpResponseBase:
    """One release in a package of its own; it never changes."""
    found = queries.get_release(ocid, leaf_index)
    if found is None:
        raise Http404

    def content() -> str:
        uri = release_address(found)
        return written(packages.release_package(uri, found.date, [json.loads(found.content)]))

    version = (found.sha256, packages.absolute(""))
    return sent(request, content, version=version, modified=found.date, final=True)


def release_address(release: Release) -> str:
    """Where a release is found for ever."""
    return packages.absolute(reverse("ocds-release", args=[release.ocid, release.leaf_id]))


@data
def record(request: HttpRequest, ocid: str) -> HttpResponseBase:
    """The record of a process: what its releases come to, and where each of them is."""
    found = queries.releases_of(ocid)
    if not found:
        raise Http404
    last = found[-1]

    def content() -> str:
        told = [json.loads(each.content) for each in found]
        linked = [
            {
                "url": f"{release_address(each)}#{each_told['id']}",
                "date": each_told["date"],
                "tag": each_told["tag"],
            }
            for each, each_told in zip(found, told, strict=True)
        ]
        entry = {"ocid": ocid, "releases": linked, "compiledRelease": compiled(told)}
        uri = packages.absolute(reverse("ocds-record", args=[ocid]))
        return written(packages.record_package(uri, last.date, [entry]))

    version = (ocid, last.sha256, len(found), packages.absolute(""))
    return sent(request, content, version=version, modified=last.date, final=False)


def _told(request: HttpRequest, content: dict[str, Any]) -> HttpResponseBase:
    return sent(request, lambda: written(content), version=content, modified=None, final=False)


@data
def extension(request: HttpRequest) -> HttpResponseBase:
    """What our extension is."""
    address = packages.absolute(reverse("open-data-policy"))
    return _told(request, {**own.ABOUT, "documentationUrl": {"id": address}})


@data
def extension_schema(request: HttpRequest) -> HttpResponseBase:
    """What our extension adds to the schema of releases."""
    return _told(request, own.SCHEMA)
