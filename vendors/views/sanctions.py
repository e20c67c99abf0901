"""Sanctions: recorded by the operation, read by their vendor, blacklistings read by everybody."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import buttons, move_page, take_move
from vendors import actions, queries, workflow
from vendors.forms import SanctionForm, WhyForm
from vendors.models import Sanction
from vendors.views.checking import PAGE_SIZE
from vendors.views.forms import edits, sent
from vendors.violations import violations


@require_safe
@roles(Role.OPERATOR)
def sanction_list(request: ActorRequest) -> HttpResponse:
    """The sanctions of the region, those in force first chosen."""
    state = request.GET.get("status", "IN_FORCE")
    found = queries.sanctions_for(request.actor)
    if state:
        found = found.filter(state=state)
    page = Paginator(found.order_by("-starts", "-pk"), PAGE_SIZE).get_page(request.GET.get("hal"))
    context = {
        "page": page,
        "state": state,
        "states": workflow.SANCTION.states,
        "carried": f"&status={state}" if state.replace("_", "").isalpha() or not state else "",
    }
    return render(request, "vendors/sanction_list.html", context)


@edits
@roles(Role.OPERATOR)
def impose(request: ActorRequest, pk: int) -> HttpResponse:
    """Record a sanction on a vendor."""
    vendor = queries.get_vendor_for(request.actor, pk)
    form = SanctionForm(*sent(request, files=True))

    def act() -> None:
        actions.impose_sanction(
            actor=request.actor,
            vendor_id=pk,
            data=form.data_for_action(),
            content=form.cleaned_data["scan"],
        )

    return answered(
        request,
        form,
        act,
        back=reverse("vendor-review", args=[pk]),
        done=_("Sanksi tercatat dan berlaku."),
        template="vendors/sanction_form.html",
        context={"vendor": vendor, "crumbs": _crumbs(_("Catat sanksi"))},
    )


@require_safe
@roles(Role.OPERATOR, Role.CURATOR, Role.VENDOR)
def sanction(request: ActorRequest, pk: int) -> HttpResponse:
    """One sanction: decree, days, what it means, what may be done."""
    found = queries.get_sanction_for(request.actor, pk)
    context = {
        "sanction": found,
        "buttons": buttons(request.actor, found, found.pk),
        "is_vendor": request.actor.role is Role.VENDOR,
        "crumbs": _crumbs(found.decree_number) if request.actor.role is Role.OPERATOR else [],
    }
    return render(request, "vendors/sanction.html", context)


@move_page(workflow.SANCTION.move("lift"))
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a sanction before its day."""
    actor = actor_of(request)
    found: Sanction = queries.get_sanction_for(actor, pk)
    data = request.POST if request.method == "POST" else None
    return take_move(
        request,
        found,
        "lift",
        act=partial(actions.lift_sanction, actor=actor, sanction_id=pk),
        form=WhyForm(data, initial={"revision": found.revision}),
        about={"sanction": found, "crumbs": _crumbs(found.decree_number)},
        template="vendors/sanction_move.html",
    )


@require_safe
@roles.everyone
def blacklist(request: ActorRequest) -> HttpResponse:
    """Every blacklisting in force, with its decree and days: a public fact."""
    page = Paginator(queries.public_blacklist(), PAGE_SIZE).get_page(request.GET.get("hal"))
    rows = [(row, violations()[row.found].label if row.found in violations() else row.found) for row in page]
    return render(request, "vendors/blacklist.html", {"page": page, "rows": rows})


def _crumbs(label: str) -> list[dict[str, str]]:
    return [{"label": _("Sanksi"), "url": reverse("sanction-list")}, {"label": label}]
