"""What auditors look for among orders, as a form that lives in the address."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.widgets import LongSelect
from procurement.oversight.queries.orders import OrderFilters
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.flags import codes
from procurement.redflags.queries import rule_titles
from vendors.models import Vendor

MOST_NAMED: Final = 200
"""So many vendors or officers a name may fit; beyond it the name has to be narrower."""


def _flags() -> list[tuple[str, Any]]:
    return [
        ("", _("Semua")),
        ("*", _("Yang berperingatan")),
        *((code, f"{code} {title}") for code, title in sorted({**codes(), **rule_titles()}.items())),
    ]


def _states() -> list[tuple[str, Any]]:
    return [("", _("Semua")), *Purchase.moves.choices]


class OrderFiltersForm(forms.Form):
    """Filters of orders, all optional; names are looked up in the actor's region alone."""

    unit = forms.ModelChoiceField(
        label=_("Perangkat daerah"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Semua"),
        widget=LongSelect,
    )
    penyedia = forms.CharField(label=_("Nama penyedia"), max_length=100, required=False)
    pejabat = forms.CharField(label=_("Nama pejabat"), max_length=100, required=False)
    status = forms.ChoiceField(label=_("Status pesanan"), choices=_states, required=False, widget=LongSelect)
    peringatan = forms.ChoiceField(label=_("Peringatan"), choices=_flags, required=False, widget=LongSelect)
    nilai_dari = RupiahField(label=_("Nilai dari"), required=False)
    nilai_sampai = RupiahField(label=_("Nilai sampai"), required=False)
    dari = DayField(label=_("Dari tanggal"), required=False)
    sampai = DayField(label=_("Sampai tanggal"), required=False)

    def __init__(self, *given: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*given, **options)
        self.actor = actor
        units = Organisation.objects.filter(
            region_id=actor.region_id or 0, kind=Organisation.Kind.AGENCY_UNIT
        ).order_by("name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_penyedia(self) -> tuple[int, ...]:
        """The vendors whose name holds these words; (0,) when none does."""
        named = Vendor.objects.filter(region_id=self.actor.region_id or 0).order_by("pk")
        return self._named("penyedia", named, "organisation__name", "pk")

    def clean_pejabat(self) -> tuple[int, ...]:
        """The officers of the region whose name holds these words; (0,) when none does."""
        named = Appointment.objects.filter(organisation__region_id=self.actor.region_id or 0)
        return self._named("pejabat", named, "user__name", "user_id")

    def _named(self, field: str, among: QuerySet[Any], column: str, key: str) -> tuple[int, ...]:
        words = self.cleaned_data[field].strip()
        if not words:
            return ()
        found = among.filter(**{f"{column}__icontains": words}).order_by(key)
        keys = tuple(found.values_list(key, flat=True).distinct()[: MOST_NAMED + 1])
        if len(keys) > MOST_NAMED:
            raise forms.ValidationError(_("Terlalu banyak nama yang cocok. Tulis lebih lengkap."))
        return keys or (0,)

    def clean(self) -> dict[str, Any]:
        """Refuse spans that end before they begin."""
        told: dict[str, Any] = super().clean() or {}
        for first, last in (("dari", "sampai"), ("nilai_dari", "nilai_sampai")):
            one, other = told.get(first), told.get(last)
            if one is not None and other is not None and other < one:
                self.add_error(last, _("Akhirnya mendahului awalnya."))
        return told

    def filters(self) -> OrderFilters:
        """What a valid form looks for."""
        said = self.cleaned_data
        return OrderFilters(
            units=(said["unit"].pk,) if said["unit"] else (),
            vendors=said["penyedia"],
            officers=said["pejabat"],
            states=(said["status"],) if said["status"] else (),
            since=said["dari"],
            until=said["sampai"],
            least=said["nilai_dari"],
            most=said["nilai_sampai"],
            flag=said["peringatan"],
        )
