"""Who may enter a page: every view says so, and the permission walk reads what it said."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from marketplace.accounts.actors import PUBLIC, Actor
from marketplace.accounts.models import User
from marketplace.accounts.queries import appointments_of
from marketplace.accounts.roles import APPOINTABLE, Role

SESSION_KEY = "appointment"

View = Callable[..., HttpResponseBase]


class ActorRequest(HttpRequest):
    """A request that came through ActorMiddleware."""

    actor: Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, and under which appointment; the middleware put it there."""
    return cast(ActorRequest, request).actor


class DeclaredView(Protocol):
    """A view that says which roles may enter; `None` means everyone, signed in or not."""

    may_enter: frozenset[Role] | None

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def _declare(view: View, may_enter: frozenset[Role] | None) -> View:
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_enter is None:
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if actor_of(request).role not in may_enter:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    cast(DeclaredView, entered).may_enter = may_enter
    return entered


class _Roles:
    """`@roles(Role.PPK, Role.PP)`, `@roles.signed_in`, `@roles.everyone`: who may enter a view."""

    def __call__(self, *allowed: Role) -> Callable[[View], View]:
        return lambda view: _declare(view, frozenset(allowed))

    def signed_in(self, view: View) -> View:
        """Any person under an appointment, or signed in and without one (who then sees how to get one)."""
        return _declare(view, APPOINTABLE | {Role.PUBLIC})

    def everyone(self, view: View) -> View:
        """Anybody at all."""
        return _declare(view, None)


roles = _Roles()


def current_actor(request: HttpRequest) -> Actor:
    """The actor of a request: the signed-in user's chosen appointment, the first one, or the public."""
    if not request.user.is_authenticated:
        return PUBLIC
    user = request.user
    appointments = list(appointments_of(user)) if user.in_force is None else user.in_force
    if not appointments:
        return Actor(user_id=user.pk, name=user.name, role=Role.PUBLIC)
    chosen = request.session.get(SESSION_KEY)
    return Actor.of(next((each for each in appointments if each.pk == chosen), appointments[0]))


def choose_appointment(request: HttpRequest, appointment_id: int) -> Actor:
    """Act under another of one's own appointments. Raises Appointment.DoesNotExist for foreign ones."""
    appointment = appointments_of(cast(User, request.user)).get(pk=appointment_id)
    request.session[SESSION_KEY] = appointment.pk
    return Actor.of(appointment)
