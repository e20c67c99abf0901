"""A worker that kills itself at a named point, for the tests of what survives that. Nothing of it is in the product.

    python -m tests.settlement.crash_worker          # reads one JSON command a line, answers one JSON line each

Every command forks a process of its own that does the work of one scene: an act, its jobs, the provider's notices.
Before and after each SQL statement, commit and HTTP request of that process lies a point; the command says at which one
it dies by SIGKILL, or asks for a list of them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be ready first
from django.db import connection  # noqa: E402
from requests import Session  # noqa: E402

from marketplace.accounts.actors import Actor  # noqa: E402
from marketplace.accounts.models import Appointment  # noqa: E402
from marketplace.core import clock  # noqa: E402
from marketplace.core.transitions import Refused  # noqa: E402
from marketplace.events.jobs import run_due  # noqa: E402
from procurement.settlement.actions import agree_resolution, receive_notification, start_payment  # noqa: E402
from tests.fakes.stripe.webhooks import sign  # noqa: E402


class Points:
    """Counts what this process does to the world, and ends it at one of the places between."""

    def __init__(self, kill: int | None) -> None:
        self.kill = kill
        self.names: list[str] = []

    def around(self, name: str, act: Callable[[], Any]) -> Any:
        """Do it, with a point before and one after."""
        self._reach(f"before {name}")
        answer = act()
        self._reach(f"after {name}")
        return answer

    def _reach(self, name: str) -> None:
        if self.kill == len(self.names):
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)

    def install(self) -> None:
        """Stand between this process and its database and provider."""
        connection.ensure_connection()
        connection.execute_wrappers.append(self._statement)
        commit, send = connection._commit, Session.send  # type: ignore[attr-defined]
        connection._commit = lambda: self.around("COMMIT", commit)  # type: ignore[attr-defined]
        points = self

        def sent(session: Session, request: Any, **named: Any) -> Any:
            what = f"HTTP {request.method} {request.path_url.partition('?')[0]}"
            return points.around(what, lambda: send(session, request, **named))

        Session.send = sent  # type: ignore[assignment, method-assign]

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        what = " ".join(str(sql).split()[:3]).replace('"', "")
        return self.around(what, lambda: execute(sql, params, many, context))


def deliver_all(told: dict[str, Any]) -> None:
    """Bring everything that the provider has to tell to the receiver, as its webhooks do."""
    key = {"Authorization": f"Bearer {told['key']}"}
    with urlopen(Request(f"{told['stripe']}/v1/events", headers=key)) as answer:
        events = json.loads(answer.read())["data"][::-1]
    for event in events:
        raw = json.dumps(event).encode()
        header = sign(raw, told["secret"], at=int(clock.now().timestamp()))
        receive_notification("stripe", raw, {"Stripe-Signature": header})


def actor_of(told: dict[str, Any]) -> Actor:
    """Who acts in the scene."""
    appointments = Appointment.objects.select_related("user", "organisation")
    return Actor.of(appointments.get(pk=told["appointment"]))


def act(told: dict[str, Any]) -> None:
    """The scene: somebody acts, jobs follow, the provider tells, jobs follow. May be played again and again."""
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = told["key"], told["stripe"]
    settings.STRIPE_WEBHOOK_SECRETS = [told["secret"]]
    try:
        if told["scene"] == "pay":
            start_payment(actor=actor_of(told), purchase_id=told["purchase"])
        else:
            agree_resolution(actor=actor_of(told), money_id=told["money"])
    except Refused as refusal:
        if refusal.code not in {
            "payment.in_progress",
            "payment.not_approved",
            "payment.received",
            "wrong_state",
        }:
            raise
    for _round in range(3):
        run_due()
        deliver_all(told)
    run_due()


def play(told: dict[str, Any]) -> None:
    """Play a scene in this process, dying where it is told to; without a place to die, list the points."""
    points = Points(told.get("kill"))
    points.install()
    act(told)
    if told.get("trace"):
        with open(told["trace"], "w", encoding="utf-8") as file:
            json.dump(points.names, file)


def main() -> None:
    """Fork for every command; answer with the signal that ended the process (0: it came to its end)."""
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                play(told)
            except BaseException as error:  # the parent must hear of it whatever it is
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
                sys.stderr.flush()
                os._exit(1)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
