"""What the reader of the log may ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.audit import kinds
from marketplace.audit.queries import Filters
from marketplace.core import clock


def _acts() -> list[tuple[str, Any]]:
    return [("", gettext("Semua")), *kinds.acts_by_room()]


def _kinds() -> list[tuple[str, str]]:
    return [("", gettext("Semua")), *kinds.listed()]


def _day(label: Any) -> forms.DateField:
    """A day people may ask about; the pages' own field stands above this room."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    within = [MinValueValidator(clock.FIRST), MaxValueValidator(clock.LAST)]
    return forms.DateField(label=label, required=False, widget=widget, validators=within)


class FiltersForm(forms.Form):
    """Filters of the explorer, all optional."""

    act = forms.ChoiceField(label=_("Perbuatan"), choices=_acts, required=False)
    jenis = forms.ChoiceField(label=_("Jenis berkas"), choices=_kinds, required=False)
    nomor = forms.CharField(label=_("Nomor berkas"), max_length=80, required=False)
    dari = _day(_("Dari tanggal"))
    sampai = _day(_("Sampai tanggal"))
    sebelum = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("dari"), cleaned.get("sampai")
        if since and until and until < since:
            self.add_error("sampai", _("Tanggal akhir mendahului tanggal awal."))
        return cleaned

    def filters(self) -> Filters:
        """Return the filters of a valid form."""
        given = self.cleaned_data
        return Filters(given["act"], given["jenis"], given["nomor"], given["dari"], given["sampai"])
