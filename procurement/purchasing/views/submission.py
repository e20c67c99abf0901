"""From basket to orders: choose where the money comes from and where things go, check, send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.purchasing import place_forms
from procurement.purchasing.actions import Destination, submit_basket
from procurement.purchasing.actions.agreeing import SMALL
from procurement.purchasing.actions.wishes import Item, Share, items_of, laid_out, shares_of
from procurement.purchasing.flags.asking import said_in
from procurement.purchasing.forms import SendForm, SubmitForm
from procurement.purchasing.place_forms import Goods, PlaceForm
from procurement.purchasing.queries import addresses_of
from procurement.purchasing.queries.shares import Shares, shares_for
from procurement.purchasing.views.flags import found_before, kept_reasons
from vendors.queries import open_basket_for

CRUMBS = [{"label": gettext_lazy("Keranjang"), "url": "/keranjang/"}, {"label": gettext_lazy("Ajukan")}]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of an order with one block for each place."""

    form: SubmitForm
    others: Sequence[PlaceForm]
    known: Sequence[dict[str, Any]]

    @property
    def places(self) -> list[PlaceForm]:
        """Every place, the first one in the order's own form."""
        return [self.form, *self.others]

    @property
    def complete(self) -> bool:
        """Whether all of it can be read; asks every block, so that all errors show at once."""
        judged = [each.is_valid() for each in self.places]
        return all(judged)

    @property
    def destinations(self) -> list[Destination]:
        """Where everything goes."""
        return [each.destination for each in self.places]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """All that was typed, to be carried on in hidden inputs."""
        skipped = {"csrfmiddlewaretoken", "step", "expected_total"}
        return [
            (name, str(value))
            for name, value in self.form.data.items()
            if name not in skipped and not name.startswith("why-")
        ]


@require_http_methods(["GET", "POST"])
@roles(Role.PP, Role.PPK)
def submit(request: HttpRequest) -> HttpResponse:
    """Two steps on one address: the form, then everything to check before it is sent."""
    actor = actor_of(request)
    assert actor.region_id is not None
    items = items_of(open_basket_for(actor))
    shares = shares_of(items, actor.region_id)
    if not shares:
        return redirect("/keranjang/")
    goods, known = goods_of(items), addresses_of(actor)
    step = request.POST.get("step", "")
    changed = _changed(request.POST, step, goods, known)
    if request.method != "POST" or changed is not None:
        return _page(request, "form", _typed(actor, goods, known, None, changed), shares)
    sending = step == "send"
    typed = _typed(actor, goods, known, request.POST, sending=sending)
    if not typed.complete:
        # a hidden field that cannot be read belongs back into the form
        typed = _typed(actor, goods, known, request.POST)
        return _page(request, "form", typed, shares, status=422)
    try:
        # What is asked depends on where it goes: some prices differ by area.
        destinations = typed.destinations
        shares = shares_of(
            laid_out(open_basket_for(actor), destinations),
            actor.region_id,
            destinations,
            source=typed.form.cleaned_data["budget_line"].sumber_dana,
        )
        if not sending:
            found = found_before(request, typed.form.cleaned_data, shares, destinations)
            return _page(request, "check", typed, shares, found=found)
        return _send(request, typed)
    except Refused as refused:
        if refused.code == "justification_needed":  # one word is missing: nothing else is asked again
            found = found_before(request, typed.form.cleaned_data, shares, destinations)
            return _page(request, "check", typed, shares, refused=refused, status=409, found=found)
        back = _typed(actor, goods, known, request.POST)
        return _page(request, "form", back, shares, refused=refused, status=409)


def goods_of(items: Sequence[Item]) -> list[Goods]:
    """What is in the basket, as the places are asked for it."""
    return [
        Goods(
            each.listing.pk, each.listing.product.title, each.listing.unit, each.quantity, each.listing.kind
        )
        for each in items
    ]


