"""Forms of the search: names of saved questions, and its own desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from search.models.saved import LONGEST_NAME


class SavedSearchForm(forms.Form):
    """The name under which a question is kept."""

    name = forms.CharField(
        label=_("Nama pencarian"),
        max_length=LONGEST_NAME,
        help_text=_("Muncul di daftar Anda, di kabar, dan di catatan audit. Jangan tulis data pribadi."),
    )


class EndSynonymsForm(forms.Form):
    """Ending a group: why, and from which version it was decided."""

    reason = forms.CharField(
        label=_("Alasan"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Paling sedikit 10 huruf. Tercatat di log dan pada riwayat kelompok."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SynonymsForm(EndSynonymsForm):
    """A group: its members, one a line."""

    members = forms.CharField(
        label=_("Anggota"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Satu kata atau frasa per baris. Imbuhan dan ejaan sehari-hari tidak perlu ditulis."),
    )
    one_way = forms.BooleanField(
        label=_("Satu arah"),
        required=False,
        help_text=_("Yang mencari baris pertama juga menemukan baris lain, tetapi tidak sebaliknya."),
    )
    also = forms.CharField(
        label=_("Contoh pertanyaan lain"),
        max_length=100,
        required=False,
        help_text=_("Ikut dicoba pada pratinjau; tidak disimpan."),
    )
    field_order = ("members", "one_way", "reason", "also", "version")

    def listed(self) -> list[str]:
        """The members as a list."""
        return [line.strip() for line in str(self.cleaned_data["members"]).splitlines() if line.strip()]
