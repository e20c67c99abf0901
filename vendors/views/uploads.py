"""A vendor's files of listings: template, upload, preview, saving, result; and all listings as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from vendors import actions, queries
from vendors.bulk_upload import exporting, writing
from vendors.bulk_upload.returning import Returned
from vendors.forms import CommitForm, UploadForm
from vendors.models import Listing, ListingUpload
from vendors.views.forms import edits, sent

PAGE_SIZE = 20
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@edits
@roles(Role.VENDOR)
def new_upload(request: ActorRequest) -> HttpResponse:
    """Upload a file of listings; templates to begin with, and the files uploaded before."""
    form, refused = UploadForm(*sent(request, files=True)), None
    if request.method == "POST" and form.is_valid():
        try:
            upload = actions.receive_upload(
                actor=request.actor,
                table=form.cleaned_data["table"],
                pictures=form.cleaned_data["pictures"],
            )
        except Refused as refusal:
            refused = refusal
        else:
            return redirect(upload)
    page = Paginator(queries.uploads_for(request.actor).order_by("-pk"), PAGE_SIZE).get_page(
        request.GET.get("hal")
    )
    context = {
        "form": form,
        "refused": refused,
        "page": page,
        "kinds": Listing.Kind.choices,
        "crumbs": [_own_crumb()],
    }
    status = 409 if refused else 422 if form.is_bound and form.errors else 200
    return render(request, "vendors/uploads/new.html", context, status=status)


@require_safe
@roles(Role.VENDOR)
def upload(request: ActorRequest, pk: int) -> HttpResponse:
    """An uploaded file: how far it is, what it would change, what came of it."""
    return _page(request, queries.get_upload_for(request.actor, pk))


@require_safe
@roles(Role.VENDOR)
def progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The part of the page that looks again by itself; when the work is done, the whole page is asked for."""
    found = queries.get_upload_for(request.actor, pk)
    response = render(request, "vendors/uploads/progress.html", {"upload": found})
    if not found.at_work:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@roles(Role.VENDOR)
def commit(request: ActorRequest, pk: int) -> HttpResponse:
    """Have the rows of a previewed file saved."""
    found = queries.get_upload_for(request.actor, pk)
    form = CommitForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        actions.commit_upload(actor=request.actor, upload_id=pk, **form.cleaned_data)
    except Refused as refusal:
        return _page(request, found, form=form, refused=refusal, status=409)
    return redirect(found)


@require_POST
@roles(Role.VENDOR)
def stop(request: ActorRequest, pk: int) -> HttpResponse:
    """Stop an upload where it stands."""
    found = queries.get_upload_for(request.actor, pk)
    try:
        actions.stop_upload(actor=request.actor, upload_id=pk)
    except Refused as refusal:
        return _page(request, queries.get_upload_for(request.actor, pk), refused=refusal, status=409)
    return redirect(found)


def _page(
    request: ActorRequest,
    found: ListingUpload,
    *,
    form: CommitForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "upload": found,
        "form": form or CommitForm(initial={"revision": found.revision, "choice": found.choice}),
        "refused": refused,
        "groups": queries.groups_of(found),
        "result": queries.result_of(found),
        "crumbs": [_own_crumb(), {"label": _("Unggah banyak produk"), "url": "/produk-saya/unggah/"}],
    }
    return render(request, "vendors/uploads/upload.html", context, status=status)


@require_safe
@roles(Role.VENDOR)
def returned(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The uploaded file given back with its errors and, once saved, with codes and outcomes."""
    found = queries.get_upload_for(request.actor, pk)
    try:
        file = Returned(found)
    except Refused as refusal:
        return _page(request, found, refused=refusal, status=409)
    name = "hasil" if found.outcome else "kesalahan"
    if found.format == ListingUpload.Format.CSV:
        return _streamed(file.as_csv(), f"{name}-{pk}.csv")
    return _written(file.as_xlsx, f"{name}-{pk}.xlsx")


@require_safe
@roles(Role.VENDOR)
def template(request: ActorRequest) -> HttpResponse:
    """An empty spreadsheet for one kind of offer: `?jenis=KATERING&format=xlsx`."""
    kind = request.GET.get("jenis", "")
    kind = kind if kind in Listing.Kind.values else Listing.Kind.CATERING
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    content = writing.template(kind, dict(queries.leaf_categories()), form=form)
    return _as_download(
        HttpResponse(content, content_type=MEDIA_TYPES[form]), f"templat-{kind.lower()}.{form}"
    )


@require_safe
@roles(Role.VENDOR)
def export(request: ActorRequest) -> HttpResponseBase:
    """All listings of the vendor as a file that can be edited and uploaded again: `?format=xlsx` or `csv`."""
    vendor = queries.own_vendor(request.actor)
    name = f"produk-{clock.today():%Y-%m-%d}"
    if request.GET.get("format") == "csv":
        return _streamed(exporting.as_csv(vendor.pk), f"{name}.csv")
    return _written(lambda file: exporting.as_xlsx(vendor.pk, file), f"{name}.xlsx")


def _streamed(rows: Any, name: str) -> HttpResponseBase:
    return _as_download(StreamingHttpResponse(rows, content_type=MEDIA_TYPES["csv"]), name)


def _written(write: Callable[[IO[bytes]], None], name: str) -> HttpResponseBase:
    """An xlsx file by way of the disk: no file of 50,000 rows stands in memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write(file)
    file.seek(0)
    return _as_download(FileResponse(file, content_type=MEDIA_TYPES["xlsx"]), name)


def _as_download(response: Any, name: str) -> Any:
    """Saved, never shown: the name is ours, the content is what people wrote."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _own_crumb() -> dict[str, str]:
    return {"label": _("Produk saya"), "url": "/produk-saya/"}
