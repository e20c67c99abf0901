"""Pages of preparation: the estimate line by line, several dispositions at once, who has how much to do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from marketplace.pages.answers import answered
from procurement.planning import actions, forms, queries
from procurement.planning.estimating import estimate_of
from procurement.planning.models import Package

SHOWN = 50
"""Packages offered for disposition at once, the largest first."""
FOUND = 12
"""Listings offered as references at once."""


@require_GET
@roles(Role.PPK)
def estimate(request: HttpRequest, kd_rup: str) -> HttpResponse:
    """The estimate of a package under preparation: its lines, sums, and the way to the next line."""
    package = queries.get_package_by_code_for(actor_of(request), kd_rup)
    return render(
        request,
        "planning/estimate.html",
        {
            "package": package,
            "estimate": estimate_of(package),
            "shipping": forms.ShippingForm(initial={"amount": rupiah(package.hps_shipping)}),
            "open": package.state == "ASSIGNED" and package.ppk_user_id == actor_of(request).user_id,
        },
    )


@require_http_methods(["GET", "POST"])
@roles(Role.PPK)
def add_line(request: HttpRequest, kd_rup: str) -> HttpResponse:
    """One more line; `?q=` looks for prices in the catalogue, and what was typed stays."""
    actor = actor_of(request)
    package = queries.get_package_by_code_for(actor, kd_rup)
    wanted = (request.POST.get("q") or request.GET.get("q", "")).strip().replace("\x00", "")[:100]
    found = queries.prices_in_catalogue(actor, wanted, limit=FOUND)
    looking = "look" in request.POST
    posted = request.POST if request.method == "POST" and not looking else None
    first = (
        {**request.POST.dict(), "item": request.POST.get("item") or wanted} if looking else {"item": wanted}
    )
    form = forms.HpsLineForm(found, posted, initial=first)
    return answered(
        request,
        form,
        lambda: actions.add_hps_line(
            actor=actor, package_id=package.pk, item=actions.HpsItem(**form.cleaned_data)
        ),
        back=reverse("package-prepare" if "next" in request.POST else "package-estimate", args=[kd_rup]),
        done=_("Baris HPS tersimpan."),
        template="planning/hps_line.html",
        context={"package": package, "q": wanted, "found": found},
    )


@require_POST
@roles(Role.PPK)
def remove_line(request: HttpRequest, kd_rup: str, position: str) -> HttpResponse:
    """Take a line out again."""
    actor = actor_of(request)
    package = queries.get_package_by_code_for(actor, kd_rup)
    actions.remove_hps_line(actor=actor, package_id=package.pk, position=int(position))
    messages.success(request, _("Baris HPS dihapus."))
    return redirect("package-estimate", kd_rup)


@require_POST
@roles(Role.PPK)
def shipping(request: HttpRequest, kd_rup: str) -> HttpResponse:
    """Keep the estimated delivery cost."""
    actor = actor_of(request)
    package = queries.get_package_by_code_for(actor, kd_rup)
    form = forms.ShippingForm(request.POST)
    if form.is_valid():
        amount = form.cleaned_data["amount"] or 0
        actions.set_hps_shipping(actor=actor, package_id=package.pk, amount=amount)
        messages.success(request, _("Perkiraan ongkos kirim tersimpan."))
    else:
        messages.error(request, _("Ongkos kirim belum terbaca; contoh 250.000."))
    return redirect("package-estimate", kd_rup)


@require_http_methods(["GET", "POST"])
@roles(Role.PA, Role.KPA)
def dispose_many(request: HttpRequest) -> HttpResponse:
    """Hand several packages to one PPK: tick, choose, press; what was refused is told with its reason."""
    actor = actor_of(request)
    assert actor.organisation_id is not None
    waiting = queries.to_dispose(actor)
    form = forms.DisposeManyForm(
        actor.organisation_id, waiting, request.POST if request.method == "POST" else None
    )
    handed: list[Package] = []
    refused: list[tuple[Package, object]] = []
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        ids = [package.pk for package in told["packages"]]
        done, not_done = actions.dispose_many(
            actor=actor, package_ids=ids, ppk_id=told["ppk"].pk, note=told["note"]
        )
        handed, refused = done, list(not_done)
        if handed and not refused:
            messages.success(request, _("%(n)d paket didisposisikan.") % {"n": len(handed)})
            return redirect("packages")
    return render(
        request,
        "planning/dispose_many.html",
        {
            "form": form,
            "packages": queries.to_dispose(actor)[:SHOWN],
            "chosen": set(request.POST.getlist("packages")),
            "loads": queries.loads_of(actor.organisation_id),
            "handed": handed,
            "refused_ones": refused,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_GET
@roles(Role.PA, Role.KPA)
def workload(request: HttpRequest) -> HttpResponse:
    """Who of the unit has how much in hand."""
    actor = actor_of(request)
    assert actor.organisation_id is not None
    return render(request, "planning/workload.html", {"loads": queries.loads_of(actor.organisation_id)})


@require_POST
@roles(Role.PPK, Role.PP)
def stand_in(request: HttpRequest, kd_rup: str) -> HttpResponse:
    """Act for the officer one substitutes (Plt/Plh), or take one's own place again."""
    actor = actor_of(request)
    package = queries.get_package_by_code_for(actor, kd_rup)
    actions.stand_in(actor=actor, package_id=package.pk)
    messages.success(request, _("Paket ini kini ada pada Anda."))
    return redirect(package.get_absolute_url())
