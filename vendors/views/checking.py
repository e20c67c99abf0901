"""What the pages of the two desks share: the words on the fields, and the moves that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.accounts.access import ActorRequest
from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.pages.answers import answered
from marketplace.pages.moves import buttons
from vendors import queries
from vendors.actions import Judgement
from vendors.forms import JudgeForm
from vendors.inspection import Finding, Standing
from vendors.views.forms import sent

PAGE_SIZE = 50
ACCEPTING = frozenset({"verify", "approve"})
RETURNING = frozenset({"reject", "send_back"})


def queue_page(request: ActorRequest, waiting: QuerySet[Any], *, by: Mapping[str, str]) -> dict[str, Any]:
    """One page of a queue, the most urgent first, each row with how long it has waited; four queries.

    `by` maps a name in the address to the column it filters by; `putaran` and `lewat` every queue knows.
    """
    chosen = {name: request.GET.get(name, "") for name in (*by, "putaran", "lewat")}
    for name, column in by.items():
        if chosen[name]:
            waiting = waiting.filter(**{column: chosen[name]})
    if chosen["putaran"]:
        again = chosen["putaran"] == "ulang"
        waiting = waiting.filter(round__gt=1) if again else waiting.filter(round__lte=1)
    if chosen["lewat"]:
        waiting = waiting.filter(due_at__lt=clock.now())
    page = Paginator(waiting.order_by("due_at", "pk"), PAGE_SIZE).get_page(request.GET.get("hal"))
    waited = queries.waits(page.object_list)
    return {
        "page": page,
        "rows": [(thing, waited.get(thing.pk)) for thing in page],
        "chosen": chosen,
        "carried": "".join(f"&{name}={value}" for name, value in chosen.items() if value.isalnum()),
    }


def offered(actor: Actor, thing: Any, found: Sequence[Finding]) -> list[dict[str, Any]]:
    """The moves a page offers: to accept once every field stands, to send back once one was found wrong.

    While fields wait, saving the words on them is the page's one primary button.
    """
    waiting = any(each.standing == Standing.WAITS for each in found)
    faulty = any(each.to_mend for each in found)
    shown = [
        button
        for button in buttons(actor, thing, thing.pk)
        if not (button["move"].name in ACCEPTING and (waiting or faulty))
        and not (button["move"].name in RETURNING and not faulty)
    ]
    first = next((button for button in shown if not button["move"].danger), None)
    for button in shown:
        button["primary"] = button is first and not waiting
    return shown


def checked_page(
    request: ActorRequest,
    found: Sequence[Finding],
    judge: Callable[[Sequence[Judgement]], object] | None,
    *,
    back: str,
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The page of a registration or a listing: with the form while it waits for this reader's check, else without.

    `judge` records the words; None shows the page without a form.
    """
    context = {
        **context,
        "found": found,
        "settled": sum(each.stands for each in found),
        "waiting": sum(each.standing == Standing.WAITS for each in found),
        "mending": [each for each in found if each.to_mend],
    }
    if judge is None:
        return render(request, template, context)
    form = JudgeForm(found, *sent(request))
    return answered(
        request,
        form,
        lambda: judge(form.judgements()),
        back=back,
        done=_("Pemeriksaan tersimpan."),
        template=template,
        context=context,
    )
