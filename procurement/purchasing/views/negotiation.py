"""Pages of a negotiation: an offer of one's own with its sum worked out, or agreement to the other's."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.accounts.access import actor_of
from marketplace.core.transitions import Refused
from marketplace.pages.moves import MoveForm, move_page, take_move
from procurement.purchasing import actions
from procurement.purchasing.actions.negotiating import price_of
from procurement.purchasing.forms import CounterForm
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.queries.rounds import Negotiation, negotiation_of
from procurement.purchasing.workflow import PURCHASE


@move_page(PURCHASE.move("counter"))
def counter(request: HttpRequest, number: str) -> HttpResponse:
    """An offer line by line beside what was said before; “Hitung” works out its sum and sends nothing."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    said = negotiation_of(purchase)
    form = CounterForm(said, request.POST if request.method == "POST" else None)
    if request.POST.get("step") == "count":
        return _counted(request, purchase, said, form)
    return take_move(
        request,
        purchase,
        "counter",
        act=partial(actions.counter, actor=actor, purchase_id=purchase.pk),
        form=form,
        about=_about(purchase, said),
        template="purchasing/counter.html",
        done=_("Tawaran terkirim; kini giliran pihak lain menjawab."),
    )


@move_page(PURCHASE.move("agree"))
def agree(request: HttpRequest, number: str) -> HttpResponse:
    """What would be agreed, beside the list prices, and the one button."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    return take_move(
        request,
        purchase,
        "agree",
        act=partial(actions.agree, actor=actor, purchase_id=purchase.pk),
        form=MoveForm(
            request.POST if request.method == "POST" else None, initial={"revision": purchase.revision}
        ),
        about=_about(purchase, negotiation_of(purchase)),
        template="purchasing/agree.html",
        done=_("Harga disepakati; kini PPK diminta menyetujui pesanan."),
    )


def _about(purchase: Purchase, said: Negotiation) -> dict[str, Any]:
    return {
        "purchase": purchase,
        "said": said,
        "crumbs": [
            {"label": _("Pesanan"), "url": "/pesanan/"},
            {"label": purchase.number, "url": purchase.get_absolute_url()},
            {"label": _("Negosiasi")},
        ],
    }


def _counted(request: HttpRequest, purchase: Purchase, said: Negotiation, form: CounterForm) -> HttpResponse:
    """The sum of what is typed, with taxes: the whole page, or the sum alone where the page asks for it."""
    counted, refused = None, None
    if form.is_valid():
        try:
            counted = price_of(purchase, form.cleaned_data["offer"])
        except Refused as refusal:
            refused = refusal
    context = {
        **_about(purchase, said),
        "thing": purchase,
        "move": PURCHASE.move("counter"),
        "form": form,
        "counted": counted,
        "refused": refused,
    }
    alone = request.headers.get("HX-Request") == "true"
    return render(request, "purchasing/counted.html" if alone else "purchasing/counter.html", context)
