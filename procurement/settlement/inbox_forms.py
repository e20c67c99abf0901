"""What the reader of the inbox may ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import DayField
from procurement.settlement.inbox import EventFilters
from procurement.settlement.models import EventHandling, ProviderEvent
from procurement.settlement.models.events import PROVIDER_TITLES

_ANY = [("", _("Semua"))]


class EventFiltersForm(forms.Form):
    """Filters of the inbox, all optional."""

    penyedia = forms.ChoiceField(
        label=_("Penyedia pembayaran"), choices=[*_ANY, *PROVIDER_TITLES.items()], required=False
    )
    tanda = forms.ChoiceField(
        label=_("Keabsahan"), choices=[*_ANY, *ProviderEvent.Verdict.choices], required=False
    )
    hasil = forms.ChoiceField(
        label=_("Hasil"), choices=[*_ANY, *EventHandling.Result.choices], required=False
    )
    jenis = forms.CharField(label=_("Jenis kabar"), max_length=80, required=False)
    rujukan = forms.CharField(label=_("Rujukan"), max_length=40, required=False)
    sejak = DayField(label=_("Sejak tanggal"), required=False)
    sebelum = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)

    def filters(self) -> EventFilters:
        """The filters of a valid form."""
        given = self.cleaned_data
        return EventFilters(
            given["penyedia"],
            given["tanda"],
            given["hasil"],
            given["jenis"],
            given["rujukan"],
            given["sejak"],
        )
