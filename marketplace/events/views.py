"""The tray of notices, and the operator's page of parked work."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.events import actions
from marketplace.events.queries import notices_for, parked_entries, parked_jobs

PAGE: Final = 25


@require_GET
@roles.signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The actor's notices, newest first; `?sebelum=` goes on from an id."""
    found = notices_for(actor_of(request))
    before = request.GET.get("sebelum", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    older = f"?sebelum={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    rows = rows[:PAGE]
    context = {"notices": rows, "older": older, "any_unread": any(row.read_at is None for row in rows)}
    return render(request, "events/inbox.html", context)


@require_POST
@roles.signed_in
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go where it points."""
    notice = actions.mark_read(actor=actor_of(request), notice_id=notice_id)
    return redirect(notice.url or "notices")


@require_POST
@roles.signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""
    count = actions.mark_all_read(actor=actor_of(request))
    messages.success(
        request,
        ngettext("%(n)d kabar ditandai dibaca.", "%(n)d kabar ditandai dibaca.", count) % {"n": count},
    )
    return redirect("notices")


@require_GET
@roles(Role.OPERATOR)
def parked(request: HttpRequest) -> HttpResponse:
    """Jobs and entries that failed too often, for an operator to look into."""
    context = {"jobs": parked_jobs()[:PAGE], "entries": parked_entries()[:PAGE]}
    return render(request, "events/parked.html", context)


@require_POST
@roles(Role.OPERATOR)
def retry_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Let a parked job run again."""
    actions.retry_job(actor=actor_of(request), job_id=job_id)
    messages.success(request, _("Pekerjaan dijalankan lagi."))
    return redirect("parked")


@require_POST
@roles(Role.OPERATOR)
def retry_entry(request: HttpRequest, parked_id: int) -> HttpResponse:
    """Give a parked entry to its reader again."""
    actions.retry_entry(actor=actor_of(request), parked_id=parked_id)
    messages.success(request, _("Catatan berhasil diolah."))
    return redirect("parked")
