"""Several payments started in one press: the page that checks them, and what came of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.together import chosen_from, left_out, one_by_one, told, way_back
from procurement.settlement import actions
from procurement.settlement.paying_together import MOST, startable, sums_by_way


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def pay(request: HttpRequest) -> HttpResponse:
    """Check the ticked payments (all that may start where none is ticked), then start each by itself."""
    actor = actor_of(request)
    title = _("Bayar beberapa pesanan")
    if request.method == "POST":
        outcomes = one_by_one(
            chosen_from(request.POST.getlist("pesanan"), most=MOST),
            lambda each: actions.start_payment_together(
                actor=actor, number=each.number, revision=each.revision
            ),
        )
        done = _("pembayaran dimulai; statusnya berubah sendiri setelah ada kabar")
        return told(request, outcomes, title=title, done=done, again=reverse("payments"))
    ticked = request.GET.getlist("pesanan")[:MOST]
    rows = startable(actor, ticked)
    context = {
        "rows": rows,
        "sums": sums_by_way(rows),
        "gross": sum(row.obligation.gross for row in rows),
        "left_out": left_out(ticked, [row.purchase.number for row in rows]),
        "title": title,
        "crumbs": [*way_back(title)[:1], {"label": _("Pembayaran"), "url": reverse("payments")}],
    }
    return render(request, "settlement/pay_together.html", context)
