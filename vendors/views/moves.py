"""Taking a move of a listing or a vendor, with its reason where one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from vendors import actions, queries, workflow
from vendors.forms import MoveForm
from vendors.inspection import Finding
from vendors.views.forms import edits, sent

WITH_REASON = frozenset({"delist", "suspend", "reinstate"})
TELLING = frozenset({"send_back", "reject"})
"""Moves whose reason is what was found wrong: the page shows what the vendor will read."""

_LISTING_MOVES: dict[str, Callable[..., None]] = {
    "submit": actions.submit_listing,
    "approve": actions.approve_listing,
    "send_back": actions.send_back_listing,
    "revise": actions.revise_listing,
    "delist": actions.delist_listing,
}
_VENDOR_MOVES: dict[str, Callable[..., None]] = {
    "submit": actions.submit_vendor,
    "verify": actions.verify_vendor,
    "reject": actions.reject_vendor,
    "resubmit": actions.resubmit_vendor,
    "suspend": actions.suspend_vendor,
    "reinstate": actions.reinstate_vendor,
}


@edits
@roles(Role.VENDOR, Role.CURATOR, Role.OPERATOR)
def move_listing(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Confirm a move of a listing, with its reason where one is asked for."""
    listing = queries.get_listing_for(request.actor, pk)
    page = "listing-edit" if request.actor.role is Role.VENDOR else "listing-curation"
    return _move(
        request,
        workflow.LISTING,
        listing,
        listing.product.title,
        name,
        _LISTING_MOVES[name],
        "listing_id",
        reverse(page, args=[pk]),
        told=queries.listing_findings(listing) if name in TELLING else (),
    )


@edits
@roles(Role.OPERATOR, Role.VENDOR)
def move_vendor(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Confirm a move of a vendor; its owner comes back to the task list, which says what follows."""
    owner = request.actor.role is Role.VENDOR
    vendor = queries.get_vendor_for(request.actor, pk)
    return _move(
        request,
        workflow.VENDOR,
        vendor,
        vendor.organisation.name,
        name,
        _VENDOR_MOVES[name],
        "vendor_id",
        reverse("vendor-tasks") if owner else reverse("vendor-review", args=[pk]),
        told=queries.vendor_findings(vendor) if name in TELLING else (),
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
    *,
    told: Sequence[Finding] = (),
) -> HttpResponse:
    form = MoveForm(*sent(request), initial={"revision": thing.revision}, with_reason=name in WITH_REASON)

    def moved() -> None:
        given = {field: value for field, value in form.cleaned_data.items() if value is not None}
        act(actor=request.actor, **{key: thing.pk}, **given)

    return answered(
        request,
        form,
        moved,
        back=back,
        done=_("Tersimpan."),
        template="vendors/move.html",
        context={
            "thing": thing,
            "title": title,
            "move": table.move(name),
            "back": back,
            "told": [each for each in told if each.to_mend],
        },
    )
