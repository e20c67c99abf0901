"""Questions of the invited and the buyer's answers."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from procurement.competition import actions
from procurement.competition.forms import TextForm
from procurement.competition.models import Question
from procurement.competition.queries import get_competition_for
from procurement.competition.views.pages import crumbs_of
from procurement.competition.workflow import BUYERS


@require_http_methods(["GET", "POST"])
@roles(Role.VENDOR)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask; the page says who will read it."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    form = TextForm(_("Pertanyaan"), request.POST if request.method == "POST" else None)
    return answered(
        request,
        form,
        lambda: actions.ask(actor=actor, number=number, **form.cleaned_data),
        back=competition.get_absolute_url(),
        done=_("Pertanyaan terkirim. Jawabannya dibaca semua yang diundang."),
        template="competition/ask.html",
        context={"competition": competition, "crumbs": crumbs_of(competition, _("Tanya"))},
    )


@require_http_methods(["GET", "POST"])
@roles(*BUYERS)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the question named by `?tanya=<id>`."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    question = _question(request, competition.pk)
    form = TextForm(_("Jawaban"), request.POST if request.method == "POST" else None)
    act = partial(actions.answer, actor=actor, number=number, question_id=question.pk)
    return answered(
        request,
        form,
        lambda: act(**form.cleaned_data),
        back=competition.get_absolute_url(),
        done=_("Jawaban terkirim kepada semua yang diundang."),
        template="competition/answer.html",
        context={
            "competition": competition,
            "question": question,
            "crumbs": crumbs_of(competition, _("Jawab")),
        },
    )


def _question(request: HttpRequest, competition_id: int) -> Question:
    """The question asked for, else the oldest without an answer. Raises Question.DoesNotExist."""
    wanted = request.GET.get("tanya", "")
    found = Question.objects.filter(competition_id=competition_id)
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return found.get(pk=int(wanted))
    open_one = found.filter(answer__isnull=True).first()
    if open_one is None:
        raise Question.DoesNotExist
    return open_one
