"""Pages of red flags: the list, the rules in words, and who answers for a flagged order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.oscar.baskets import begun_at
from marketplace.pages.keyset import marks_of
from marketplace.pages.moves import move_page, take_move
from procurement.purchasing import actions
from procurement.purchasing.actions.flagging import looked_again, looked_over
from procurement.purchasing.actions.wishes import Share, Wish
from procurement.purchasing.flags.asking import FlaggedApproveForm, ReasonsForm, SecondLookForm, said_in
from procurement.purchasing.flags.consequences import Raised
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.flags.telling import rules_in_words
from procurement.purchasing.parcelling import Destination
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.queries.flags import (
    LIST_READERS,
    SEERS,
    STATES,
    flag_page,
    flags_of,
    shown,
    shown_raised,
)
from procurement.purchasing.views.moves import about, preview
from procurement.purchasing.workflow import PURCHASE
from vendors.queries import open_basket_for


def found_before(
    request: HttpRequest, told: dict[str, Any], shares: list[Share], destinations: list[Destination]
) -> dict[str, Any]:
    """What the check page shows of flags before anything is sent, and the fields for what they ask."""
    actor, line = actor_of(request), told["budget_line"]
    wish = Wish(
        reason=told["reason"],
        negotiate=told["way"] == "negotiate",
        no_negotiation_reason=told["no_negotiation_reason"],
        since=begun_at(open_basket_for(actor)),
        justifications=said_in(request.POST.dict()),
    )
    verdicts = looked_over(line.package, line, shares, destinations, wish)
    raised = [each for verdict in verdicts for each in verdict.raised]
    once: dict[tuple[str, str], Raised] = {}
    for each in raised:  # the same thing said of two vendors is said once
        once.setdefault((each.code, each.finding.sentence), each)
    given = {f"why-{each.code}": each.said for each in raised if each.said}
    return {
        "found": shown_raised(once.values()),
        "reasons": ReasonsForm(raised, {**given, **request.POST.dict()} if request.POST else None),
    }


def kept_reasons(request: HttpRequest) -> list[tuple[str, str]]:
    """Reasons typed on the check page, carried along when the form is shown again."""
    return [(f"why-{code}", words) for code, words in said_in(request.POST.dict()).items() if words]


@move_page(PURCHASE.move("approve"))
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """The PPK approves, having seen every flag with what the officer said; what is new is answered here."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    raised: list[Raised] = []
    if purchase.state == "AWAITING_PPK" and purchase.ppk_user_id == actor.user_id:
        raised = list(looked_again(purchase).raised)
    posted = request.POST if request.method == "POST" else None
    return take_move(
        request,
        purchase,
        "approve",
        act=partial(actions.approve, actor=actor, purchase_id=purchase.pk),
        form=FlaggedApproveForm(raised, posted, initial={"revision": purchase.revision}),
        about=lambda: {
            **about(purchase),
            "contract": preview(purchase),
            "flags": flags_of(purchase),
            "found": shown_raised(raised),
        },
        template="purchasing/flagged_move.html",
    )


def _page(name: str, act: Callable[..., object], form: type[forms.Form]) -> View:
    """The view of a move that answers for flags; who may enter is read from the table."""

    @move_page(PURCHASE.move(name))
    def view(request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        purchase = get_purchase_for(actor, number)
        posted = request.POST if request.method == "POST" else None
        return take_move(
            request,
            purchase,
            name,
            act=partial(act, actor=actor, purchase_id=purchase.pk),
            form=form(posted, initial={"revision": purchase.revision}),
            about=lambda: {**about(purchase), "flags": flags_of(purchase)},
            template="purchasing/flagged_move.html",
        )

    return view


endorse = _page("endorse", actions.endorse, SecondLookForm)
lift_hold = _page("lift_hold", actions.lift_hold, SecondLookForm)


@require_GET
@roles(*sorted(LIST_READERS))
def flag_list(request: HttpRequest) -> HttpResponse:
    """Flags of the auditor's region or the PA's unit, newest first, by code and state; keyset pages."""
    codes = [code for code in request.GET.getlist("kode") if code in CODES]
    states = [key for key in request.GET.getlist("keadaan") if key in STATES]
    page = flag_page(
        actor_of(request),
        codes=codes,
        states=states,
        **marks_of(request),
    )
    kept = [("kode", code) for code in codes] + ([("keadaan", key) for key in states])
    context = {
        "rows": [(each, shown(each)) for each in page.rows],
        **page.links(kept),
        "groups": [
            {
                "title": _("Keadaan"),
                "name": "keadaan",
                "options": [
                    {"value": key, "label": label, "checked": key in states}
                    for key, (label, _condition) in STATES.items()
                ],
            },
            {
                "title": _("Peringatan"),
                "name": "kode",
                "options": [
                    {"value": code, "label": f"{code} {title}", "checked": code in codes}
                    for code, title in CODES.items()
                ],
            },
        ],
    }
    return render(request, "purchasing/flag_list.html", context)


@require_GET
@roles(*sorted(SEERS), Role.OPERATOR)
def flag_rules(request: HttpRequest) -> HttpResponse:
    """Every rule with its present figures and what follows, in words."""
    region_id = actor_of(request).region_id
    assert region_id is not None
    return render(request, "purchasing/flag_rules.html", {"rules": rules_in_words(region_id)})
