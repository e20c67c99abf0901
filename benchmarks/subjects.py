"""The pages that are measured, and the bare view beside them."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.models import Count
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.oscar.baskets import open_basket, put
from procurement.practice.cast import CURATOR, OWNER, actor_of, appoint_overseers, operator_of, user_of
from procurement.practice.market import bring_vendors
from procurement.purchasing.models import Purchase
from vendors.models import Listing, Vendor

Ask = Callable[[], bytes]
BASKET_LINES = 10
WAITING = 100
"""Registrations and products that wait while the desks of the operation are measured."""
WAITING_SEED = 20


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
    if purchase and purchase.pp and purchase.ppk:
        pages |= _officers_pages(purchase)
    return pages | _vendors_pages(public)


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


def _vendors_pages(public: Client) -> dict[str, Ask]:
    """The pages of the vendor with the most orders, and of those who check vendors."""
    vendor = Vendor.objects.filter(state="VERIFIED").annotate(n=Count("purchases")).order_by("-n", "pk")[0]
    owner = user_of(OWNER)
    Appointment.objects.get_or_create(
        user=owner,
        organisation_id=vendor.organisation_id,
        role=Role.VENDOR,
        defaults={"decree_number": "-", "decree_date": clock.today(), "valid_from": clock.today()},
    )
    appoint_overseers(vendor.region)
    _leave_waiting(vendor)
    seller, operator = _signed_in(owner), _signed_in(_user(operator_of(vendor.region).user_id))
    curator = _signed_in(_user(actor_of(CURATOR).user_id))
    return {
        "desk of the vendor": _get(seller, "/meja/"),
        "orders of the vendor": _get(seller, reverse("purchases")),
        "money of the vendor": _get(seller, reverse("vendor-money")),
        "products of the vendor": _get(seller, reverse("listing-own")),
        "vendor's public profile": _get(public, vendor.get_absolute_url()),
        "curation, 100 wait": _get(curator, reverse("listing-queue")),
        "registrations, 100 wait": _get(operator, reverse("vendor-queue")),
    }


def _leave_waiting(vendor: Vendor) -> None:
    """Fill both queues once; products by plain SQL, for the database is thrown away afterwards."""
    if Vendor.objects.filter(state="REGISTERED").exists():
        return
    bring_vendors(vendor.region, WAITING, seed=WAITING_SEED, with_owner=False, verified=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vendors_listing SET state = 'IN_CURATION', round = 1, due_at = now() WHERE id IN"
            " (SELECT id FROM vendors_listing WHERE state = 'LIVE' ORDER BY id DESC LIMIT %s)",
            [WAITING],
        )


def _user(pk: int | None) -> User:
    return User.objects.get(pk=pk)


def _signed_in(user: User) -> Client:
    """A client with a session of the user: signing in itself asks for an address, which no request has here."""
    client = Client(SERVER_NAME="127.0.0.1")
    session = client.session
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "marketplace.accounts.backends.PersonBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return client


def _get(client: Client, path: str) -> Ask:
    def ask() -> bytes:
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        if answer.status_code != 200:
            raise AssertionError(f"{path} → {answer.status_code}")
        return bytes(answer.content)

    return ask
