"""Objections: filed by the vendor, decided by an operator who did not take the decision objected to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import MoveForm, buttons, move_page, take_move
from vendors import actions, queries, workflow
from vendors.forms import AnswerForm, ObjectionForm
from vendors.models import Objection
from vendors.views.checking import PAGE_SIZE
from vendors.views.forms import edits, sent


@require_safe
@roles(Role.VENDOR)
def own_objections(request: ActorRequest) -> HttpResponse:
    """The vendor's objections, and the decisions that may still be objected to."""
    page = Paginator(queries.objections_for(request.actor), PAGE_SIZE).get_page(request.GET.get("hal"))
    context = {
        "page": page,
        "rows": [(objection, queries.decision_of(objection)) for objection in page],
        "decisions": queries.open_decisions(request.actor),
    }
    return render(request, "vendors/own_objections.html", context)


@edits
@roles(Role.VENDOR)
def new_objection(request: ActorRequest, entry: int) -> HttpResponse:
    """Object to a decision."""
    decision = queries.get_decision_for(request.actor, entry)
    form = ObjectionForm(*sent(request, files=True))

    def act() -> None:
        actions.file_objection(
            actor=request.actor,
            entry_id=entry,
            text=form.cleaned_data["text"],
            content=form.cleaned_data["scan"],
        )

    return answered(
        request,
        form,
        act,
        back=reverse("objection-own"),
        done=_("Keberatan terkirim. Operator lain memeriksanya."),
        template="vendors/objection_form.html",
        context={"decision": decision, "crumbs": [_own_crumb(), {"label": decision.label}]},
    )


@require_safe
@roles(Role.OPERATOR)
def objection_queue(request: ActorRequest) -> HttpResponse:
    """Objections that wait for a decision, the most urgent first."""
    waiting = queries.objections_for(request.actor).filter(state="SUBMITTED").order_by("due_at", "pk")
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("hal"))
    waited = queries.waits(page.object_list)
    rows = [(each, queries.decision_of(each), waited.get(each.pk)) for each in page]
    return render(request, "vendors/objection_queue.html", {"page": page, "rows": rows})


@require_safe
@roles(Role.VENDOR, Role.OPERATOR)
def objection(request: ActorRequest, pk: int) -> HttpResponse:
    """One objection: what it is about, what it says, the answer, what may be done."""
    found = queries.get_objection_for(request.actor, pk)
    context = {
        **_about(request, found),
        "buttons": buttons(request.actor, found, found.pk),
        **found.standing(request.actor),
    }
    return render(request, "vendors/objection.html", context)


@move_page(workflow.OBJECTION.move("uphold"))
def uphold(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold an objection; its consequence follows at once."""
    return _decided(request, pk, "uphold", actions.uphold_objection)


@move_page(workflow.OBJECTION.move("dismiss"))
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Dismiss an objection with the reason."""
    return _decided(request, pk, "dismiss", actions.dismiss_objection)


@move_page(workflow.OBJECTION.move("withdraw"))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own objection back."""
    return _decided(request, pk, "withdraw", actions.withdraw_objection, MoveForm)


def _decided(
    request: HttpRequest, pk: int, name: str, act: Callable[..., None], kind: type[MoveForm] = AnswerForm
) -> HttpResponse:
    actor = actor_of(request)
    found = queries.get_objection_for(actor, pk)
    data = request.POST if request.method == "POST" else None
    return take_move(
        request,
        found,
        name,
        act=partial(act, actor=actor, objection_id=pk),
        form=kind(data, initial={"revision": found.revision}),
        about=_about(request, found),
        template="vendors/objection_move.html",
    )


def _about(request: HttpRequest, found: Objection) -> dict[str, object]:
    actor = actor_of(request)
    decision = queries.decision_of(found)
    first = (
        _own_crumb()
        if actor.role is Role.VENDOR
        else {"label": _("Keberatan"), "url": reverse("objection-queue")}
    )
    return {
        "objection": found,
        "decision": decision,
        "subject_url": queries.subject_url(found, actor),
        "crumbs": [first, {"label": decision.label}],
    }


def _own_crumb() -> dict[str, str]:
    return {"label": _("Keberatan saya"), "url": reverse("objection-own")}
