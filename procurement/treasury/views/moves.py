"""The pages on which a request is taken further, one for each move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from marketplace.accounts.access import View, actor_of
from marketplace.pages.moves import MoveForm, move_page, take_move
from procurement.treasury import actions, forms
from procurement.treasury.models import PaymentRequest
from procurement.treasury.papers import deductions_of
from procurement.treasury.views.requests import request_or_404
from procurement.treasury.workflow import REQUEST


def _page(name: str, act: Callable[..., object], kind: type[MoveForm] = MoveForm, **fixed: Any) -> View:
    """The view of one move: its figures, its form, its action."""

    @move_page(REQUEST.move(name))
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        found = request_or_404(request, pk)
        form = kind(request.POST or None, request.FILES or None, initial={"revision": found.revision})

        def taken(**answers: Any) -> object:
            told = form.told() if isinstance(form, forms.Sp2dForm) else answers
            return act(actor=actor_of(request), request_id=found.pk, **told, **fixed)

        is_ls = found.kind == PaymentRequest.Kind.LS
        about = {
            "items": list(found.items.all()),
            "deductions": deductions_of(found.items.all()) if is_ls else [],
            "crumbs": [{"label": found.number, "url": found.get_absolute_url()}],
        }
        return take_move(
            request, found, name, act=taken, form=form, about=about, template="treasury/move.html"
        )

    return view


spp = _page("spp", actions.make_spp)
verify = _page("verify", actions.verify)
sign = _page("sign", actions.sign)
record_sp2d = _page("record_sp2d", actions.record_sp2d, forms.Sp2dForm)
verify_sp2d = _page("verify_sp2d", actions.verify_sp2d)
account = _page("account", actions.account, forms.AccountForm)
return_npd = _page("return_npd", actions.return_request, forms.ReturnForm, move="return_npd")
return_spp = _page("return_spp", actions.return_request, forms.ReturnForm, move="return_spp")
return_spm = _page("return_spm", actions.return_request, forms.ReturnForm, move="return_spm")
