"""The story of an order with its papers, payments and flags, and the acknowledgement of its entries."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.audit.queries import get_entry_for, latest_checkpoint, line_of
from marketplace.pages.answers import form_page
from marketplace.pages.purpose import stated_purpose
from procurement.oversight.actions.watching import acknowledge, acknowledge_story
from procurement.oversight.forms.explorer import RemarkForm
from procurement.oversight.queries.stories import Step, story_of_order, unread
from procurement.oversight.views.cases import crumbs
from procurement.oversight.views_evidence import WANTED
from procurement.purchasing.models import Purchase


@require_GET
@roles(Role.AUDITOR)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One order from its beginning to its end."""
    try:
        story = story_of_order(actor_of(request), number)
    except Purchase.DoesNotExist as absent:
        raise Http404 from absent
    here = reverse("order_story", args=[number])
    wanted = stated_purpose(request) and request.session.get(WANTED) == number
    context = {
        "pack_url": reverse("evidence_pack", args=[number]) if wanted else "",
        "story": story,
        "purchase": story.purchase,
        "steps": [_step(each, here) for each in story.steps],
        "checkpoint": latest_checkpoint(),
        "crumbs": crumbs({"label": _("Jelajah"), "url": reverse("explorer")}),
    }
    return render(request, "oversight/story.html", context)


def _step(step: Step, here: str) -> dict[str, Any]:
    entry, waiting = step.line.entry, step.line.leaf_index is None
    return {
        "line": step.line,
        "place": _("menunggu giliran masuk pohon")
        if waiting
        else _("catatan %(entry)d, daun %(leaf)d pohon log")
        % {"entry": entry.pk, "leaf": step.line.leaf_index},
        "proof_url": reverse("audit-proof", args=[entry.pk]),
        "acknowledge_url": f"{reverse('entry_acknowledge', args=[entry.pk])}?kembali={here}",
        "seen": step.seen,
    }


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an entry as read, with a remark or without."""
    actor = actor_of(request)
    try:
        found = get_entry_for(actor, pk)
    except Entry.DoesNotExist as absent:
        raise Http404 from absent
    back = request.GET.get("kembali", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("audit-story", args=[found.aggregate_type, found.aggregate_id])
    form = RemarkForm(request.POST or None)
    line = line_of(found)
    return form_page(
        request,
        form,
        lambda: acknowledge(actor=actor, entry_id=found.pk, remark=form.cleaned_data["remark"]),
        title=_("Tandai sudah dibaca"),
        lead=f"{line.sentence} ({line.actor})",
        label=_("Tandai"),
        back=back,
        done=_("Catatan ditandai sudah dibaca."),
        context={"crumbs": crumbs({"label": _("Cerita"), "url": back})},
    )


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def acknowledge_all(request: HttpRequest, number: str) -> HttpResponse:
    """Mark the whole story as read, once the reader says so, with one remark or none."""
    actor, form = actor_of(request), RemarkForm(request.POST or None)
    try:
        left = unread(actor, number)
    except Purchase.DoesNotExist as absent:
        raise Http404 from absent
    back = reverse("order_story", args=[number])
    return form_page(
        request,
        form,
        lambda: acknowledge_story(actor=actor, number=number, remark=form.cleaned_data["remark"]),
        title=_("Tandai seluruh cerita %(number)s sudah dibaca") % {"number": number},
        lead=_(
            "%(n)s catatan yang belum Anda tandai dicatat sudah Anda baca, masing-masing di log audit. "
            "Tanda ini tidak dapat ditarik."
        )
        % {"n": left},
        label=_("Tandai %(n)s catatan") % {"n": left},
        back=back,
        done=_("%(n)s catatan ditandai sudah dibaca.") % {"n": left},
        context={"crumbs": crumbs({"label": _("Cerita"), "url": back})},
    )
