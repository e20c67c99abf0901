"""The form that confirms a move of a vendor, a listing or a permit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MoveForm(forms.Form):
    """Confirmation of a move; `reason` only where the move asks for one."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Alasan dan apa yang harus diperbaiki"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, with_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not with_reason:
            del self.fields["reason"]
