"""Pages on which people answer to an order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.moves import MoveForm, ReasonForm, move_page, take_move
from procurement.purchasing import actions
from procurement.purchasing.forms import RatingForm
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.queries.contract import surat_pesanan
from procurement.purchasing.views.orders import amounts_of
from procurement.purchasing.workflow import PURCHASE


def about(purchase: Purchase) -> dict[str, Any]:
    """What stands above every move's form: the order in short, its items and amounts."""
    return {
        "purchase": purchase,
        "lines": list(purchase.lines.all()),
        "amounts": amounts_of(purchase),
        "taxes": purchase.tax_preview.get("lines", []),
        "crumbs": [
            {"label": _("Pesanan"), "url": reverse("purchases")},
            {"label": purchase.number, "url": purchase.get_absolute_url()},
            {"label": PURCHASE.state(purchase.state).label},
        ],
    }


def preview(purchase: Purchase) -> dict[str, Any]:
    """The Surat Pesanan as it would be signed now, with its days read as days."""
    facts = surat_pesanan(purchase, at=clock.now())
    places = [
        # templates would read `items` as the method of a mapping
        {**each, "deliver_by": date.fromisoformat(each["deliver_by"]), "goods": each["items"]}
        for each in facts["deliveries"]
    ]
    return {**facts, "deliveries": places, "version": purchase.version}


SIGNED: Final = frozenset({"approve", "confirm"})
"""Moves by which the Surat Pesanan is signed: its signer reads all of it first."""


def _page(name: str, act: Callable[..., object], form: type[forms.Form]) -> View:
    """The view of one move; who may enter is read from the table."""

    @move_page(PURCHASE.move(name))
    def view(request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        purchase = get_purchase_for(actor, number)
        posted = request.POST if request.method == "POST" else None
        filled = form(posted, initial={"revision": purchase.revision})
        return take_move(
            request,
            purchase,
            name,
            act=partial(act, actor=actor, purchase_id=purchase.pk),
            form=filled,
            about=lambda: {
                **about(purchase),
                "contract": preview(purchase) if name in SIGNED else None,
            },
            template="purchasing/move.html",
        )

    return view


refuse = _page("refuse", actions.refuse, ReasonForm)
cancel = _page("cancel", actions.cancel, ReasonForm)
confirm = _page("confirm", actions.confirm, MoveForm)
decline = _page("decline", actions.decline, ReasonForm)
close = _page("close", actions.close, RatingForm)


@require_POST
@roles(Role.PP, Role.PPK)
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Take over the duty of an officer whose appointment has ended."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    actions.take_over(actor=actor, purchase_id=purchase.pk)
    messages.success(request, _("Tugas pada pesanan ini kini ada pada Anda."))
    return redirect(purchase.get_absolute_url())
