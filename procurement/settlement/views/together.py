"""Several payments approved in one press: the page that checks them, and what came of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.access import actor_of
from marketplace.pages.moves import move_page
from marketplace.pages.together import chosen_from, left_out, one_by_one, told, way_back
from procurement.purchasing.queries import bulk_rule
from procurement.purchasing.workflow import PURCHASE
from procurement.settlement import actions
from procurement.settlement.together import MOST, payable_together


@move_page(PURCHASE.move("approve_payment"))
def approve(request: HttpRequest) -> HttpResponse:
    """Check the ticked payments (all that may be taken together where none is ticked), then approve each."""
    actor, title = actor_of(request), _("Setujui beberapa pembayaran")
    if request.method == "POST":
        outcomes = one_by_one(
            chosen_from(request.POST.getlist("pesanan"), most=MOST),
            lambda each: actions.approve_payment_together(
                actor=actor, number=each.number, revision=each.revision
            ),
        )
        done = _("pembayaran disetujui; kini di meja bendahara")
        return told(request, outcomes, title=title, done=done, again=reverse("payments-approve"))
    ticked = request.GET.getlist("pesanan")[:MOST]
    found = list(payable_together(actor, ticked)[:MOST])
    context = {
        "found": found,
        "sum": sum(each.accepted_total or 0 for each in found),
        "left_out": left_out(ticked, [each.number for each in found]),
        "rule": bulk_rule(actor.region_id),
        "title": title,
        "crumbs": way_back(title),
    }
    return render(request, "settlement/together.html", context)
