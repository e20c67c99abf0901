"""Permits: the vendor's own, the queue of those to be checked, and a page for every move."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import MoveForm, buttons, move_page, take_move
from marketplace.regulation.queries import parameter
from vendors import actions, queries, workflow
from vendors.forms import ListingPermitsForm, PermitAgainForm, PermitBackForm, PermitForm, WhyForm
from vendors.models import Permit
from vendors.views.checking import PAGE_SIZE
from vendors.views.forms import edits, sent


@require_safe
@roles(Role.VENDOR)
def own_permits(request: ActorRequest) -> HttpResponse:
    """The vendor's own permits, with how long each holds."""
    permits = queries.permits_for(request.actor).order_by("kind", "-pk")
    page = Paginator(permits, PAGE_SIZE).get_page(request.GET.get("hal"))
    days = parameter("permit.notice_days", region_id=request.actor.region_id).value
    return render(request, "vendors/own_permits.html", {"page": page, "notice_days": days})


@edits
@roles(Role.VENDOR)
def new_permit(request: ActorRequest) -> HttpResponse:
    """Hand in a permit."""
    form = PermitForm(*sent(request, files=True))
    return answered(
        request,
        form,
        lambda: actions.add_permit(
            actor=request.actor, data=form.data_for_action(), content=form.cleaned_data["scan"]
        ),
        back=reverse("permit-own"),
        done=_("Izin diserahkan. Kurator memeriksanya; sesudah itu dapat dipakai pada produk."),
        template="vendors/permit_form.html",
        context={"crumbs": [_own_crumb(), {"label": _("Tambah izin")}]},
    )


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def permit_queue(request: ActorRequest) -> HttpResponse:
    """Permits that wait for their check, the most urgent first."""
    waiting = queries.permits_for(request.actor).filter(state="SUBMITTED").order_by("due_at", "pk")
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("hal"))
    waited = queries.waits(page.object_list)
    rows = [(permit, waited.get(permit.pk)) for permit in page]
    return render(request, "vendors/permit_queue.html", {"page": page, "rows": rows})


@require_safe
@roles(Role.VENDOR, Role.CURATOR, Role.OPERATOR)
def permit(request: ActorRequest, pk: int) -> HttpResponse:
    """One permit: what it says, its scan, what rests on it, what may be done."""
    found = queries.get_permit_for(request.actor, pk)
    resting = found.listings.select_related("product").order_by("-pk")[:PAGE_SIZE]
    context = {
        "permit": found,
        "listings": resting,
        "is_vendor": request.actor.role is Role.VENDOR,
        "buttons": buttons(request.actor, found, found.pk),
        "crumbs": _crumbs(request.actor.role, found),
    }
    return render(request, "vendors/permit.html", context)


@move_page(workflow.PERMIT.move("verify"))
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """State that a permit is genuine and in force."""
    return _simple(request, pk, "verify", actions.verify_permit, MoveForm)


@move_page(workflow.PERMIT.move("reject"))
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a permit back with a listed reason."""
    return _simple(request, pk, "reject", actions.reject_permit, PermitBackForm)


@move_page(workflow.PERMIT.move("revoke"))
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """State that a permit no longer holds."""
    return _simple(request, pk, "revoke", actions.revoke_permit, WhyForm)


@move_page(workflow.PERMIT.move("resubmit"))
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a mended or renewed permit in again."""
    actor = actor_of(request)
    found = queries.get_permit_for(actor, pk)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PermitAgainForm(*data, permit=found)

    def act(**said: Any) -> None:
        actions.resubmit_permit(
            actor=actor,
            permit_id=pk,
            data=form.data_for_action(),
            content=said["scan"],
            revision=said["revision"],
        )

    return _taken(request, found, "resubmit", act, form)


def _simple(request: HttpRequest, pk: int, name: str, act: Any, kind: type[MoveForm]) -> HttpResponse:
    actor = actor_of(request)
    found = queries.get_permit_for(actor, pk)
    data = request.POST if request.method == "POST" else None
    form = kind(data, initial={"revision": found.revision})
    return _taken(request, found, name, partial(act, actor=actor, permit_id=pk), form)


def _taken(request: HttpRequest, found: Permit, name: str, act: Any, form: Any) -> HttpResponse:
    about = {"permit": found, "crumbs": _crumbs(actor_of(request).role, found)}
    return take_move(
        request, found, name, act=act, form=form, about=about, template="vendors/permit_move.html"
    )


@edits
@roles(Role.VENDOR)
def listing_permits(request: ActorRequest, pk: int) -> HttpResponse:
    """On which permits one's own listing rests."""
    listing = queries.get_listing_for(request.actor, pk)
    own = list(queries.permits_for(request.actor).exclude(state="REVOKED").order_by("kind", "-pk"))
    tied = list(listing.permits.values_list("pk", flat=True))
    form = ListingPermitsForm(*sent(request), of=own, initial={"permits": tied})
    return answered(
        request,
        form,
        lambda: actions.link_permits(
            actor=request.actor, listing_id=pk, permit_ids=form.cleaned_data["permits"]
        ),
        back=reverse("listing-edit", args=[pk]),
        done=_("Izin produk tersimpan."),
        template="vendors/listing_permits.html",
        context={
            "listing": listing,
            "any": bool(own),
            "crumbs": [
                {"label": _("Produk saya"), "url": reverse("listing-own")},
                {"label": listing.product.title, "url": reverse("listing-edit", args=[pk])},
                {"label": _("Izin")},
            ],
        },
    )


def _own_crumb() -> dict[str, str]:
    return {"label": _("Izin saya"), "url": reverse("permit-own")}


def _crumbs(role: Role, found: Permit) -> list[dict[str, str]]:
    queue = {"label": _("Izin"), "url": reverse("permit-queue")}
    return [_own_crumb() if role is Role.VENDOR else queue, {"label": str(found)}]
