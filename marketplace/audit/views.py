"""The auditor's pages, and the log itself for anybody's program (C2SP tlog-tiles)."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit import alarms, proofs, queries, signing, stamping
from marketplace.audit.canonical import NotCanonical
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.forms import FiltersForm
from marketplace.audit.notes import Note
from marketplace.audit.proofs import Proof
from marketplace.audit.queries import Line, NotPublished
from marketplace.audit.tiles import TileError, TileId

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=2"
PROOF_TYPE = "text/plain; charset=utf-8"

overseers = roles(Role.AUDITOR, Role.OPERATOR)


# ── pages of the overseers ──────────────────────────────────────────────────────────────────────────────


@overseers
@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    """The log of the reader's region, newest first, fifty at a time."""
    form = FiltersForm(request.GET)
    lines: list[Line] = []
    older = None
    if form.is_valid():
        before = form.cleaned_data["sebelum"]
        lines, older = queries.page_for(actor_of(request), form.filters(), before=before)
    context = {
        "form": form,
        "lines": lines,
        "older_url": _with(request, sebelum=str(older)) if older else "",
        "newest_url": _with(request) if request.GET.get("sebelum") else "",
        "checkpoint": queries.latest_checkpoint(),
        "alarms": alarms.recent().count(),
        "filtered": any(value for key, value in request.GET.items() if key != "sebelum"),
    }
    return render(request, "audit/explorer.html", context, status=200 if form.is_valid() else 400)


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("sebelum", None)
    query.update(changes)
    return f"?{query.urlencode()}"


@overseers
@require_safe
def story(request: HttpRequest, aggregate_type: str, aggregate_id: str) -> HttpResponse:
    """Everything that happened to one thing, each step with its place in the signed tree."""
    actor = actor_of(request)
    lines = queries.get_story_for(actor, aggregate_type, aggregate_id)
    number = _number_in(lines)
    context = {
        "aggregate_type": aggregate_type,
        "aggregate_id": aggregate_id,
        "subject": number or lines[0].subject,
        **_evidence_urls(actor, aggregate_type, number),
        "steps": [_step(line) for line in lines],
        "waiting": sum(line.leaf_index is None for line in lines),
        "checkpoint": queries.latest_checkpoint(),
        "verifier_key": str(signing.signer().verifier),
    }
    return render(request, "audit/story.html", context)


def _evidence_urls(actor: Actor, aggregate_type: str, number: str) -> dict[str, str]:
    """Return where an auditor takes the evidence pack of a thing and reads its whole story, where there is one."""
    known = settings.AUDIT_EVIDENCE.get(aggregate_type)
    if known is None or not number or actor.role != Role.AUDITOR:
        return {}
    _packer, pack, whole = known
    return {"pack_url": reverse(pack, args=[number]), "whole_url": reverse(whole, args=[number])}


def _number_in(lines: list[Line]) -> str:
    """Return the number by which people know the thing, when its entries tell one."""
    try:
        return next((str(line.entry.facts["number"]) for line in lines if line.entry.facts.get("number")), "")
    except (NotCanonical, KeyError, AttributeError):  # tampered with: the page shows it all the same
        return ""


def _step(line: Line) -> dict[str, Any]:
    waiting = line.leaf_index is None
    place = _("menunggu giliran masuk pohon") if waiting else _("daun %(n)d") % {"n": line.leaf_index}
    return {
        "title": line.sentence,
        "at": line.entry.at,
        "actor": line.actor,
        "url": reverse("audit-proof", args=[line.entry.pk]),
        "text": place,
        "status": "current" if waiting else "done",
    }


@overseers
@require_safe
def story_file(request: HttpRequest, aggregate_type: str, aggregate_id: str) -> HttpResponse:
    """The proofs of a whole story, as a file that can be checked without us."""
    queries.get_story_for(actor_of(request), aggregate_type, aggregate_id)
    found = queries.proofs_of(aggregate_type, aggregate_id)
    if not found:
        raise Http404
    return _download(found, f"{aggregate_type}-{aggregate_id}")


@overseers
@require_safe
def proof(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry: what was recorded, byte for byte, and the way from it to the signed root."""
    entry = queries.get_entry_for(actor_of(request), entry_id)
    found = queries.inclusion_of(entry)
    context = {
        "line": queries.line_of(entry),
        "content": json.dumps(json.loads(bytes(entry.payload)), indent=2, ensure_ascii=False, sort_keys=True),
        "leaf_hash": base64.b64encode(bytes(entry.leaf_hash)).decode(),
        "proof": found,
        "head": _head(found),
        "path": [base64.b64encode(each).decode() for each in found.path] if found else [],
        "verifier_key": str(signing.signer().verifier),
    }
    return render(request, "audit/proof.html", context)


def _head(found: Proof | None) -> TreeHead | None:
    return TreeHead.parse(Note.parse(found.checkpoint).text) if found else None


@overseers
@require_safe
def proof_file(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The proof of one entry as a file."""
    found = queries.inclusion_of(queries.get_entry_for(actor_of(request), entry_id))
    if found is None:
        raise Http404
    return _download([found], f"catatan-{entry_id}")


def _download(found: list[Proof], name: str) -> HttpResponse:
    response = HttpResponse(proofs.write(found), content_type=PROOF_TYPE)
    safe = "".join(character if character.isalnum() else "-" for character in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}{proofs.SUFFIX}"'
    return response


# ── the published log ───────────────────────────────────────────────────────────────────────────────────


@roles.everyone
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head of the tree, with the witnesses' signatures."""
    found = queries.published_checkpoint()
    if found is None:
        raise Http404
    response = HttpResponse(queries.published_note(found), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = FOR_A_MOMENT
    return response


@roles.everyone
@require_safe
def stamp(request: HttpRequest, size: int) -> HttpResponse:
    """The time-stamping authority's answer (RFC 3161) about a checkpoint."""
    found = queries.stamp_of(size)
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.response), content_type=stamping.RESPONSE_TYPE)
    response["Cache-Control"] = FOR_EVER
    return response


@roles.everyone
@require_safe
def stamped_checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """The very bytes that were stamped: `openssl ts -verify -data` wants them as a file."""
    found = queries.stamp_of(size)
    if found is None:
        raise Http404
    response = HttpResponse(found.checkpoint.note, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = FOR_EVER
    return response


@roles.everyone
@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A hash tile or an entry bundle; never changes, may be kept for ever."""
    try:
        data = queries.tile_data(TileId.parse(f"tile/{path}"))
    except (TileError, NotPublished):
        raise Http404 from None
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = FOR_EVER
    return response
