"""Pages of the units' own data: the NPWP that stands on withholding slips and in files for the tax office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.administration import actions, forms, queries
from marketplace.pages.answers import form_page


@require_GET
@roles(Role.OPERATOR, Role.PA)
def tax_numbers(request: HttpRequest) -> HttpResponse:
    """The units within reach and whose NPWP is known, masked."""
    units = queries.units_for(actor_of(request)).order_by("name")
    return render(request, "administration/units.html", {"units": units})


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR, Role.PA)
def tax_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the NPWP of a unit."""
    actor = actor_of(request)
    unit = queries.units_for(actor).get(pk=pk)
    form = forms.UnitNpwpForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: actions.set_unit_npwp(actor=actor, organisation_id=pk, npwp=form.cleaned_data["npwp"]),
        title=_("NPWP satuan kerja"),
        label=_("Simpan NPWP"),
        back=reverse("unit-tax-numbers"),
        done=_("NPWP satuan kerja tersimpan."),
        lead=unit.name,
    )
