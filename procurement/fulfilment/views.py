"""Pages of delivery: one for every move, and the pictures for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from marketplace.pages.moves import ReasonForm, move_page, take_move
from marketplace.pages.purpose import reads_personal_data
from procurement.fulfilment import actions, evidence, grounds
from procurement.fulfilment.forms import (
    DiscrepancyForm,
    EndingForm,
    ReceiveForm,
    ShipForm,
    StepForm,
    StepReasonForm,
    WorkForm,
)
from procurement.fulfilment.order_file import order_file
from procurement.fulfilment.queries import (
    acceptance_of,
    delivery_for,
    get_evidence_for,
    on_its_way,
    outstanding_of,
)
from procurement.fulfilment.steps import worded
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.workflow import DELIVERY, PURCHASE, STEPS, UNDER_WAY
from vendors.models import Listing


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


@dataclass(frozen=True, slots=True)
class Step:
    """One page asked for: the order, the delivery it is about (None for an ending), and the request."""

    request: HttpRequest
    purchase: Purchase
    delivery: Delivery | None

    def form(self, kind: Callable[..., forms.Form], *first: Any) -> forms.Form:
        """A form of that kind: filled with what was sent, else naming revision and delivery."""
        posted = self.request.method == "POST"
        data, files = (self.request.POST, self.request.FILES) if posted else (None, None)
        told = {"revision": self.purchase.revision}
        if self.delivery is not None:
            told["delivery_id"] = self.delivery.pk
        return kind(*first, data, files, initial=told)


def _plain(kind: Callable[..., forms.Form]) -> Callable[[Step], forms.Form]:
    return lambda step: step.form(kind)


def _page(
    name: str,
    act: Callable[..., object],
    form: Callable[[Step], forms.Form],
    *,
    template: str = "fulfilment/move.html",
    more: Callable[[Step], dict[str, Any]] = lambda step: {},
) -> View:
    """The view of one move; who may enter is read from the table."""

    @move_page(PURCHASE.move(name))
    def view(request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        purchase = get_purchase_for(actor, number)
        delivery = _delivery(request, purchase, name) if name in STEPS else None
        if request.method == "GET" and delivery is not None:
            PURCHASE.decide(purchase.state, name, actor.role, purchase.standing(actor))
            DELIVERY.decide(delivery.stage, name, actor.role, delivery.standing)
        step = Step(request, purchase, delivery)
        return take_move(
            request,
            purchase,
            name,
            act=partial(act, actor=actor, purchase_id=purchase.pk),
            form=form(step),
            about=lambda: {
                **_about(purchase),
                "delivery": delivery,
                **more(step),
                "move": worded(PURCHASE.move(name), delivery),
            },
            template=template,
        )

    return view


def _delivery(request: HttpRequest, purchase: Purchase, name: str) -> Delivery | None:
    """The delivery the page is about: that of the form sent, else of the address (`?kiriman=2`), else the first."""
    sent = _number(request.POST.get("delivery_id", ""), digits=18)
    return delivery_for(purchase, name, position=_number(request.GET.get("kiriman", "")), delivery_id=sent)


def _number(told: str, *, digits: int = 4) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) <= digits else None


def _lines_left(step: Step) -> list[tuple[PurchaseLine, int]]:
    left = outstanding_of(step.delivery) if step.delivery else {}
    return [(line, left[line.pk]) for line in step.purchase.lines.all() if line.pk in left]


def _left(step: Step) -> dict[str, Any]:
    return {"left": _lines_left(step)}


def _accepted(step: Step) -> dict[str, Any]:
    """What the BAST would state; nothing when it is too early to say."""
    ripe = step.delivery is not None and step.delivery.something_good
    return {"acceptance": acceptance_of(step.purchase, step.delivery) if ripe and step.delivery else None}


def _ship_form(step: Step) -> forms.Form:
    if step.delivery is not None and step.delivery.is_work:
        return step.form(WorkForm)
    return step.form(ShipForm, _lines_left(step))


def _receive_form(step: Step) -> forms.Form:
    shipment = on_its_way(step.delivery) if step.delivery else None
    return step.form(ReceiveForm, list(shipment.lines.select_related("line")) if shipment else [])


def _shipment(step: Step) -> dict[str, Any]:
    return {"shipment": on_its_way(step.delivery) if step.delivery else None}


def _ending_form(known: dict[str, grounds.Ground]) -> Callable[[Step], forms.Form]:
    """Grounds from the list, and a percentage for every line of a service that was not delivered."""

    def form(step: Step) -> forms.Form:
        lines = step.purchase.lines.exclude(kind=Listing.Kind.GOODS)
        work = lines.filter(deliveries__delivery__stage__in=UNDER_WAY).distinct()
        return step.form(EndingForm, known, list(work))

    return form


ship = _page("ship", actions.ship, _ship_form, template="fulfilment/ship.html", more=_left)
receive = _page("receive", actions.receive, _receive_form, template="fulfilment/receive.html", more=_shipment)
inspect = _page("inspect", actions.inspect, _plain(StepForm))
report_discrepancy = _page(
    "report_discrepancy", actions.report_discrepancy, _plain(DiscrepancyForm), more=_left
)
comment = _page("comment", actions.comment, _plain(StepReasonForm), more=_left)
replace = _page("replace", actions.replace, _plain(StepReasonForm), more=_left)
accept_short = _page("accept_short", actions.accept_short, _plain(StepReasonForm), more=_left)
reject_goods = _page("reject_goods", actions.reject_goods, _plain(StepReasonForm))
sign_bast = _page(
    "sign_bast", actions.sign_bast, _plain(StepForm), template="fulfilment/bast.html", more=_accepted
)
accept = _page("accept", actions.accept, _plain(StepForm), template="fulfilment/bast.html", more=_accepted)
warn = _page("warn", actions.warn, _plain(ReasonForm))
stop = _page("stop", actions.stop, _ending_form(grounds.STOP))
terminate = _page("terminate", actions.terminate, _ending_form(grounds.TERMINATE))


@require_GET
@roles(*sorted(BUYING), Role.VENDOR, Role.AUDITOR, Role.OPERATOR)
@reads_personal_data("foto serah terima")
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
@reads_personal_data("berkas pesanan")
@never_cache
def whole_file(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """Everything of an order in one ZIP, for those who may see the order."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    response = StreamingHttpResponse(order_file(actor, purchase), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{purchase.number}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
