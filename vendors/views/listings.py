"""A vendor's own listings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from vendors import actions, queries
from vendors.forms import ImageForm, ListingForm, PriceForm, StockForm
from vendors.models import Listing
from vendors.views.forms import edits, sent

PAGE_SIZE = 50


@require_safe
@roles(Role.VENDOR)
def own_listings(request: ActorRequest) -> HttpResponse:
    """The vendor's own listings in every state, newest first."""
    listings = queries.listings_for(request.actor).order_by("-created_at", "-pk")
    page = Paginator(listings, PAGE_SIZE).get_page(request.GET.get("hal"))
    return render(
        request, "vendors/own_listings.html", {"page": page, "vendor": queries.own_vendor(request.actor)}
    )


@edits
@roles(Role.VENDOR)
def new_listing(request: ActorRequest) -> HttpResponse:
    """Draft a listing."""
    form = ListingForm(*sent(request))
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            listing = actions.draft_listing(actor=request.actor, data=form.data_for_action())
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Rancangan disimpan. Tambahkan foto, lalu ajukan untuk kurasi."))
            return redirect("listing-edit", listing.pk)
    return _form(request, "vendors/listing_form.html", form, refused, {"crumbs": [_own_crumb()]})


@edits
@roles(Role.VENDOR)
def edit_listing(request: ActorRequest, pk: int) -> HttpResponse:
    """One's own listing: its state, what may be done, and its form while it may be edited."""
    listing = queries.get_listing_for(request.actor, pk)
    editable = listing.state in {"DRAFT", "DELISTED"}
    form = ListingForm(*sent(request), initial=ListingForm.initial_of(listing)) if editable else None
    refused = None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.edit_listing(
                actor=request.actor,
                listing_id=pk,
                data=form.data_for_action(),
                revision=form.cleaned_data["revision"],
            )
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Perubahan disimpan."))
            return redirect("listing-edit", pk)
    context = {
        "listing": listing,
        "crumbs": [_own_crumb()],
        "images": listing.product.images.all(),
        "mending": queries.listing_mending(listing).values(),
    }
    return _form(request, "vendors/listing.html", form, refused, context)


@edits
@roles(Role.VENDOR)
def price(request: ActorRequest, pk: int) -> HttpResponse:
    """Set a new price."""
    listing = queries.get_listing_for(request.actor, pk)

    def act(form: Any) -> None:
        actions.change_price(actor=request.actor, listing_id=pk, price=form.cleaned_data["price"])

    return _small_edit(request, listing, PriceForm, {"price": listing.price}, act, _("Ubah harga"))


@edits
@roles(Role.VENDOR)
def stock(request: ActorRequest, pk: int) -> HttpResponse:
    """Set a new number in stock."""
    listing = queries.get_listing_for(request.actor, pk)

    def act(form: Any) -> None:
        actions.set_stock(actor=request.actor, listing_id=pk, in_stock=form.cleaned_data["in_stock"])

    initial = {"in_stock": listing.stockrecord.num_in_stock}
    return _small_edit(request, listing, StockForm, initial, act, _("Ubah stok"))


@edits
@roles(Role.VENDOR)
def image(request: ActorRequest, pk: int) -> HttpResponse:
    """Add a picture."""
    listing = queries.get_listing_for(request.actor, pk)

    def act(form: Any) -> None:
        actions.add_image(
            actor=request.actor,
            listing_id=pk,
            content=form.cleaned_data["image"],
            caption=form.cleaned_data["caption"],
        )

    return _small_edit(request, listing, ImageForm, {}, act, _("Tambah foto"))


def _small_edit(
    request: ActorRequest,
    listing: Listing,
    form_class: type[Any],
    initial: dict[str, Any],
    act: Callable[[Any], None],
    heading: str,
) -> HttpResponse:
    form = form_class(*sent(request, files=True), initial=initial)
    return answered(
        request,
        form,
        lambda: act(form),
        back=reverse("listing-edit", args=[listing.pk]),
        done=_("Perubahan disimpan."),
        template="vendors/small_edit.html",
        context={"listing": listing, "heading": heading, "crumbs": [_own_crumb(), _listing_crumb(listing)]},
        badly_filled=422,
    )


def _form(
    request: ActorRequest, template: str, form: Any, refused: Refused | None, context: dict[str, Any]
) -> HttpResponse:
    status = 409 if refused else 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form, "refused": refused}, status=status)


def _own_crumb() -> dict[str, str]:
    return {"label": _("Produk saya"), "url": "/produk-saya/"}


def _listing_crumb(listing: Listing) -> dict[str, str]:
    return {"label": listing.product.title, "url": f"/produk-saya/{listing.pk}/"}
