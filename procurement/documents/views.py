"""Pages of papers: anybody may verify one, its parties may download it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.audit.queries import latest_checkpoint
from marketplace.pages.purpose import reads_personal_data
from procurement.documents.forms import ComparisonForm
from procurement.documents.models import Paper, SignedCopy
from procurement.documents.queries import (
    get_paper_for,
    latest_version_of,
    log_places_of,
    may_read,
    paper_by_token,
    pdf_bytes_of,
    signatures_of,
    signed_bytes_of,
    signed_copy_of,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a visitor's file compares: equal to this paper, to another version of it, or to neither."""

    digest: str
    matches: bool
    other_version: int | None = None


@never_cache
@require_http_methods(["GET", "POST"])
@roles.everyone
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """What the paper behind a QR code is and whether it counts: business facts only, no person's data."""
    paper = paper_by_token(token)
    form = ComparisonForm(request.POST or None, request.FILES or None)
    signed = signed_copy_of(paper)
    sent = request.method == "POST" and form.is_valid()
    comparison = _compared(paper, signed, form.digest()) if sent else None
    context = {
        **public_facts(paper),
        "latest": latest_version_of(paper),
        "log_places": log_places_of(paper),
        "checkpoint": latest_checkpoint(),
        "form": form,
        "comparison": comparison,
        "signed": signed,
        "verdicts": signatures_of(signed),
        "may_download": may_read(actor_of(request), paper),
    }
    return render(request, "documents/verify.html", context, status=422 if form.errors else 200)


def public_facts(paper: Paper) -> dict[str, Any]:
    """What anybody may know of a paper: kind, number, date, the two businesses, the order, the amount."""
    facts = paper.facts
    amount = facts[paper.kind_of.amount] if paper.kind_of.amount else None
    return {
        "paper": paper,
        "title": paper.kind_of.title,
        "agency": facts["agency"]["name"],
        "government": facts["agency"]["government"],
        "vendor": facts["vendor"]["name"] if "vendor" in facts else "",
        "order": facts.get("order", ""),
        "amount": amount,
        "void": facts.get("void"),
        "signatures": len(facts.get("signatures", [])),
    }


def _compared(paper: Paper, signed: SignedCopy | None, digest: str) -> Comparison:
    if digest == paper.pdf_sha256 or (signed is not None and digest == signed.sha256):
        return Comparison(digest, matches=True)
    versions = Paper.objects.filter(region_id=paper.region_id, number=paper.number)
    others = versions.filter(Q(pdf_sha256=digest) | Q(signed__sha256=digest))
    return Comparison(digest, matches=False, other_version=others.values_list("version", flat=True).first())


@require_GET
@roles.signed_in
@reads_personal_data("dokumen")
def download(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF, to those who may read it; not found for everybody else. Signed where it is; `?polos` without."""
    paper = get_paper_for(actor_of(request), token)
    if not paper.is_rendered:
        return render(request, "documents/not_ready.html", {"paper": paper}, status=202)
    signed = None if "polos" in request.GET else signed_copy_of(paper)
    content = signed_bytes_of(signed) if signed else pdf_bytes_of(paper)
    response = HttpResponse(content, content_type="application/pdf")
    way = "attachment" if "unduh" in request.GET else "inline"
    name = f"{slugify(paper.number)}-v{paper.version}.pdf"
    response["Content-Disposition"] = f'{way}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{signed.sha256 if signed else paper.pdf_sha256}"'
    return response
