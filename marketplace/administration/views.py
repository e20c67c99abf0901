"""Pages of administration: appointments, dated rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.administration import actions, forms, queries
from marketplace.core import clock
from marketplace.pages import answers
from marketplace.regulation.models import Parameter

PAGE: Final = 50


form_page = partial(answers.form_page, width="")
"""A page of one form here takes the whole width: rules and decrees have long fields."""


def decision_page(
    request: HttpRequest,
    proposed: Any,
    *,
    approve: Callable[[], object],
    reject: Callable[[str], object],
    title: str,
    back: str,
) -> HttpResponse:
    """The page on which a second operator decides on what one proposed; `proposed` has a legal basis."""
    form = forms.DecideForm(request.POST or None)

    def act() -> object:
        if form.cleaned_data["decision"] == "approve":
            return approve()
        return reject(form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        title=title,
        label=_("Simpan keputusan"),
        back=back,
        done=_("Keputusan dicatat."),
        context={"lead": f"{proposed} · {proposed.legal_basis}"},
    )


# -- appointments --------------------------------------------------------------------------------------


@require_GET
@roles(Role.OPERATOR, Role.PA)
def appointments(request: HttpRequest) -> HttpResponse:
    """Appointments within reach, newest first; those in force unless all are asked for."""
    found = queries.appointments_for(actor_of(request)).order_by("-pk")
    text, after = request.GET.get("q", "").strip()[:100].replace("\x00", ""), request.GET.get("setelah", "")
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(organisation__name__icontains=text))
    if not request.GET.get("semua"):
        found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today()))
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    shown = list(found[: PAGE + 1])
    kept = {"q": text, "semua": request.GET.get("semua", "")}
    context = {
        "appointments": shown[:PAGE],
        "q": text,
        "all": request.GET.get("semua"),
        "next_url": f"?{urlencode({**kept, 'setelah': shown[PAGE - 1].pk})}" if len(shown) > PAGE else "",
    }
    return render(request, "administration/appointments.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR, Role.PA)
def appoint(request: HttpRequest) -> HttpResponse:
    """Record a new appointment."""
    actor = actor_of(request)
    form = forms.AppointForm(actor, request.POST or None)

    def act() -> object:
        answers = dict(form.cleaned_data)
        return actions.appoint(
            actor=actor,
            organisation_id=answers.pop("organisation").pk,
            role=Role(answers.pop("role")),
            **answers,
        )

    return form_page(
        request,
        form,
        act,
        title=_("Catat penunjukan"),
        label=_("Catat penunjukan"),
        back=reverse("appointments"),
        done=_("Penunjukan dicatat."),
    )


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR, Role.PA)
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment."""
    actor = actor_of(request)
    appointment = queries.appointments_for(actor).get(pk=pk)
    form = forms.EndForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: actions.end_appointment(actor=actor, appointment_id=pk, **form.cleaned_data),
        title=_("Akhiri penunjukan"),
        label=_("Akhiri penunjukan"),
        back=reverse("appointments"),
        done=_("Penunjukan berakhir."),
        lead=str(appointment),
    )


# -- dated rules ---------------------------------------------------------------------------------------


@require_GET
@roles(Role.OPERATOR)
def parameters(request: HttpRequest) -> HttpResponse:
    """All dated rules that govern the region, with their legal basis; proposals first."""
    actor = actor_of(request)
    known = (
        queries.parameters_for(actor).select_related("region").order_by("code", "region_id", "-valid_from")
    )
    context = {
        "proposals": list(queries.proposals_for(actor).select_related("proposed_by")),
        "parameters": list(known.filter(state=Parameter.State.ACTIVE)),
        "today": clock.today(),
    }
    return render(request, "administration/parameters.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR)
def propose_parameter(request: HttpRequest) -> HttpResponse:
    """Propose a value."""
    actor = actor_of(request)
    form = forms.ProposeForm(actor, request.POST or None, initial={"code": request.GET.get("kode", "")})
    return form_page(
        request,
        form,
        lambda: actions.propose_parameter(actor=actor, **form.cleaned_data),
        title=_("Usulkan nilai parameter"),
        label=_("Kirim usulan"),
        back=reverse("parameters"),
        done=_("Usulan menunggu persetujuan operator lain."),
    )


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR)
def decide_parameter(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a proposal or turn it down."""
    actor = actor_of(request)
    proposed = queries.proposals_for(actor).get(pk=pk)
    return decision_page(
        request,
        proposed,
        approve=lambda: actions.approve_parameter(actor=actor, parameter_id=pk),
        reject=lambda reason: actions.reject_parameter(actor=actor, parameter_id=pk, reason=reason),
        title=_("Putuskan usulan parameter"),
        back=reverse("parameters"),
    )
