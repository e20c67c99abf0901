"""Pages of addenda: propose one, agree to it, say no, or take it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from marketplace.accounts.access import View, actor_of
from marketplace.pages.moves import MoveForm, ReasonForm, move_page, take_move
from procurement.purchasing import actions
from procurement.purchasing.addendum_forms import AddendumForm
from procurement.purchasing.addendum_moves import ADDENDUM
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.queries.addenda import get_addendum_for
from procurement.purchasing.workflow import PURCHASE


@move_page(PURCHASE.move("amend"))
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """What is agreed now, ready to be typed over; the other side is asked."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    return take_move(
        request,
        purchase,
        "amend",
        act=partial(actions.propose_addendum, actor=actor, purchase_id=purchase.pk),
        form=AddendumForm(purchase, request.POST if request.method == "POST" else None),
        about={"purchase": purchase, "crumbs": _crumbs(purchase)},
        template="purchasing/amend.html",
        done=_("Usulan terkirim; pihak lain diminta menjawab."),
    )


def _page(name: str, act: Callable[..., object], form: type[forms.Form]) -> View:
    @move_page(ADDENDUM.move(name))
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        addendum = get_addendum_for(actor, pk)
        return take_move(
            request,
            addendum,
            name,
            act=partial(act, actor=actor, addendum_id=addendum.pk),
            form=form(
                request.POST if request.method == "POST" else None, initial={"revision": addendum.revision}
            ),
            about={
                "addendum": addendum,
                "purchase": addendum.purchase,
                "crumbs": _crumbs(addendum.purchase),
            },
            template="purchasing/addendum_move.html",
        )

    return view


agree = _page("agree", actions.agree_addendum, MoveForm)
reject = _page("reject", actions.reject_addendum, ReasonForm)
withdraw = _page("withdraw", actions.withdraw_addendum, MoveForm)


def _crumbs(purchase: Purchase) -> list[dict[str, Any]]:
    return [
        {"label": _("Pesanan"), "url": "/pesanan/"},
        {"label": purchase.number, "url": purchase.get_absolute_url()},
        {"label": _("Adendum")},
    ]
