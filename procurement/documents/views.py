"""Pages of papers: anybody may verify one, its parties may download it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.audit.queries import latest_checkpoint
from procurement.documents.forms import ComparisonForm
from procurement.documents.models import Paper
from procurement.documents.queries import (
    get_paper_for,
    latest_version_of,
    log_places_of,
    may_read,
    paper_by_token,
    pdf_bytes_of,
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
    comparison = _compared(paper, form.digest()) if request.method == "POST" and form.is_valid() else None
    context = {
        **public_facts(paper),
        "latest": latest_version_of(paper),
        "log_places": log_places_of(paper),
        "checkpoint": latest_checkpoint(),
        "form": form,
        "comparison": comparison,
        "may_download": may_read(actor_of(request), paper),
    }
    return render(request, "documents/verify.html", context)


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


def _compared(paper: Paper, digest: str) -> Comparison:
    if digest == paper.pdf_sha256:
        return Comparison(digest, matches=True)
    others = Paper.objects.filter(region_id=paper.region_id, number=paper.number, pdf_sha256=digest)
    return Comparison(digest, matches=False, other_version=others.values_list("version", flat=True).first())


@require_GET
@roles.signed_in
def download(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF, to those who may read it; not found for everybody else."""
    paper = get_paper_for(actor_of(request), token)
    if not paper.is_rendered:
        return render(request, "documents/not_ready.html", {"paper": paper}, status=202)
    response = HttpResponse(pdf_bytes_of(paper), content_type="application/pdf")
    way = "attachment" if "unduh" in request.GET else "inline"
    name = f"{slugify(paper.number)}-v{paper.version}.pdf"
    response["Content-Disposition"] = f'{way}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{paper.pdf_sha256}"'
    return response
