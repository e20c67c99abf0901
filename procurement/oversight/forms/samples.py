"""Forms of samples."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import NotRupiah, parse_rupiah
from marketplace.pages.fields import RupiahField
from marketplace.pages.once import OnceForm
from procurement.oversight.forms.orders import OrderFiltersForm
from procurement.oversight.models import CaseFile, Sample, SampleItem


class SampleForm(OnceForm, OrderFiltersForm):
    """How to draw, after the filters that name the population."""

    purpose = forms.CharField(
        label=_("Tujuan sampel"), max_length=200, help_text=_("Paling sedikit 10 huruf.")
    )
    method = forms.ChoiceField(label=_("Metode"), choices=Sample.Method.choices)
    size = forms.IntegerField(
        label=_("Jumlah sampel"), min_value=1, max_value=1_000, required=False, initial=25
    )
    interval = RupiahField(
        label=_("Interval MUS"),
        required=False,
        help_text=_(
            "Untuk MUS saja, menggantikan jumlah: pesanan sebesar interval atau lebih pasti terpilih."
        ),
    )
    bands = forms.CharField(
        label=_("Batas strata nilai"),
        required=False,
        max_length=200,
        help_text=_(
            "Untuk metode berstrata, misalnya 10.000.000 50.000.000. Kosong: strata per perangkat daerah."
        ),
    )
    seed = forms.CharField(
        label=_("Benih"),
        required=False,
        max_length=64,
        help_text=_(
            "Kosongkan: sistem menariknya sebelum melihat pesanan. Untuk mengulang sampel lain, isi benihnya: 4 sampai "
            "64 huruf, angka, atau tanda hubung."
        ),
    )
    case_id = forms.TypedChoiceField(
        label=_("Masukkan ke berkas"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *given: Any, cases: list[CaseFile], **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [("", _("Belum")), *((each.pk, each.number) for each in cases)]
        self.fields["case_id"].choices = choices  # type: ignore[attr-defined]

    def clean_bands(self) -> list[int]:
        """The bounds in rupiah, as typed."""
        try:
            return [parse_rupiah(each) for each in self.cleaned_data["bands"].replace(";", " ").split()]
        except NotRupiah as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def told(self) -> dict[str, Any]:
        """The arguments of the action."""
        said = self.cleaned_data
        params: dict[str, Any] = {"size": said["size"]}
        if said["method"] == Sample.Method.MUS and said["interval"] is not None:
            params = {"interval": said["interval"]}
        if said["method"] == Sample.Method.STRATIFIED and said["bands"]:
            params["bands"] = said["bands"]
        return {
            "purpose": said["purpose"],
            "filters": self.filters(),
            "method": said["method"],
            "params": params,
            "seed": said["seed"],
            "case_id": said["case_id"],
            "once": said["once"],
        }


class AttachForm(forms.Form):
    """Into which case file a sample goes."""

    case_id = forms.TypedChoiceField(label=_("Berkas pemeriksaan"), coerce=int)

    def __init__(self, *given: Any, cases: list[CaseFile], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["case_id"].choices = [(each.pk, each.number) for each in cases]  # type: ignore[attr-defined]


class ExamineForm(forms.Form):
    """What the examination of an order gave."""

    result = forms.ChoiceField(label=_("Hasil"), choices=SampleItem.Result.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Catatan"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Wajib bila hasilnya bukan “Sesuai”."),
    )
