"""Pages on which the buyer takes the moves of a competition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse

from marketplace.accounts.access import View, actor_of
from marketplace.core import clock
from marketplace.pages.moves import MoveForm, ReasonForm, move_page, take_move
from procurement.competition import actions, forms
from procurement.competition.models import Competition
from procurement.competition.queries import get_competition_for
from procurement.competition.views.pages import crumbs_of, page_of
from procurement.competition.workflow import COMPETITION


def _page(name: str, act: Callable[..., object], form: type[django_forms.Form]) -> View:
    """The view of one move; who may enter is read from the table."""

    @move_page(COMPETITION.move(name))
    def view(request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        competition = get_competition_for(actor, number)
        posted = request.POST if request.method == "POST" else None
        return take_move(
            request,
            competition,
            name,
            act=partial(act, actor=actor, competition_id=competition.pk),
            form=form(posted, initial=_initial(competition)),
            about={
                **page_of(actor, competition),
                "crumbs": crumbs_of(competition, COMPETITION.move(name).label),
            },
            template="competition/move.html",
        )

    return view


def _initial(competition: Competition) -> dict[str, Any]:
    return {"revision": competition.revision}


def _extend(*, closes_on: Any, closes_hour: Any, **told: Any) -> None:
    closes_at = datetime.combine(closes_on, closes_hour, tzinfo=clock.JAKARTA)
    actions.extend(closes_at=closes_at, **told)


publish = _page("publish", actions.publish, forms.PublishForm)
extend = _page("extend", _extend, forms.ExtendForm)
cancel = _page("cancel", actions.cancel, ReasonForm)
conclude = _page("conclude", actions.conclude, MoveForm)
decide = _page("decide", actions.decide, forms.DecideForm)
give_up = _page("give_up", actions.give_up, ReasonForm)
open_offers = _page("open", actions.open_offers, MoveForm)
