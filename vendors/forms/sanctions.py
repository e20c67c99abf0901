"""Forms of sanctions and objections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.pages.fields import DayField
from marketplace.pages.moves import MoveForm
from vendors.actions import SanctionData
from vendors.actions.objections import LONGEST, SHORTEST
from vendors.forms.permits import ScanField
from vendors.models import Sanction
from vendors.queries import all_categories
from vendors.violations import NATIONAL_LIST, violations


class WhyForm(MoveForm):
    """A move of a permit or a sanction that must be explained."""

    reason = forms.CharField(
        label=_("Alasan"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Paling sedikit 10 huruf. Penyedia membacanya."),
    )


class SanctionForm(forms.Form):
    """A decree and what it says."""

    violation = forms.ChoiceField(
        label=_("Pelanggaran"), choices=[], help_text=_("Jenis dan lamanya sanksi mengikuti pelanggarannya.")
    )
    category = forms.TypedChoiceField(
        label=_("Kelompok produk"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Hanya untuk penurunan produk. Kosong: semua produk."),
    )
    decree_number = forms.CharField(label=_("Nomor surat keputusan"), max_length=80)
    decree_date = DayField(label=_("Tanggal surat keputusan"))
    publisher = forms.CharField(
        label=_("Penerbit"), max_length=160, help_text=_("Instansi yang menandatangani.")
    )
    starts = DayField(label=_("Mulai berlaku"))
    decided_by = forms.CharField(
        label=_("Diputuskan oleh"),
        max_length=160,
        required=False,
        help_text=_("Daftar Hitam: nama dan jabatan PA/KPA."),
    )
    noticed_on = DayField(
        label=_("Tanggal pemberitahuan"),
        required=False,
        help_text=_("Daftar Hitam: kapan penyedia diberi tahu, sebelum diputuskan."),
    )
    words = forms.CharField(
        label=_("Uraian"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tampil kepada penyedia; untuk Daftar Hitam juga kepada masyarakat."),
    )
    scan = ScanField(label=_("Berkas surat keputusan"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["violation"].choices = [("", _("Pilih pelanggaran")), *_by_kind()]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("Semua produk")), *all_categories()]  # type: ignore[attr-defined]
        self.fields["starts"].initial = clock.today()

    def data_for_action(self) -> SanctionData:
        """The cleaned answers as the action takes them."""
        said = dict(self.cleaned_data)
        said.pop("scan")
        return SanctionData(category_id=said.pop("category"), **said)


def _by_kind() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in violations().values():
        if each.code != NATIONAL_LIST:
            groups.setdefault(str(Sanction.Kind(each.kind).label), []).append((each.code, each.label))
    return list(groups.items())


class ObjectionForm(forms.Form):
    """What a vendor objects to a decision."""

    text = forms.CharField(
        label=_("Keberatan Anda"),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Apa yang menurut Anda keliru, dan mengapa. Paling sedikit 30 huruf."),
    )
    scan = ScanField(label=_("Bukti"), required=False)


class AnswerForm(MoveForm):
    """The answer to an objection."""

    answer = forms.CharField(
        label=_("Jawaban kepada penyedia"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sebut apa yang diperiksa dan mengapa diputuskan begitu."),
    )
