"""Pages of the calendar of working days: the holidays of a year, proposing one, deciding on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.administration import actions, forms, queries
from marketplace.administration.views import decision_page, form_page
from marketplace.core import clock
from marketplace.regulation.models import Holiday


@require_GET
@roles(Role.OPERATOR)
def calendar(request: HttpRequest) -> HttpResponse:
    """The holidays of `?tahun=`, this year unless asked, and what waits for a decision."""
    asked, this = request.GET.get("tahun", ""), clock.today().year
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= 2100 else this
    context = {
        "year": year,
        "previous": year - 1,
        "next": year + 1,
        "holidays": list(Holiday.objects.filter(day__year=year)),
        "proposals": list(queries.holiday_proposals_for(actor_of(request)).select_related("proposed_by")),
        "missing": queries.year_without_decree(),
    }
    return render(request, "administration/calendar.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a holiday by its decree."""
    actor = actor_of(request)
    form = forms.HolidayForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: actions.propose_holiday(actor=actor, **form.cleaned_data),
        title=_("Usulkan hari libur"),
        label=_("Kirim usulan"),
        back=reverse("holidays"),
        done=_("Usulan menunggu persetujuan operator lain."),
    )


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a proposed holiday or turn it down."""
    actor = actor_of(request)
    proposed = queries.holiday_proposals_for(actor).get(pk=pk)
    return decision_page(
        request,
        proposed,
        approve=lambda: actions.approve_holiday(actor=actor, proposal_id=pk),
        reject=lambda reason: actions.reject_holiday(actor=actor, proposal_id=pk, reason=reason),
        title=_("Putuskan usulan hari libur"),
        back=reverse("holidays"),
    )
