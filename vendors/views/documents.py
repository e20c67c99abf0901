"""Scans of papers, handed out to their vendor and to the operation of its region, never shown inside the site."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from vendors import filing, queries


@require_safe
@roles(Role.VENDOR, Role.CURATOR, Role.OPERATOR)
def document(request: ActorRequest, pk: int) -> HttpResponse:
    """A scan as an attachment, under a name of our own making."""
    paper = queries.get_document_for(request.actor, pk)
    return filing.attachment(paper.sha256, paper.media_type, f"{paper.kind.lower()}-{paper.pk}")
