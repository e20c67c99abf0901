"""The import page: upload → preview → choice → result."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.planning import actions, forms
from procurement.planning.importing.report import Choice, ImportReport
from procurement.planning.models import PlanUpload
from procurement.planning.views import IMPORTERS


@require_http_methods(["GET", "POST"])
@roles(*IMPORTERS)
def import_page(request: HttpRequest) -> HttpResponse:
    """Ask for a file, show what it would change, and import it on the second step."""
    if request.method == "POST" and "upload" in request.POST:
        return _decide(request)
    if request.method == "POST":
        return _preview(request)
    return render(request, "planning/import.html", {"form": forms.UploadForm()})


def _preview(request: HttpRequest) -> HttpResponse:
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "planning/import.html", {"form": form}, status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        report = _import(actor_of(request), file.name, content, Choice.GOOD_ROWS, dry_run=True)
    except Refused as refused:
        return render(request, "planning/import.html", {"form": form, "refused": refused}, status=409)
    upload = _keep(actor_of(request), file.name, content)
    choice = Choice.GOOD_ROWS if report.errors else Choice.WHOLE_FILE
    decision = forms.ImportForm(initial={"upload": upload.pk, "choice": choice})
    return render(request, "planning/import_preview.html", {"report": report, "form": decision})


def _decide(request: HttpRequest) -> HttpResponse:
    form = forms.ImportForm(request.POST)
    if not form.is_valid():
        return render(request, "planning/import.html", {"form": forms.UploadForm()}, status=409)
    actor = actor_of(request)
    upload = PlanUpload.objects.get(pk=form.cleaned_data["upload"], by=actor.user_id)
    report = _import(
        actor, upload.file_name, bytes(upload.content), Choice(form.cleaned_data["choice"]), dry_run=False
    )
    if report.applied:
        upload.delete()
    decision = None if report.applied else form
    context = {"report": report, "form": decision}
    template = "planning/import_result.html" if report.applied else "planning/import_preview.html"
    return render(request, template, context, status=200 if report.applied else 409)


def _import(actor: Actor, name: str, content: bytes, choice: Choice, *, dry_run: bool) -> ImportReport:
    """Operators import for their region, PA and KPA for their own unit alone."""
    own = Organisation.objects.select_related("region").get(pk=actor.organisation_id or 0)
    return actions.import_plan(
        actor=actor,
        file_name=name,
        content=content,
        choice=choice,
        dry_run=dry_run,
        only_region=own.region.klpd_code,
        only_unit=None if actor.role == Role.OPERATOR else own.code,
    )


def _keep(actor: Actor, name: str, content: bytes) -> PlanUpload:
    """Hold the file until the decision; a person holds one file at a time."""
    PlanUpload.objects.filter(by=actor.user_id).delete()
    return PlanUpload.objects.create(
        by_id=actor.user_id or 0,
        file_name=name[:200],
        sha256=sha256(content).hexdigest(),
        content=content,
        at=clock.now(),
    )
