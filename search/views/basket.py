"""The buyer's basket: one list, cut by vendor, because every vendor becomes a purchase of its own."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from search.actions import choose
from search.views.product import number_or_none
from vendors.actions import change_quantities, remove_from_basket
from vendors.queries import BasketLine, basket_lines_for, by_vendor

_COUNT = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{3}){1,2}")
"""Whole numbers, with or without dots between thousands; `1.5` is not 15."""


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.PP, Role.PPK)
def basket(request: ActorRequest) -> HttpResponse:
    """Show the basket; a POST sets the quantities."""
    refused = None
    if request.method == "POST":
        try:
            change_quantities(actor=request.actor, quantities=_quantities(request))
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Jumlah diperbarui."))
            return redirect("basket")
    lines = basket_lines_for(request.actor)
    return render(request, "basket/basket.html", _shown(lines, refused), status=409 if refused else 200)


def _shown(lines: list[BasketLine], refused: Refused | None) -> dict[str, object]:
    return {
        "groups": by_vendor(lines),
        "lines": lines,
        "total": sum(line.total for line in lines),
        "blocked": any(line.obstacle for line in lines),
        "refused": refused,
        "submit_url": settings.BASKET_SUBMIT_URL,
    }


@require_POST
@roles(Role.PP, Role.PPK)
def add(request: ActorRequest) -> HttpResponse:
    """Put a product into the basket and go there."""
    product_id = _number(request.POST.get("product", ""), "produk")
    quantity = _number(request.POST.get("quantity", ""), "jumlah")
    shown_in = number_or_none(request.POST.get("dari", ""))
    choose(actor=request.actor, product_id=product_id, quantity=quantity, shown_in=shown_in)
    messages.success(request, _("Masuk ke keranjang."))
    return redirect("basket")


@require_POST
@roles(Role.PP, Role.PPK)
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a line out."""
    remove_from_basket(actor=request.actor, line_id=pk)
    messages.success(request, _("Dihapus dari keranjang."))
    return redirect("basket")


def _quantities(request: ActorRequest) -> dict[int, int]:
    """`jumlah-<line>` fields of the form."""
    found = {}
    for name, value in request.POST.items():
        line = name.removeprefix("jumlah-")
        if line != name and line.isascii() and line.isdigit() and len(line) < 19:
            found[int(line)] = _number(str(value), "jumlah")
    return found


def _number(text: str, what: str) -> int:
    bare = text.strip()
    if not _COUNT.fullmatch(bare):
        raise Refused(
            "not_a_number", _("Isian %(what)s bukan angka.") % {"what": what}, fix=_("Isi angka, contoh 25.")
        )
    return int(bare.replace(".", ""))
