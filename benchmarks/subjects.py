"""The pages that are measured, and the bare view beside them."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.oscar.baskets import open_basket, put
from procurement.purchasing.models import Purchase
from vendors.models import Listing

Ask = Callable[[], bytes]
BASKET_LINES = 10


def bare_view() -> Ask:
    """The floor: one request object, one query over twenty rows, one JSON answer; no middleware, no template."""
    request = RequestFactory().get("/")

    def ask() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, price FROM vendors_listing ORDER BY id DESC LIMIT 20")
            rows = cursor.fetchall()
        assert request.method == "GET"
        return bytes(HttpResponse(json.dumps(rows), content_type="application/json").content)

    return ask


def asked_pages() -> dict[str, Ask]:
    """Every page by name, asked through the whole request cycle by somebody who may see it."""
    listing = Listing.objects.filter(state="LIVE").select_related("product", "category").order_by("pk")[50]
    public = Client(SERVER_NAME="127.0.0.1")
    pages = {
        "home": _get(public, "/"),
        "catalogue": _get(public, reverse("catalogue")),
        "category": _get(public, reverse("category", args=[listing.category.full_slug])),
        "category, narrowed": _get(
            public, reverse("category", args=[listing.category.full_slug]) + "?urut=murah"
        ),
        "product": _get(public, listing.get_absolute_url()),
        "search, one word": _get(public, "/cari/?q=kertas"),
        "search, three words": _get(public, "/cari/?q=kertas+hvs+a4"),
        "search, misspelt": _get(public, "/cari/?q=kretas+hsv"),
    }
    purchase = Purchase.objects.select_related("pp__user", "ppk__user").order_by("-pk").first()
    return {**pages, **_officers_pages(purchase)} if purchase and purchase.pp and purchase.ppk else pages


def _officers_pages(purchase: Purchase) -> dict[str, Ask]:
    assert purchase.pp is not None
    assert purchase.ppk is not None
    pp, ppk = _signed_in(purchase.pp.user), _signed_in(purchase.ppk.user)
    treasurer = Appointment.objects.get(organisation=purchase.organisation, role=Role.TREASURER).user
    basket = open_basket(purchase.pp.user_id)
    for each in Listing.objects.filter(state="LIVE", kind="BARANG").order_by("pk")[:BASKET_LINES]:
        put(basket, each.stockrecord, each.min_order)
    return {
        "basket, 10 lines": _get(pp, reverse("basket")),
        "basket, to submit": _get(pp, reverse("basket-submit")),
        "desk of the PPK": _get(ppk, "/meja/"),
        "orders of the unit": _get(ppk, reverse("purchases")),
        "one order": _get(ppk, purchase.get_absolute_url()),
        "packages of the unit": _get(ppk, reverse("packages")),
        "payments due": _get(_signed_in(treasurer), reverse("payments")),
    }


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _get(client: Client, path: str) -> Ask:
    def ask() -> bytes:
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        if answer.status_code != 200:
            raise AssertionError(f"{path} → {answer.status_code}")
        return bytes(answer.content)

    return ask
