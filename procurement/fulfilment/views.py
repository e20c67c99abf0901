"""Pages of delivery: one for every move, and the pictures for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.roles import BUYING, Role
from marketplace.pages.moves import MoveForm, ReasonForm, move_page, take_move
from procurement.fulfilment import actions, evidence
from procurement.fulfilment.actions.acceptance import acceptance_of
from procurement.fulfilment.forms import DiscrepancyForm, EndingForm, ReceiveForm, ShipForm
from procurement.fulfilment.order_file import order_file
from procurement.fulfilment.queries import delivery_for, get_evidence_for, on_its_way, outstanding_of
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.workflow import DELIVERY, PURCHASE

STEPS = frozenset(move.name for move in DELIVERY.moves) - {"stop", "terminate"}
"""Moves that concern one delivery; an ending concerns the whole order."""


def _about(purchase: Purchase) -> dict[str, Any]:
    return {
        "purchase": purchase,
        "lines": list(purchase.lines.all()),
        "crumbs": [
            {"label": _("Pesanan"), "url": reverse("purchases")},
            {"label": purchase.number, "url": purchase.get_absolute_url()},
            {"label": PURCHASE.state(purchase.state).label},
        ],
    }


def _form(
    kind: Callable[..., forms.Form], request: HttpRequest, purchase: Purchase, *first: Any
) -> forms.Form:
    posted = request.method == "POST"
    data, files = (request.POST, request.FILES) if posted else (None, None)
    return kind(*first, data, files, initial={"revision": purchase.revision})


def _page(
    name: str,
    act: Callable[..., object],
    kind: type[forms.Form],
    *,
    template: str = "fulfilment/move.html",
    more: Callable[[Purchase, Delivery], dict[str, Any]] = lambda purchase, delivery: {},
) -> View:
    """The view of one move; who may enter is read from the table."""

    @move_page(PURCHASE.move(name))
    def view(request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        purchase = get_purchase_for(actor, number)
        delivery = delivery_for(purchase, name, _position(request))
        told = more(purchase, delivery) if delivery else {}
        chosen = {"delivery_id": delivery.pk if delivery else None} if name in STEPS else {}
        return take_move(
            request,
            purchase,
            name,
            act=partial(act, actor=actor, purchase_id=purchase.pk, **chosen),
            form=_form(kind, request, purchase),
            about={**_about(purchase), "delivery": delivery, **told},
            template=template,
        )

    return view


def _position(request: HttpRequest) -> int | None:
    """Which delivery the address names (`?kiriman=2`)."""
    told = request.GET.get("kiriman", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else None


def _left(purchase: Purchase, delivery: Delivery) -> dict[str, Any]:
    left = outstanding_of(delivery)
    return {"left": [(line, left[line.pk]) for line in purchase.lines.all() if line.pk in left]}


def _accepted(purchase: Purchase, delivery: Delivery) -> dict[str, Any]:
    """What the BAST would state; nothing when it is too early to say."""
    return {"acceptance": acceptance_of(purchase, delivery) if delivery.something_good else None}


ship = _page("ship", actions.ship, ShipForm, more=_left)
inspect = _page("inspect", actions.inspect, MoveForm)
report_discrepancy = _page("report_discrepancy", actions.report_discrepancy, DiscrepancyForm, more=_left)
replace = _page("replace", actions.replace, ReasonForm, more=_left)
accept_short = _page("accept_short", actions.accept_short, ReasonForm, more=_left)
reject_goods = _page("reject_goods", actions.reject_goods, ReasonForm)
sign_bast = _page("sign_bast", actions.sign_bast, MoveForm, template="fulfilment/bast.html", more=_accepted)
accept = _page("accept", actions.accept, MoveForm, template="fulfilment/bast.html", more=_accepted)
stop = _page("stop", actions.stop, EndingForm)
terminate = _page("terminate", actions.terminate, EndingForm)


@move_page(PURCHASE.move("receive"))
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """The count on arrival, made for a phone in one hand."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    delivery = delivery_for(purchase, "receive", _position(request))
    shipment = on_its_way(delivery) if delivery else None
    sent = list(shipment.lines.select_related("line")) if shipment else []
    return take_move(
        request,
        purchase,
        "receive",
        act=partial(
            actions.receive,
            actor=actor,
            purchase_id=purchase.pk,
            delivery_id=delivery.pk if delivery else None,
        ),
        form=_form(ReceiveForm, request, purchase, sent),
        about={**_about(purchase), "delivery": delivery, "shipment": shipment},
        template="fulfilment/receive.html",
    )


@require_GET
@roles(*sorted(BUYING), Role.VENDOR, Role.AUDITOR, Role.OPERATOR)
@cache_control(private=True, max_age=3600, immutable=True)
def picture(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """One picture of an order, for those who may see the order: never run, never guessed at."""
    found = get_evidence_for(actor_of(request), number, digest)
    response = HttpResponse(evidence.read(found.sha256), content_type="image/jpeg")
    response["Content-Disposition"] = f'attachment; filename="{number}-{found.sha256[:12]}.jpg"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_GET
@roles(*sorted(BUYING), Role.VENDOR, Role.AUDITOR, Role.OPERATOR)
@never_cache
def whole_file(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """Everything of an order in one ZIP, for those who may see the order."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    response = StreamingHttpResponse(order_file(actor, purchase), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{purchase.number}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
