"""Forms that ask for what a red flag wants: a reason by code, beside the act it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.pages.moves import MoveForm
from procurement.purchasing.flags.consequences import Raised
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.forms import ApproveForm

PREFIX = "why-"


def reason_fields(raised: Iterable[Raised]) -> dict[str, forms.CharField]:
    """One field for every flag that wants a reason. The rule itself stands in the action."""
    return {
        f"{PREFIX}{code}": forms.CharField(
            label=_("Penjelasan: %(title)s") % {"title": CODES[code]},
            max_length=1000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Paling sedikit 20 huruf. PPK, PA/KPA, dan auditor membacanya; penyedia tidak."),
        )
        for code in dict.fromkeys(each.code for each in raised if each.wants_reason)
    }


class ReasonsForm(forms.Form):
    """The reasons asked for before an order is sent, and those given on the way."""

    def __init__(self, raised: Iterable[Raised], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(reason_fields(raised))


class FlaggedApproveForm(ApproveForm):
    """The PPK's signature, where flags may have to be explained; `justifications` by code is what the action takes."""

    def __init__(self, raised: Iterable[Raised], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(reason_fields(raised))

    def clean(self) -> dict[str, Any]:
        """The signature's fields, and the reasons by code."""
        told = super().clean() or self.cleaned_data
        return {
            **{name: value for name, value in told.items() if not name.startswith(PREFIX)},
            "justifications": said_in(told),
        }


class SecondLookForm(MoveForm):
    """Why a flagged order may go on."""

    reason = forms.CharField(
        label=gettext_lazy("Apa yang Anda periksa, dan mengapa pesanan ini dapat dilanjutkan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Paling sedikit 10 huruf. Tercatat di log audit."),
    )


def said_in(told: dict[str, Any]) -> dict[str, str]:
    """The reasons by code among posted or cleaned values."""
    return {name.removeprefix(PREFIX): str(value) for name, value in told.items() if name.startswith(PREFIX)}
