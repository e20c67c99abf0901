"""A vendor's own listings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from vendors import actions, queries
from vendors.actions.listings import lacking
from vendors.attributes import described
from vendors.forms import ImageForm, ListingForm, PriceForm, RegionalPriceForm, StockForm
from vendors.models import Listing
from vendors.queries.own_listings import OwnListings
from vendors.views.forms import edits, sent


@require_safe
@roles(Role.VENDOR)
def own_listings(request: ActorRequest) -> HttpResponse:
    """The vendor's own listings, newest first, by state and by words of title or code."""
    shown = OwnListings.of(request.actor, request.GET)
    return render(
        request, "vendors/own_listings.html", {"shown": shown, "vendor": queries.own_vendor(request.actor)}
    )


@edits
@roles(Role.VENDOR)
def new_listing(request: ActorRequest) -> HttpResponse:
    """Draft a listing: first its kind, then what that kind says of itself, its pictures with it."""
    kind = request.GET.get("jenis", "")
    if kind not in Listing.Kind.values:
        return render(
            request, "vendors/listing_kind.html", {"kinds": Listing.Kind.choices, "crumbs": [_own_crumb()]}
        )
    form = ListingForm(*sent(request, files=True), kind=kind, province=_province(request))
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            listing = actions.draft_listing(actor=request.actor, data=form.data_for_action())
        except Refused as refusal:
            refused = refusal
        else:
            return _with_pictures(request, listing, form)
    return _form(request, "vendors/listing_form.html", form, refused, {"crumbs": [_own_crumb()]})


def _with_pictures(request: ActorRequest, listing: Listing, form: ListingForm) -> HttpResponse:
    """The draft stands whatever becomes of its pictures: one that cannot be read is named, the others are kept."""
    for number, content in enumerate(form.cleaned_data["pictures"], 1):
        try:
            actions.add_image(actor=request.actor, listing_id=listing.pk, content=content)
        except Refused as refusal:
            messages.warning(request, _("Foto %(n)d: %(reason)s") % {"n": number, "reason": refusal})
    messages.success(request, _("Rancangan disimpan. Periksa sekali lagi, lalu ajukan untuk kurasi."))
    return redirect("listing-edit", listing.pk)


@edits
@roles(Role.VENDOR)
def edit_listing(request: ActorRequest, pk: int) -> HttpResponse:
    """One's own listing: its state, what may be done, and its form while it may be edited."""
    listing = queries.get_listing_for(request.actor, pk)
    editable = listing.state in {"DRAFT", "DELISTED"}
    form = None
    if editable:
        data = request.POST if request.method == "POST" else None
        form = ListingForm(
            data, initial=ListingForm.initial_of(listing), kind=listing.kind, province=_province(request)
        )
        del form.fields["pictures"]
    refused = None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.edit_listing(
                actor=request.actor,
                listing_id=pk,
                data=replace(form.data_for_action(), regional_prices=listing.regional_prices),
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
        "images": listing.product.images.order_by("display_order", "pk"),
        "missing": lacking(listing) if editable else [],
        "described": described(listing.kind, listing.attributes),
        "mending": queries.listing_mending(listing).values(),
    }
    return _form(request, "vendors/listing.html", form, refused, context)


@require_POST
@roles(Role.VENDOR)
def copy(request: ActorRequest, pk: int) -> HttpResponse:
    """A new draft that says what this one says."""
    queries.get_listing_for(request.actor, pk)
    made = actions.copy_listing(actor=request.actor, listing_id=pk)
    messages.success(request, _("Salinan dibuat sebagai rancangan. Ubah namanya dan tambahkan foto."))
    return redirect("listing-edit", made.pk)


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
def regional_price(request: ActorRequest, pk: int) -> HttpResponse:
    """Set or end a price that differs in one area."""
    listing = queries.get_listing_for(request.actor, pk)
    form = RegionalPriceForm(request.POST if request.method == "POST" else None, province=_province(request))

    def act() -> None:
        actions.set_regional_price(actor=request.actor, listing_id=pk, **form.cleaned_data)

    return answered(
        request,
        form,
        act,
        back=reverse("listing-edit", args=[pk]),
        done=_("Perubahan disimpan."),
        template="vendors/regional_price.html",
        context={"listing": listing, "crumbs": [_own_crumb(), _listing_crumb(listing)]},
    )


@edits
@roles(Role.VENDOR)
def image(request: ActorRequest, pk: int) -> HttpResponse:
    """Add pictures."""
    listing = queries.get_listing_for(request.actor, pk)

    def act(form: Any) -> None:
        for content in form.cleaned_data["pictures"]:
            actions.add_image(
                actor=request.actor, listing_id=pk, content=content, caption=form.cleaned_data["caption"]
            )

    return _small_edit(request, listing, ImageForm, {}, act, _("Tambah foto"))


@require_POST
@roles(Role.VENDOR)
def move_image(request: ActorRequest, pk: int, image: int) -> HttpResponse:
    """Make a picture the cover, or take it off: the button says which."""
    queries.get_listing_for(request.actor, pk)
    if "hapus" in request.POST:
        actions.remove_image(actor=request.actor, listing_id=pk, image_id=image)
        messages.success(request, _("Foto dihapus."))
    else:
        actions.order_images(actor=request.actor, listing_id=pk, image_ids=[image])
        messages.success(request, _("Foto itu sekarang menjadi sampul."))
    return redirect("listing-edit", pk)


def _province(request: ActorRequest) -> str:
    """The province whose areas a vendor may choose from."""
    return queries.own_vendor(request.actor).place_code[:2] or "31"


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
