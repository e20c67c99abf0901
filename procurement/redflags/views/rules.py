"""The rules with their law, figures and precision; and the network of what vendors and officers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.regulation.queries import Rule as Law
from marketplace.regulation.queries import parameter
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.drawing import drawn
from procurement.redflags.queries.network import links_for
from procurement.redflags.queries.precision import Figures, figures
from procurement.redflags.rules import RULES, budget_of
from procurement.redflags.rules.rule import BEGUN
from procurement.redflags.titles import threshold_title

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One rule as the page tells it; each law with its title."""

    code: str
    title: str
    version: int
    valid_from: date
    valid_to: date | None
    explanation: str
    basis: str
    laws: list[tuple[str, Law]]
    figures: Figures
    untold: tuple[str, ...] = field(default=())
    at_act: bool = False


@require_GET
@roles(Role.AUDITOR, Role.OPERATOR)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in force, what it cannot see, and how many of its flags were unfounded beside what is allowed."""
    actor = actor_of(request)
    region_id = actor.region_id
    assert region_id is not None
    known = figures(region_id)
    told = [
        Told(
            code=rule.code,
            title=rule.title,
            version=rule.version,
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
            explanation=rule.explanation,
            basis=rule.legal_basis,
            laws=_laws(rule.parameters, region_id),
            figures=known.get(rule.code, Figures(budget_bp=budget_of(rule.code, region_id))),
            untold=rule.untold,
            at_act=rule.at_act,
        )
        for rule in RULES.values()
    ]
    told += [
        Told(
            code=code,
            title=kind.title,
            version=kind.version,
            valid_from=BEGUN,
            valid_to=None,
            explanation=kind.explanation,
            basis=kind.basis,
            laws=_laws({"options": f"flag.{code}.options"}, region_id),
            figures=known.get(code, Figures(budget_bp=budget_of(code, region_id))),
            untold=kind.untold,
        )
        for code, kind in INDICATORS.items()
    ]
    return render(request, "redflags/rules.html", {"rules": told, "proposes": actor.role == Role.OPERATOR})


def _laws(parameters: Mapping[str, str], region_id: int) -> list[tuple[str, Law]]:
    found = [parameter(code, region_id=region_id) for code in dict.fromkeys(parameters.values())]
    return [(threshold_title(each), each) for each in found if each.value and not _is_table(each.value)]


def _is_table(value: Any) -> bool:
    """A table of codes is too long to stand beside a rule."""
    return isinstance(value, dict) and any(isinstance(each, list) for each in value.values())


@require_GET
@roles(Role.AUDITOR)
def network(request: HttpRequest) -> HttpResponse:
    """Vendors and officers who share something: a picture and the same as a table. What they share is not shown."""
    links = links_for(actor_of(request))
    page = Paginator(links, SHOWN).get_page(request.GET.get("halaman"))
    context = {"page": page, "picture": drawn(links) if links else None, "count": len(links)}
    return render(request, "redflags/network.html", context)
