"""The pages on which a flag is taken further, one for each move."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, QueryDict

from marketplace.accounts.access import View, actor_of
from marketplace.pages.moves import MoveForm, move_page, take_move
from procurement.redflags import actions, forms
from procurement.redflags.models import RedFlag
from procurement.redflags.queries import fewest_letters
from procurement.redflags.views.flags import about, flag_or_404
from procurement.redflags.workflow import RED_FLAG


def _page(name: str, act: Callable[..., object], kind: type[MoveForm] = MoveForm) -> View:
    """The view of one move: what it is about, its form, its action."""

    @move_page(RED_FLAG.move(name))
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        flag = flag_or_404(request, pk)
        posted = request.POST if request.method == "POST" else None
        return take_move(
            request,
            flag,
            name,
            act=partial(act, actor=actor_of(request), red_flag_id=flag.pk),
            form=_form(kind, posted, flag),
            about=lambda: about(flag, actor_of(request)),
            template="redflags/move.html",
        )

    return view


def _form(kind: type[MoveForm], posted: QueryDict | None, flag: RedFlag) -> MoveForm:
    initial = {"revision": flag.revision}
    if issubclass(kind, forms.WordedForm):
        return kind(posted, initial=initial, letters=fewest_letters(flag.region_id))
    return kind(posted, initial=initial)


take_up = _page("take_up", actions.take_up)
ask = _page("ask", actions.ask, forms.AskForm)
answer = _page("answer", actions.answer, forms.AnswerForm)
clear = _page("clear", actions.clear, forms.ClearForm)
escalate = _page("escalate", actions.escalate, forms.EscalateForm)
