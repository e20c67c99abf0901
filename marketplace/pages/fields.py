"""Form fields that rooms share."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.money import NotRupiah, parse_rupiah

WRITTEN: Final = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
"""How a day may be typed, whatever the reader's language: 03/04/2026 is in April for everybody."""
BEYOND: Final = gettext_lazy("Isi tanggal antara %(first)s dan %(last)s.")


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
    """A day of the calendar that people may ask about, chosen from the browser's own calendar or typed day first."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "input_formats": WRITTEN, **options})
        told = BEYOND % {"first": f"{clock.FIRST:%d-%m-%Y}", "last": f"{clock.LAST:%d-%m-%Y}"}
        self.validators += [MinValueValidator(clock.FIRST, told), MaxValueValidator(clock.LAST, told)]
