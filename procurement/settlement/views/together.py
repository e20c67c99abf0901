"""Several payments approved in one press: the page that checks them, and what came of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.access import actor_of
from marketplace.pages.moves import move_page
from marketplace.pages.together import approving
from procurement.purchasing.queries import bulk_rule
from procurement.purchasing.workflow import PURCHASE
from procurement.settlement import actions
from procurement.settlement.together import MOST, payable_together


@move_page(PURCHASE.move("approve_payment"))
def approve(request: HttpRequest) -> HttpResponse:
    """Check the ticked payments, then approve each."""
    actor = actor_of(request)
    return approving(
        request,
        most=MOST,
        act=lambda each: actions.approve_payment_together(
            actor=actor, number=each.number, revision=each.revision
        ),
        waiting=lambda ticked: payable_together(actor, ticked)[:MOST],
        amount=lambda purchase: purchase.accepted_total or 0,
        rule=bulk_rule(actor.region_id),
        title=_("Setujui beberapa pembayaran"),
        done=_("pembayaran disetujui; kini di meja bendahara"),
        again=reverse("payments-approve"),
        template="settlement/together.html",
    )
