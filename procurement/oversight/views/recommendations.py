"""One recommendation with its answers, its moves, evidence files, and the page of follow-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.moves import MoveForm, buttons, move_page, take_move
from marketplace.pages.purpose import reads_personal_data
from procurement.oversight import actions, answer_files
from procurement.oversight.forms.cases import WhyForm
from procurement.oversight.forms.follow_up import AnswerForm, ProposeForm, VerifyForm
from procurement.oversight.guards import writable
from procurement.oversight.models import AnswerFile, Recommendation
from procurement.oversight.queries.access import (
    FOLLOWERS,
    get_answer_file_for,
    get_recommendation_for,
    recommendations_for,
)
from procurement.oversight.queries.counts import steps_of
from procurement.oversight.queries.follow_up import follow_up
from procurement.oversight.views.cases import insist_writable
from procurement.oversight.workflow import PUBLISHED, RECOMMENDATION, SETTLED, BpkStatus

SHOWN = 25
_WAITING: Final = {
    "verify": gettext_lazy("Menunggu verifikasi Anda"),
    "propose": gettext_lazy("Menunggu usulan status"),
    "confirm": gettext_lazy("Menunggu penetapan Anda"),
}
"""What the recommendations are called that wait for a step of an auditor."""


def recommendation_or_404(request: HttpRequest, pk: int) -> Recommendation:
    """The recommendation if the person may see it. Raises Http404."""
    try:
        return get_recommendation_for(actor_of(request), pk)
    except Recommendation.DoesNotExist as absent:
        raise Http404 from absent


@require_GET
@roles(*FOLLOWERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Percentage, ageing, and the recommendations themselves.

    `?tampil=selesai` those that are settled, `?langkah=` those that wait for that step of an auditor.
    """
    actor, step = actor_of(request), request.GET.get("langkah", "")
    settled = request.GET.get("tampil") == "selesai"
    steps = steps_of(actor) if actor.role == Role.AUDITOR else {}
    found = recommendations_for(actor).filter(state__in=PUBLISHED)
    found = found.filter(state__in=SETTLED) if settled else found.exclude(state__in=SETTLED)
    if step in steps:
        found = found.filter(steps[step])
    page = Paginator(found.order_by("due_at", "pk"), SHOWN).get_page(request.GET.get("halaman"))
    context = {
        "told": follow_up(actor),
        "statuses": [each.short for each in BpkStatus],
        "page": page,
        "settled": settled,
        "carried": "&tampil=selesai" if settled else f"&langkah={step}" if step in steps else "",
        "step": step if step in steps else "",
        "steps": [(name, _WAITING[name]) for name in steps],
        "is_auditor": actor.role == Role.AUDITOR,
    }
    return render(request, "oversight/follow_up.html", context)


@require_GET
@roles(*FOLLOWERS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One recommendation: what is asked, what was answered, where it stands."""
    thing, actor = recommendation_or_404(request, pk), actor_of(request)
    moves = buttons(actor, thing, thing.pk)
    if any(each["move"].name == "withdraw" for each in moves) and writable(
        thing.finding.case.standing(actor)
    ):
        moves = [each for each in moves if each["move"].name != "withdraw"]
    context = {
        **_about(thing),
        "buttons": moves,
        "crumbs": [_back()],
    }
    return render(request, "oversight/recommendation.html", context)


def _about(thing: Recommendation) -> dict[str, Any]:
    answers = thing.answers.select_related("given_by__user", "given_by__organisation")
    return {
        "thing": thing,
        "answers": list(answers.prefetch_related("files", "recoveries")),
        "finding": thing.finding,
        "case": thing.finding.case,
    }


def _back() -> dict[str, Any]:
    return {"label": _("Tindak lanjut"), "url": reverse("follow_up")}


@never_cache
@require_GET
@roles(*FOLLOWERS)
@reads_personal_data("bukti tindak lanjut")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """An evidence file of an answer."""
    try:
        found = get_answer_file_for(actor_of(request), pk)
    except AnswerFile.DoesNotExist as absent:
        raise Http404 from absent
    response = HttpResponse(answer_files.read(found.sha256), content_type=found.media_type)
    extension = "pdf" if found.media_type == "application/pdf" else "webp"
    response["Content-Disposition"] = f'attachment; filename="bukti-{found.sha256[:12]}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(name: str, act: Callable[..., object], kind: type[MoveForm] = MoveForm) -> View:
    """The view of one move: what it is about, its form, its action."""

    @move_page(RECOMMENDATION.move(name))
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        thing = recommendation_or_404(request, pk)
        if name == "withdraw":
            insist_writable(request, thing.finding.case)
        options: dict[str, Any] = {"region_id": thing.region_id} if kind is ProposeForm else {}
        form = kind(
            request.POST or None, request.FILES or None, initial={"revision": thing.revision}, **options
        )

        def taken(**answers: Any) -> object:
            told = form.told() if isinstance(form, AnswerForm) else answers
            return act(actor=actor_of(request), recommendation_id=thing.pk, **told)

        here = {"label": str(thing), "url": thing.get_absolute_url()}
        about = {**_about(thing), "crumbs": [_back(), here]}
        return take_move(
            request,
            thing,
            name,
            act=taken,
            form=form,
            about=about,
            template="oversight/recommendation_move.html",
        )

    return view


answer = _page("answer", actions.answer, AnswerForm)
verify = _page("verify", actions.verify_answer, VerifyForm)
return_answer = _page("return_answer", actions.return_answer, WhyForm)
propose = _page("propose", actions.propose_status, ProposeForm)
confirm = _page("confirm", actions.confirm_status)
decline = _page("decline", actions.decline_status, WhyForm)
reopen = _page("reopen", actions.reopen, WhyForm)
withdraw = _page("withdraw", actions.withdraw_recommendation)
