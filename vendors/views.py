"""A vendor's own listings, the curators' queue, the operators' vendor review, the public profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from vendors import actions, images, queries, workflow
from vendors.forms import ImageForm, ListingForm, MoveForm, PriceForm, StockForm
from vendors.models import Listing

PAGE_SIZE = 50
WITH_REASON = frozenset({"send_back", "delist", "reject", "suspend", "reinstate"})

_LISTING_MOVES: dict[str, Callable[..., None]] = {
    "submit": actions.submit_listing,
    "approve": actions.approve_listing,
    "send_back": actions.send_back_listing,
    "revise": actions.revise_listing,
    "delist": actions.delist_listing,
}
_VENDOR_MOVES: dict[str, Callable[..., None]] = {
    "verify": actions.verify_vendor,
    "reject": actions.reject_vendor,
    "resubmit": actions.resubmit_vendor,
    "suspend": actions.suspend_vendor,
    "reinstate": actions.reinstate_vendor,
}

edits = require_http_methods(["GET", "HEAD", "POST"])


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
    form = ListingForm(*_sent(request))
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
    form = ListingForm(*_sent(request), initial=ListingForm.initial_of(listing)) if editable else None
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
    context = {"listing": listing, "crumbs": [_own_crumb()], "images": listing.product.images.all()}
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
    form = form_class(*_sent(request, files=True), initial=initial)
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


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def curation_queue(request: ActorRequest) -> HttpResponse:
    """Listings that wait for a curator, the most urgent first."""
    waiting = queries.listings_for(request.actor).filter(state="IN_CURATION").order_by("due_at", "pk")
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("hal"))
    return render(request, "vendors/curation_queue.html", {"page": page})


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def curation(request: ActorRequest, pk: int) -> HttpResponse:
    """A listing as a curator sees it, with what may be done."""
    listing = queries.get_listing_for(request.actor, pk)
    context = {"listing": listing, "images": listing.product.images.all(), "prices": listing.prices.all()}
    return render(request, "vendors/curation.html", context)


@edits
@roles(Role.VENDOR, Role.CURATOR, Role.OPERATOR)
def move_listing(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Confirm a move of a listing, with its reason where one is asked for."""
    listing = queries.get_listing_for(request.actor, pk)
    back = "listing-edit" if request.actor.role is Role.VENDOR else "listing-curation"
    return _move(
        request,
        workflow.LISTING,
        listing,
        listing.product.title,
        name,
        _LISTING_MOVES[name],
        "listing_id",
        back,
    )


@require_safe
@roles(Role.OPERATOR, Role.CURATOR, Role.VENDOR)
def review_vendor(request: ActorRequest, pk: int) -> HttpResponse:
    """A vendor's registration as the operation sees it; personal data stays masked."""
    vendor = queries.get_vendor_for(request.actor, pk)
    context = {
        "vendor": vendor,
        "activities": vendor.activities.all(),
        "accounts": vendor.bank_accounts.all(),
    }
    return render(request, "vendors/review.html", context)


@edits
@roles(Role.OPERATOR, Role.VENDOR)
def move_vendor(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Confirm a move of a vendor."""
    vendor = queries.get_vendor_for(request.actor, pk)
    return _move(
        request,
        workflow.VENDOR,
        vendor,
        vendor.organisation.name,
        name,
        _VENDOR_MOVES[name],
        "vendor_id",
        "vendor-review",
    )


def _move(
    request: ActorRequest,
    table: Any,
    thing: Any,
    title: str,
    name: str,
    act: Callable[..., None],
    key: str,
    back: str,
) -> HttpResponse:
    form = MoveForm(*_sent(request), initial={"revision": thing.revision}, with_reason=name in WITH_REASON)

    def moved() -> None:
        given = {field: value for field, value in form.cleaned_data.items() if value is not None}
        act(actor=request.actor, **{key: thing.pk}, **given)

    return answered(
        request,
        form,
        moved,
        back=reverse(back, args=[thing.pk]),
        done=_("Tersimpan."),
        template="vendors/move.html",
        context={"thing": thing, "title": title, "move": table.move(name), "back": back},
        badly_filled=422,
    )


@require_safe
@roles.everyone
def profile(request: ActorRequest, slug: str) -> HttpResponse:
    """A verified vendor's stall: what the public may know, and nothing of the owner."""
    vendor = queries.public_vendor(slug)
    listings = (
        Listing.objects.filter(vendor=vendor, state="LIVE")
        .select_related("product")
        .prefetch_related("product__images")
        .order_by("-live_since", "-pk")
    )
    page = Paginator(listings, 24).get_page(request.GET.get("hal"))
    return render(
        request,
        "vendors/profile.html",
        {
            "vendor": vendor,
            "activities": vendor.activities.all(),
            "page": page,
            "cards": [queries.stall_card(listing) for listing in page],
        },
    )


@require_safe
@roles.everyone
def picture(request: ActorRequest, shelf: str, name: str) -> FileResponse:
    """A product picture or its thumbnail. Named by its content, so it never changes; evidence files lie elsewhere."""
    path = images.path_of(shelf, name)
    if path is None or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _form(
    request: ActorRequest, template: str, form: Any, refused: Refused | None, context: dict[str, Any]
) -> HttpResponse:
    status = 409 if refused else 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template, {**context, "form": form, "refused": refused}, status=status)


def _sent(request: ActorRequest, *, files: bool = False) -> tuple[Any, ...]:
    """What a form binds to: the data sent, even when it is empty; nothing on a first visit."""
    if request.method != "POST":
        return (None,)
    return (request.POST, request.FILES) if files else (request.POST,)


def _own_crumb() -> dict[str, str]:
    return {"label": _("Produk saya"), "url": "/produk-saya/"}


def _listing_crumb(listing: Listing) -> dict[str, str]:
    return {"label": listing.product.title, "url": f"/produk-saya/{listing.pk}/"}
