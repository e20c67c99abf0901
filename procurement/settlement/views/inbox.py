"""The overseers' page of notifications: what providers told us, what became of it, and doing it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from procurement.settlement import actions, inbox
from procurement.settlement.inbox_forms import EventFiltersForm
from procurement.settlement.models import ProviderEvent

overseers = roles(Role.AUDITOR, Role.OPERATOR)


@overseers
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Every notification of a provider, newest first, fifty at a time."""
    form = EventFiltersForm(request.GET)
    rows: list[ProviderEvent] = []
    older = None
    if form.is_valid():
        rows, older = inbox.page_of_events(
            actor_of(request), form.filters(), before=form.cleaned_data["sebelum"]
        )
    context = {
        "form": form,
        "rows": rows,
        "may_replay": actor_of(request).role == Role.OPERATOR,
        "any_open": any(row.handling.may_be_replayed for row in rows),
        "older_url": _with(request, sebelum=str(older)) if older else "",
        "newest_url": _with(request) if request.GET.get("sebelum") else "",
        "filtered": any(value for key, value in request.GET.items() if key != "sebelum"),
        "years": inbox.KEPT_YEARS,
    }
    return render(request, "settlement/events.html", context, status=200 if form.is_valid() else 400)


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("sebelum", None)
    query.update(changes)
    return f"?{query.urlencode()}"


@overseers
@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One notification: headers and body (secrets and personal data covered), and the journals it proved."""
    try:
        found = inbox.get_event_for(actor_of(request), pk)
    except ProviderEvent.DoesNotExist as error:
        raise Http404 from error
    context = {
        "opened": inbox.opened_event(found),
        "event": found,
        "may_replay": actor_of(request).role == Role.OPERATOR and found.handling.may_be_replayed,
        "crumbs": [{"label": _("Kabar pembayaran"), "url": reverse("payment-events")}],
    }
    return render(request, "settlement/event.html", context)


@roles(Role.OPERATOR)
@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Have the ticked notifications done again."""
    ticked = [int(each) for each in request.POST.getlist("kabar") if each.isdecimal() and len(each) < 19]
    count = actions.replay_events(actor=actor_of(request), event_ids=ticked)
    done = ngettext("%(n)d kabar diolah lagi.", "%(n)d kabar diolah lagi.", count) % {"n": count}
    messages.success(request, done if count else _("Tidak ada yang diulang: semuanya sudah diolah."))
    return redirect("payment-events")