def _changed(
    posted: QueryDict, step: str, goods: Sequence[Goods], known: Sequence[dict[str, Any]]
) -> QueryDict | None:
    """What was typed with one place more or less, or a remembered address put in; None for any other step."""
    name, _sign, told = step.partition(":")
    numbers = [int(each) for each in told.split(":") if each.isascii() and each.isdigit()]
    if name == "add":
        return place_forms.added(posted, goods)
    if name == "edit":
        return posted.copy()
    if name == "remove" and numbers:
        return place_forms.removed(posted, numbers[0])
    if name == "use" and len(numbers) > 1 and numbers[1] < len(known):
        return place_forms.filled(posted, numbers[0], known[numbers[1]])
    return None


def _typed(
    actor: Actor,
    goods: Sequence[Goods],
    known: Sequence[dict[str, Any]],
    posted: QueryDict | None,
    start: QueryDict | None = None,
    *,
    sending: bool = False,
) -> Typed:
    """The blocks bound to what was posted, or begun with `start` and nothing judged yet."""
    count = place_forms.count_of(posted if posted is not None else start)
    first = dict(start.items()) if start is not None else (known[0] if known else {})
    form = (SendForm if sending else SubmitForm)(actor, posted, initial=first)
    form.lay_out(actor, goods, several=count > 1)
    others = []
    for number in range(1, count):
        prefix = place_forms.prefix_of(number)
        told = {
            name.removeprefix(prefix): value
            for name, value in (start or {}).items()
            if name.startswith(prefix)
        }
        block = PlaceForm(posted, initial=told, prefix=prefix.removesuffix("-"))
        block.lay_out(actor, goods, several=True)
        others.append(block)
    return Typed(form, others, known)


def _send(request: HttpRequest, typed: Typed) -> HttpResponse:
    told = typed.form.cleaned_data
    made = submit_basket(
        actor=actor_of(request),
        package_id=told["budget_line"].package_id,
        budget_line_id=told["budget_line"].pk,
        destinations=typed.destinations,
        negotiate=told["way"] == typed.form.NEGOTIATE,
        no_negotiation_reason=told["no_negotiation_reason"],
        reason=told["reason"],
        expected_total=told["expected_total"],
        justifications=said_in(request.POST.dict()),
    )
    numbers = ", ".join(purchase.number for purchase in made)
    sentence = ngettext("Pesanan %(numbers)s diajukan.", "Pesanan %(numbers)s diajukan.", len(made))
    messages.success(request, sentence % {"numbers": numbers})
    return redirect(made[0].get_absolute_url() if len(made) == 1 else "/pesanan/")


@dataclass(frozen=True, slots=True)
class Stop:
    """One place as it is checked: what gets there, at which price, and what bringing it costs (rupiah)."""

    destination: Destination
    items: Sequence[tuple[Item, int, int]]
    shipping: int


def stops_of(destinations: Sequence[Destination], shares: Sequence[Share]) -> list[Stop]:
    """What goes where, of all vendors together: (item, units, rupiah) and the shipping."""
    return [
        Stop(
            destination,
            [
                (item, units, units * item.unit_price)
                for share in shares
                for item in share.items
                if (units := item.by_destination.get(index, 0))
            ],
            sum(share.shipping.get(index, 0) for share in shares),
        )
        for index, destination in enumerate(destinations)
    ]


def _page(
    request: HttpRequest,
    step: str,
    typed: Typed,
    shares: list[Share],
    *,
    refused: Refused | None = None,
    status: int = 200,
    found: dict[str, Any] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        **(found or {"kept": kept_reasons(request)}),
        "form": typed.form,
        "typed": typed,
        "stops": stops_of(typed.destinations, shares) if step == "check" else [],
        "shares": shares,
        "total": sum(share.total for share in shares),
        "refused": refused,
        "crumbs": CRUMBS,
        "after": _shares_after(request, shares),
    }
    return render(request, f"purchasing/submit_{step}.html", context, status=status)


def _shares_after(request: HttpRequest, shares: list[Share]) -> Shares:
    """What the unit's shares of small business and domestic products would be with these orders."""
    small = [share for share in shares if share.vendor.size in SMALL]
    return shares_for(actor_of(request)).with_order(
        price=sum(share.taxes.price for share in shares),
        umk=sum(share.taxes.price for share in small),
        pdn=_domestic(shares),
        umk_pdn=_domestic(small),
    )


def _domestic(shares: list[Share]) -> int:
    return sum(item.total for share in shares for item in share.items if item.listing.is_pdn)
