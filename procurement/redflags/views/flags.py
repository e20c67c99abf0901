"""The list of red flags and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.keyset import id_in, marks_of
from marketplace.pages.moves import buttons
from procurement.purchasing.queries.flags import flags_of
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.models import RedFlag
from procurement.redflags.presenting import explanation_of, shown_inputs, shown_values, title_of
from procurement.redflags.queries import (
    AGES,
    STATES,
    flag_page,
    flags_for,
    get_red_flag_for,
    units_with_flags,
)
from procurement.redflags.queries.precision import figures, on_notice
from procurement.redflags.rules import RULES
from procurement.redflags.workflow import ANSWERERS, RED_FLAG


@require_GET
@roles(Role.AUDITOR)
def flag_list(request: HttpRequest) -> HttpResponse:
    """Flags of the auditor's region, open ones unless asked otherwise; by rule, state, unit, age; keyset pages."""
    actor = actor_of(request)
    told = {
        "aturan": [each for each in request.GET.getlist("aturan") if each in {*RULES, *INDICATORS}],
        "keadaan": [each for each in request.GET.getlist("keadaan") if each in STATES],
        "umur": [each for each in request.GET.getlist("umur") if each in AGES],
    }
    units = [number for each in request.GET.getlist("satuan") if (number := id_in(each))]
    page = flag_page(
        actor,
        codes=told["aturan"],
        states=told["keadaan"],
        units=units,
        ages=told["umur"],
        **marks_of(request),
    )
    known = figures(actor.region_id or 0)
    noticed = {code for code, told in known.items() if told.over_budget}
    kept = [(name, each) for name, chosen in told.items() for each in chosen]
    kept += [("satuan", str(each)) for each in units]
    context = {
        "rows": [(each, title_of(each.rule), each.rule in noticed) for each in page.rows],
        **page.links(kept),
        "groups": [
            _group(
                _("Keadaan"),
                "keadaan",
                {key: str(RED_FLAG.state(code).label) for key, code in STATES.items()},
                told["keadaan"],
            ),
            _group(_("Umur"), "umur", {key: label for key, (label, *_days) in AGES.items()}, told["umur"]),
            {
                "title": _("Satuan kerja"),
                "name": "satuan",
                "options": [
                    {"value": unit.pk, "label": unit.name, "count": count, "checked": unit.pk in units}
                    for unit, count in units_with_flags(actor, units)
                ],
            },
            _group(
                _("Aturan"),
                "aturan",
                {code: f"{code} {title_of(code)}" for code in sorted({*known, *told["aturan"]})},
                told["aturan"],
            ),
        ],
    }
    return render(request, "redflags/list.html", context)


def _group(title: str, name: str, options: dict[str, str], chosen: list[str]) -> dict[str, Any]:
    return {
        "title": title,
        "name": name,
        "options": [
            {"value": key, "label": label, "checked": key in chosen} for key, label in options.items()
        ],
    }


def flag_or_404(request: HttpRequest, pk: int) -> RedFlag:
    """One flag the reader may see."""
    try:
        return get_red_flag_for(actor_of(request), pk)
    except RedFlag.DoesNotExist as gone:
        raise Http404 from gone


@require_GET
@roles(Role.AUDITOR, *ANSWERERS)
def flag_page_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One flag: what was seen, why it matters, the order and its story, question and answer, the decision."""
    actor, flag = actor_of(request), flag_or_404(request, pk)
    overseer = actor.role == Role.AUDITOR
    versions = (
        flags_for(actor).filter(rule=flag.rule, subject=flag.subject, part=flag.part).exclude(pk=flag.pk)
    )
    context = {
        **about(flag, actor),
        "crumbs": [{"label": _("Tanda bahaya"), "url": reverse("red-flags")}] if overseer else [],
        "buttons": buttons(actor, flag, flag.pk),
        "overseer": overseer,
        "at_act": flags_of(flag.purchase) if overseer and flag.purchase else [],
        "noticed": overseer and flag.rule in on_notice(flag.region_id),
        "versions": list(versions.order_by("-version")[:10]) if overseer else [],
    }
    return render(request, "redflags/flag.html", context)


def _subject_of(flag: RedFlag) -> str:
    """What people call what it is about: an order's or a competition's number, else the name of vendor or unit."""
    told = flag.purchase or flag.competition
    return told.number if told else str(flag.vendor or flag.organisation)


def about(flag: RedFlag, actor: Actor) -> dict[str, Any]:
    """What the page of a flag and the pages of its moves tell of it."""
    return {
        "flag": flag,
        "thing": flag,
        "title": title_of(flag.rule),
        "explanation": explanation_of(flag.rule),
        "inputs": shown_inputs(flag, actor),
        "figures": shown_values(flag),
        "crumbs": [{"label": f"{flag.rule} · {_subject_of(flag)}", "url": flag.get_absolute_url()}],
    }
