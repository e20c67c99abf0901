"""Proposed changes to what was verified: the operator compares and decides, the vendor may withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from vendors import actions, queries, workflow
from vendors.forms import MoveForm
from vendors.queries.amendments import compared
from vendors.views.forms import edits, sent

ACTS: dict[str, Callable[..., None]] = {
    "accept": actions.accept_amendment,
    "return": actions.return_amendment,
    "withdraw": actions.withdraw_amendment,
}


@require_safe
@roles(Role.OPERATOR)
def amendment(request: ActorRequest, pk: int) -> HttpResponse:
    """What is verified beside what is proposed; personal numbers masked."""
    proposed = queries.get_amendment_for(request.actor, pk)
    context = {"amendment": proposed, "rows": compared(proposed)}
    return render(request, "vendors/amendment.html", context)


@edits
@roles(Role.OPERATOR, Role.VENDOR)
def move_amendment(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Take a move of a proposal."""
    proposed = queries.get_amendment_for(request.actor, pk)
    asked = MoveForm(*sent(request), initial={"revision": proposed.revision}, with_reason=name == "return")
    back = reverse("vendor-tasks") if request.actor.role is Role.VENDOR else reverse("amendment", args=[pk])

    def take() -> None:
        said: dict[str, Any] = {key: value for key, value in asked.cleaned_data.items() if value is not None}
        ACTS[name](actor=request.actor, amendment_id=pk, **said)

    return answered(
        request,
        asked,
        take,
        back=back,
        done=_("Tersimpan."),
        template="vendors/amendment_move.html",
        context={"amendment": proposed, "move": workflow.AMENDMENT.move(name), "back": back},
    )
