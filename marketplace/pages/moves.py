"""The page on which somebody takes a move: what it is about, the form, the one button. For every kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Move
from marketplace.pages.answers import answered
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


def insist_open(request: HttpRequest, thing: Aggregate, name: str) -> None:
    """Raise what the door would say when the page of a move is asked for that is not open; a POST asks the door."""
    if request.method != "POST":
        actor = actor_of(request)
        thing.moves.decide(thing.state, name, actor.role, thing.standing(actor) or {})


def take_move(
    request: HttpRequest,
    thing: Any,
    name: str,
    *,
    act: Callable[..., object],
    form: forms.Form,
    about: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
    template: str = "pages/move.html",
    done: str = "",
) -> HttpResponse:
    """Show the page of the move `name`, or take it: `act(**form.cleaned_data)`, then back to the thing's page.

    A refusal is shown above the form with status 409, a badly filled form with 422; nothing typed is lost.
    A GET for a move that is not open now raises what the door would say.
    """
    move = thing.moves.move(name)
    insist_open(request, thing, name)
    return answered(
        request,
        form,
        lambda: act(**form.cleaned_data),
        back=thing.get_absolute_url(),
        done=done or _("Tercatat: %(move)s.") % {"move": move.label},
        template=template,
        context=lambda: {"thing": thing, "move": move, **(about() if callable(about) else about)},
    )


def move_page(move: Move) -> Callable[[View], View]:
    """Open a view, by GET and POST, to those who may take the move: its table is asked, nobody else."""
    takers = sorted(role for role in map(Role, move.roles) if role != Role.SYSTEM)
    return lambda view: require_http_methods(["GET", "POST"])(roles(*takers)(view))
