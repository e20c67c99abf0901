"""Form fields that rooms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from marketplace.core import clock
from marketplace.core.money import NotRupiah, parse_rupiah


class RupiahField(forms.CharField):
    """Whole rupiah as people type it: `35000`, `35.000`, `Rp35.000`."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "amount"})
        super().__init__(**{"widget": widget, "max_length": 30, **options})

    def clean(self, value: Any) -> int | None:
        """The amount, None when left empty; ValidationError says what to type."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_rupiah(text)
        except NotRupiah as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class DayField(forms.DateField):
    """A day of the calendar that people may ask about, chosen from the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **options})
        self.validators += [MinValueValidator(clock.FIRST), MaxValueValidator(clock.LAST)]
