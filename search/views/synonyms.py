"""The curator's list of synonyms: read any version, see what a change would do, save it as the next version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from search import actions, synonyms
from search.forms import EndSynonymsForm, SynonymsForm
from search.models import SynonymChange
from search.synonym_preview import Preview, preview
from search.synonym_reading import get_synonym_group_for, history_of, version_of, with_text
from search.synonyms import Book
from vendors.queries import visible_regions

PAGE_SIZE = 60
SAVE = "simpan"


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def synonym_list(request: ActorRequest) -> HttpResponse:
    """The groups of the newest version, or of an older one."""
    newest = synonyms.newest_version()
    book = synonyms.book(version_of(request.GET.get("versi", ""), newest))
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    page = Paginator(with_text(book, text), PAGE_SIZE).get_page(request.GET.get("hal"))
    context = {
        "page": page,
        "book": book,
        "newest": newest,
        "q": text,
        "changes": SynonymChange.objects.select_related("changed_by").order_by("-version")[:20],
        "carried": f"&q={text}&versi={book.version}"
        if text.isalnum() or not text
        else f"&versi={book.version}",
        "may_change": request.actor.role is Role.CURATOR,
        "crumbs": [{"label": _("Kurasi"), "url": reverse("listing-queue")}, {"label": _("Sinonim")}],
    }
    return render(request, "search/synonym_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.CURATOR)
def synonym_add(request: ActorRequest) -> HttpResponse:
    """Add a group, after a look at what it would do."""
    form = SynonymsForm(
        request.POST if request.method == "POST" else None,
        initial={"version": synonyms.newest_version(), "members": request.GET.get("kata", "")[:80]},
    )

    def save() -> None:
        actions.add_synonyms(actor=request.actor, **_answers(form))

    context = {"title": _("Kelompok sinonim baru"), "crumbs": _crumbs(_("Baru"))}
    return _page(request, form, 0, save, context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.CURATOR, Role.OPERATOR)
def synonym_group(request: ActorRequest, number: int) -> HttpResponse:
    """One group with its history; a curator changes it after a look at what that would do."""
    group = get_synonym_group_for(request.actor, number)
    changes = history_of(number)
    members = group.members if group else changes[0].members
    form = SynonymsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "version": synonyms.newest_version(),
            "members": "\n".join(members),
            "one_way": bool(group and group.one_way),
        },
    )

    def save() -> None:
        actions.change_synonyms(actor=request.actor, number=number, **_answers(form))

    context = {
        "title": _("Kelompok sinonim %(number)s") % {"number": number},
        "number": number,
        "group": group,
        "changes": changes,
        "shipped": synonyms.shipped().groups.get(number),
        "crumbs": _crumbs(str(number)),
    }
    return _page(request, form, number, save, context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.CURATOR)
def synonym_end(request: ActorRequest, number: int) -> HttpResponse:
    """End a group, after a look at what that would do."""
    group = get_synonym_group_for(request.actor, number)
    form = EndSynonymsForm(
        request.POST if request.method == "POST" else None, initial={"version": synonyms.newest_version()}
    )

    def save() -> None:
        actions.end_synonyms(actor=request.actor, number=number, **form.cleaned_data)

    context = {
        "title": _("Akhiri kelompok sinonim %(number)s") % {"number": number},
        "number": number,
        "group": group,
        "ending": True,
        "crumbs": _crumbs(str(number)),
    }
    return _page(request, form, number, save, context)


def _page(
    request: ActorRequest,
    form: EndSynonymsForm,
    number: int,
    save: Callable[[], None],
    context: dict[str, Any],
) -> HttpResponse:
    """The form; sent for a look, with what it would do; sent to be saved, the list."""
    refused, seen = None, None
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("langkah") == SAVE:
                save()
                messages.success(
                    request,
                    _("Tersimpan sebagai versi %(version)s.") % {"version": synonyms.newest_version()},
                )
                return redirect("synonyms")
            seen = _seen(request, form, number)
        except Refused as refusal:
            refused = refusal
    status = 409 if refused else 422 if form.is_bound and form.errors else 200
    shown = {
        "form": form,
        "refused": refused,
        "preview": seen,
        "next": synonyms.newest_version() + 1,
        **context,
    }
    shown["may_change"] = request.actor.role is Role.CURATOR
    return render(request, "search/synonym_form.html", shown, status=status)


def _seen(request: ActorRequest, form: EndSynonymsForm, number: int) -> Preview:
    before = synonyms.book(synonyms.newest_version())
    group, also = None, ""
    if isinstance(form, SynonymsForm):
        group = actions.checked_group(
            before, form.listed(), one_way=form.cleaned_data["one_way"], number=number
        )
        also = form.cleaned_data["also"]
    after: Book = before.with_group(number, group)
    return preview(
        before=before, after=after, number=number, also=also, regions=visible_regions(request.actor)
    )


def _answers(form: SynonymsForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {
        "members": form.listed(),
        "one_way": said["one_way"],
        "reason": said["reason"],
        "version": said["version"],
    }


def _crumbs(label: str) -> list[dict[str, str]]:
    return [
        {"label": _("Kurasi"), "url": reverse("listing-queue")},
        {"label": _("Sinonim"), "url": reverse("synonyms")},
        {"label": label},
    ]
