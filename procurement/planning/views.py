"""Pages of planning: the list, one package, its moves, and the import of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.roles import BUYING, Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import move_page
from procurement.documents.queries import current_papers_of
from procurement.planning import actions, forms, queries
from procurement.planning.encumbrance import bar_of
from procurement.planning.estimating import estimate_of
from procurement.planning.models import Package
from procurement.planning.workflow import PACKAGE

PAGE: Final = 25
READERS: Final = (*sorted(BUYING), Role.AUDITOR, Role.OPERATOR)
HISTORY: Final = 30
HANDING_ON: Final = frozenset({"dispose", "reassign", "prepare"})
"""Moves that give somebody work: the page shows who has how much."""


@require_GET
@roles(*READERS)
def package_list(request: HttpRequest) -> HttpResponse:
    """Packages the actor may see, newest first, filtered by text, state and "mine"; keyset pages."""
    found = _filtered(queries.packages_for(actor_of(request)), request)
    after = request.GET.get("setelah", "")
    page = found.filter(pk__lt=int(after)) if after.isdecimal() and len(after) < 19 else found
    shown = list(page.select_related("organisation").prefetch_related("lines").order_by("-pk")[: PAGE + 1])
    more = len(shown) > PAGE
    kept = {name: request.GET[name] for name in ("q", "status", "milik") if request.GET.get(name)}
    return render(
        request,
        "planning/package_list.html",
        {
            "packages": [(package, bar_of(package.lines.all())) for package in shown[:PAGE]],
            "totals": queries.totals_of(found),
            "states": PACKAGE.states,
            "filters": kept,
            "next_url": f"?{urlencode({**kept, 'setelah': shown[PAGE - 1].pk})}" if more else "",
            "first_url": f"?{urlencode(kept)}" if after else "",
            "may_import": actor_of(request).role in IMPORTERS,
            "may_dispose": actor_of(request).role in {Role.PA, Role.KPA},
        },
    )


def _filtered(packages: QuerySet[Package], request: HttpRequest) -> QuerySet[Package]:
    text, state = request.GET.get("q", "").strip()[:100].replace("\x00", ""), request.GET.get("status", "")
    if text:
        packages = packages.filter(Q(kd_rup=text) | Q(name__icontains=text))
    if state in {each.code for each in PACKAGE.states}:
        packages = packages.filter(state=state)
    if request.GET.get("milik"):
        me = actor_of(request).user_id
        packages = packages.filter(Q(ppk_user=me) | Q(pp_user=me))
    return packages


@require_GET
@roles(*READERS)
def package_page(request: HttpRequest, kd_rup: str) -> HttpResponse:
    """One package: money, preparation, history, and the moves the reader may make."""
    package = queries.get_package_by_code_for(actor_of(request), kd_rup)
    lines = list(package.lines.all())
    return render(
        request,
        "planning/package.html",
        {
            "package": package,
            "lines": [(line, bar_of([line])) for line in lines],
            "bar": bar_of(lines),
            "movements": queries.movements_of(package)[:HISTORY],
            "revisions": package.revisions.order_by("-number")[:HISTORY],
            "estimate": estimate_of(package),
            "way": queries.way_of(package.kind_code, package.pagu, region_id=package.region_id),
            "papers": current_papers_of(package),
            "may_estimate": package.state == "ASSIGNED" and package.ppk_user_id == actor_of(request).user_id,
            "may_stand_in": queries.may_stand_in(actor_of(request), package),
            "reads_papers": actor_of(request).role in BUYING | {Role.AUDITOR},
        },
    )


# -- moves ---------------------------------------------------------------------------------------------


def _page(name: str, kind: type[forms.PackageForm], act: Callable[..., Package], done: str) -> View:
    """The view of one move: its form, how its answers go to the action, and the word of thanks."""
    move = PACKAGE.move(name)

    @move_page(move)
    def view(request: HttpRequest, kd_rup: str) -> HttpResponse:
        actor = actor_of(request)
        package = queries.get_package_by_code_for(actor, kd_rup)
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = kind(package, *posted)
        return answered(
            request,
            form,
            lambda: act(actor=actor, package_id=package.pk, **_arguments(form)),
            back=package.get_absolute_url(),
            done=_(done),
            template="planning/move.html",
            context=lambda: {
                "package": package,
                "move": move,
                "estimate": estimate_of(package) if name == "prepare" else None,
                "loads": queries.loads_of(package.organisation_id) if name in HANDING_ON else [],
            },
        )

    return view


def _arguments(form: forms.PackageForm) -> dict[str, Any]:
    """The form's answers under the names of the action's arguments."""
    answers = dict(form.cleaned_data)
    for officer in ("ppk", "pp"):
        if officer in answers:
            answers[f"{officer}_id"] = answers.pop(officer).pk
    return answers


dispose = _page("dispose", forms.DisposeForm, actions.dispose, "Paket didisposisikan kepada PPK.")
reassign = _page("reassign", forms.ReassignForm, actions.reassign, "Paket dialihkan kepada PPK lain.")
prepare = _page(
    "prepare", forms.PrepareForm, actions.prepare, "KAK dan HPS ditetapkan; paket ada di Pejabat Pengadaan."
)
revise = _page("revise", forms.ReasonForm, actions.revise, "Persiapan paket dibuka kembali.")
close = _page("close", forms.ReasonForm, actions.close, "Paket ditutup.")


IMPORTERS: Final = (Role.PA, Role.KPA, Role.OPERATOR)
