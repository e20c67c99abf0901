"""Several orders approved in one press: the page that checks them, and what came of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.access import actor_of
from marketplace.pages.moves import move_page
from marketplace.pages.together import approving
from procurement.purchasing import actions
from procurement.purchasing.queries import approvable_together, bulk_rule
from procurement.purchasing.queries.together import MOST
from procurement.purchasing.workflow import PURCHASE


@move_page(PURCHASE.move("approve"))
def approve(request: HttpRequest) -> HttpResponse:
    """Check the ticked orders, then approve each."""
    actor = actor_of(request)
    return approving(
        request,
        most=MOST,
        act=lambda each: actions.approve_together(actor=actor, number=each.number, revision=each.revision),
        waiting=lambda ticked: approvable_together(actor, ticked)[:MOST],
        amount=lambda purchase: purchase.total,
        rule=bulk_rule(actor.region_id),
        title=_("Setujui beberapa pesanan"),
        done=_("disetujui; penyedia diminta menjawab"),
        again=reverse("purchases-approve"),
        template="purchasing/together.html",
    )
