"""The operator's steps with a vendor's account: it is the vendor's own, a second person agrees, it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.personal_data import masked
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from vendors import actions, queries
from vendors.views.forms import edits, sent

STEPS: dict[str, tuple[Any, Callable[..., None]]] = {
    "verify": (gettext_lazy("Verifikasi rekening"), actions.verify_bank_account),
    "approve": (gettext_lazy("Setujui sebagai orang kedua"), actions.approve_bank_account),
    "stop": (gettext_lazy("Hentikan rekening"), actions.stop_bank_account),
}


@edits
@roles(Role.OPERATOR)
def account_step(request: ActorRequest, pk: int, version: int, name: str) -> HttpResponse:
    """Confirm one step with one version of an account; its number stays masked."""
    vendor = queries.get_vendor_for(request.actor, pk)
    account = vendor.bank_accounts.get(version=version)
    label, act = STEPS[name]
    back = reverse("vendor-review", args=[pk])
    return answered(
        request,
        forms.Form(*sent(request)),
        lambda: act(actor=request.actor, vendor_id=pk, version=version),
        back=back,
        done=_("Tersimpan."),
        template="vendors/account_step.html",
        context={
            "vendor": vendor,
            "account": account,
            "number": masked(account.number),
            "label": label,
            "danger": name == "stop",
            "back": back,
        },
    )
