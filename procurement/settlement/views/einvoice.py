"""The vendor's bill for programs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.documents.queries import current_papers_of
from procurement.purchasing.queries import get_purchase_for
from procurement.settlement.einvoice import ubl_invoice
from procurement.settlement.models import Invoice
from procurement.settlement.views.treasurer import OFFICERS, OVERSEERS


@require_GET
@roles(*OFFICERS, *OVERSEERS, Role.PP, Role.RECEIVER, Role.VENDOR)
def ubl(request: HttpRequest, number: str) -> HttpResponse:
    """The standing invoice as UBL 2.1, to those who may read its paper; not found where there is none."""
    purchase = get_purchase_for(actor_of(request), number)
    standing = Invoice.objects.filter(purchase=purchase, withdrawn_at__isnull=True).first()
    papers = {paper.number: paper for paper in current_papers_of(purchase) if paper.kind == "invoice"}
    if standing is None or standing.number not in papers:
        raise Http404("Pesanan ini belum ditagih.")
    paper = papers[standing.number]
    content = ubl_invoice(paper.number, paper.facts)
    response = HttpResponse(content, content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(paper.number)}.xml"'
    response["Cache-Control"] = "private, no-store"
    return response
