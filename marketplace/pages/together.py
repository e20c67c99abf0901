"""Several things taken through the same move in one press: each its own deed, each done or refused with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.transitions import Refused


@dataclass(frozen=True, slots=True)
class Chosen:
    """One ticked thing: its number and the revision that the person saw."""

    number: str
    revision: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one thing: done, or why not."""

    number: str
    refused: Refused | None = None


def approving(
    request: HttpRequest,
    *,
    most: int,
    act: Callable[[Chosen], object],
    waiting: Callable[[list[str]], Iterable[Any]],
    amount: Callable[[Any], int],
    rule: Any,
    title: str,
    done: str,
    again: str,
    template: str,
) -> HttpResponse:
    """Check the ticked things (all that may be taken together where none is ticked), then do `act` for each.

    Args:
        waiting: the things that may be taken together, of those ticked; each has a `number`.
        amount: whole rupiah of one of them.
        rule: the dated rule that allows it.
        done: what is said of each thing that was done.
        again: the address of the page that chooses.
    """
    if request.method == "POST":
        outcomes = one_by_one(chosen_from(request.POST.getlist("pesanan"), most=most), act)
        return told(request, outcomes, title=title, done=done, again=again)
    ticked = request.GET.getlist("pesanan")[:most]
    found = list(waiting(ticked))
    context = {
        "found": found,
        "sum": sum(amount(each) for each in found),
        "left_out": left_out(ticked, [each.number for each in found]),
        "rule": rule,
        "title": title,
        "crumbs": way_back(title),
    }
    return render(request, template, context)


def chosen_from(values: Iterable[str], *, most: int) -> list[Chosen]:
    """The ticked things of a posted form (`number:revision`), each once, at most `most`.

    Malformed values are left out.
    """
    found: dict[str, Chosen] = {}
    for value in values:
        number, _colon, revision = value.rpartition(":")
        if number and len(number) <= 40 and revision.isdecimal() and len(revision) < 10:
            found.setdefault(number, Chosen(number, int(revision)))
    return list(found.values())[:most]


def one_by_one(chosen: Iterable[Chosen], act: Callable[[Chosen], object]) -> list[Outcome]:
    """Do `act` for each; a refusal of one stops no other and undoes none. Called outside a transaction."""
    outcomes = []
    for each in chosen:
        try:
            act(each)
        except Refused as refused:
            outcomes.append(Outcome(each.number, refused))
        else:
            outcomes.append(Outcome(each.number))
    return outcomes


def told(request: HttpRequest, outcomes: list[Outcome], *, title: str, done: str, again: str) -> HttpResponse:
    """The page of what came of each ticked thing: 200 when something was done, 409 when all was refused, 422 for none.

    Args:
        done: what is said of each thing that was done.
        again: the address of the page that chooses.
    """
    succeeded = sum(each.refused is None for each in outcomes)
    context = {
        "outcomes": outcomes,
        "succeeded": succeeded,
        "refused": len(outcomes) - succeeded,
        "title": title,
        "done": done,
        "again": again,
        "crumbs": way_back(title),
    }
    status = 200 if succeeded else 409 if outcomes else 422
    return render(request, "pages/together_done.html", context, status=status)


def way_back(title: str) -> list[dict[str, Any]]:
    """The crumbs to the desk."""
    return [{"label": _("Meja saya"), "url": reverse("desk")}, {"label": title}]


def left_out(ticked: Iterable[str], found: Iterable[str]) -> list[str]:
    """What was ticked but must be looked at by itself, or waits no longer."""
    known = set(found)
    return [number for number in ticked if number not in known]
