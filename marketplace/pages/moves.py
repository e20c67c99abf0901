"""The page on which somebody takes a move: what it is about, the form, the one button. For every kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.access import ActorRequest
from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.workflow.door import legal_moves
from marketplace.workflow.models import Aggregate


class MoveForm(forms.Form):
    """What every move's form carries: the revision the page was made from. Subclasses add what the move needs."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReasonForm(MoveForm):
    """A move that must be explained."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Paling sedikit 10 huruf. Semua pihak pada pesanan ini membacanya."),
    )


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; the middleware put it there."""
    return cast(ActorRequest, request).actor


def buttons(actor: Actor, thing: Aggregate, key: object) -> list[dict[str, Any]]:
    """What `components/move_buttons.html` shows: the legal moves that have a page, the first plain one primary."""
    found: list[dict[str, Any]] = []
    primary_taken = False
    for move in legal_moves(actor, thing):
        try:
            url = reverse(f"{thing.aggregate}-{move.name}", args=[key])
        except NoReverseMatch:
            continue  # taken by the system alone, or by a room that is not installed
        primary = move.primary and not move.danger and not primary_taken
        primary_taken = primary_taken or primary
        found.append({"move": move, "url": url, "primary": primary})
    return found


def take_move(
    request: HttpRequest,
    thing: Any,
    name: str,
    *,
    act: Callable[..., object],
    form: forms.Form,
    about: Mapping[str, Any],
    template: str = "pages/move.html",
    done: str = "",
) -> HttpResponse:
    """Show the page of the move `name`, or take it: `act(**form.cleaned_data)`, then back to the thing's page.

    A refusal is shown above the form with status 409, a badly filled form with 422; nothing typed is lost.
    A GET for a move that is not open now raises what the door would say.
    """
    refused: Refused | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(**form.cleaned_data)
            except Refused as refusal:
                refused, status = refusal, 409
            else:
                messages.success(
                    request, done or _("Tercatat: %(move)s.") % {"move": thing.moves.move(name).label}
                )
                return redirect(thing.get_absolute_url())
    else:
        actor = actor_of(request)
        thing.moves.decide(thing.state, name, actor.role, thing.standing(actor) or {})
    context = {"thing": thing, "move": thing.moves.move(name), "form": form, "refused": refused, **about}
    return render(request, template, context, status=status)
