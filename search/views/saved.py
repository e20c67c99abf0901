"""A person's saved searches: the list, keeping one, what was found for it, pausing and letting go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from search import actions
from search.actions.saved import MOST_SAVED
from search.forms import SavedSearchForm
from search.models.saved import LONGEST_NAME
from search.question import Question
from search.saved_reading import (
    get_saved_search_for,
    latest_news,
    listings_of,
    news_of,
    news_on,
    saved_searches_for,
    watcher_of,
)
from search.shelf import Shelf, shelf


@require_safe
@roles.signed_in
def saved_list(request: ActorRequest) -> HttpResponse:
    """All of one's own, each with what was told last."""
    mine = list(saved_searches_for(request.actor))
    news = latest_news(mine)
    context = {"rows": [(each, news.get(each.pk)) for each in mine], "most": MOST_SAVED}
    return render(request, "search/saved_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles.signed_in
def saved_add(request: ActorRequest) -> HttpResponse:
    """Keep the question of the address under a name; what was repaired in its words is kept as it was answered."""
    page = shelf(request.actor, Question.read(request.GET))
    question = replace(page.question, page=1)
    if page.answer.corrected:
        question = replace(question, text=page.answer.corrected)
    form = SavedSearchForm(
        request.POST if request.method == "POST" else None, initial={"name": _suggested(page, question)}
    )

    def save() -> None:
        actions.save_search(actor=request.actor, name=form.cleaned_data["name"], question=question)

    return answered(
        request,
        form,
        save,
        back=reverse("saved-searches"),
        done=_("Tersimpan. Kami kabari Anda bila ada produk baru yang cocok."),
        template="search/saved_form.html",
        context={
            "page": page,
            "question": question,
            "search_url": reverse("search") + question.query_string(),
            "crumbs": _crumbs(_("Simpan pencarian")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles.signed_in
def saved_search(request: ActorRequest, pk: int) -> HttpResponse:
    """One saved search: what arrived for it, day by day; its name can be changed."""
    saved = get_saved_search_for(request.actor, pk)
    form = SavedSearchForm(
        request.POST if request.method == "POST" else None, initial={"name": saved.name}, auto_id="nama-%s"
    )

    def rename() -> None:
        actions.rename_search(actor=request.actor, pk=pk, name=form.cleaned_data["name"])

    news = news_of(saved)
    shown = news_on(news, request.GET.get("hari", ""))
    return answered(
        request,
        form,
        rename,
        back=saved.get_absolute_url(),
        done=_("Nama pencarian diganti."),
        template="search/saved_search.html",
        context={
            "saved": saved,
            "news": news,
            "shown": shown,
            "listings": listings_of(request.actor, shown) if shown else [],
            "ended": watcher_of(saved) is None,
            "crumbs": _crumbs(saved.name),
        },
    )


@require_POST
@roles.signed_in
def saved_pause(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell nothing of it for now."""
    return _done(request, pk, actions.pause_search, _("Kabar dijeda."))


@require_POST
@roles.signed_in
def saved_resume(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell of new listings again."""
    return _done(
        request, pk, actions.resume_search, _("Kabar dilanjutkan: produk yang tayang mulai sekarang.")
    )


@require_POST
@roles.signed_in
def saved_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Let it go."""
    return _done(request, pk, actions.unsave_search, _("Pencarian tersimpan dihapus."))


def _done(request: ActorRequest, pk: int, act: Callable[..., object], told: str) -> HttpResponse:
    try:
        act(actor=request.actor, pk=pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect("saved-searches")


def _suggested(page: Shelf, question: Question) -> str:
    """A name to begin with: the words, else the category or the first filter."""
    labels = [question.text, *(link.label for link in page.chosen)]
    return next((label[:LONGEST_NAME] for label in labels if label), "")


def _crumbs(label: str) -> list[dict[str, Any]]:
    return [{"label": _("Pencarian tersimpan"), "url": reverse("saved-searches")}, {"label": label}]
