"""The page of reads of personal data, for those who watch over the watchers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.oversight.queries.reads import reads_page
from procurement.oversight.views.cases import crumbs


@require_GET
@roles(Role.AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """Who read what, the newest first; `?orang=` one person's reads."""
    person, before = _number(request, "orang"), _number(request, "sebelum")
    lines, older = reads_page(actor_of(request), person=person, before=before)
    kept = f"orang={person}&" if person else ""
    context = {
        "lines": lines,
        "person": person,
        "older_url": f"?{kept}sebelum={older}" if older else "",
        "newest_url": f"?{kept}" if before else "",
        "crumbs": crumbs(),
    }
    return render(request, "oversight/reads.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    """A key in the address; None for anything else."""
    told = request.GET.get(name, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else None
