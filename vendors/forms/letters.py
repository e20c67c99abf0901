"""Fields for a vendor's tax letters, which few have: SKB, statement of turnover, SBU."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import DayField
from vendors.models import ConstructionClass, SkbCovers


class LetterFields(forms.Form):
    """Each letter is filled in whole or left empty; its scan goes to the section of papers."""

    statement_year = forms.IntegerField(
        label=_("Pernyataan omzet paling banyak Rp500 juta, tahun pajak"),
        required=False,
        min_value=2022,
        max_value=2100,
        help_text=_("Hanya perorangan ber-Suket: tahun itu PPh tidak dipotong. Unggah suratnya di “Berkas”."),
    )
    skb_number = forms.CharField(
        label=_("Nomor SKB (surat keterangan bebas)"),
        required=False,
        max_length=60,
        help_text=_("Bila punya: PPh yang disebut di dalamnya tidak dipotong."),
    )
    skb_covers = forms.ChoiceField(
        label=_("SKB membebaskan dari"),
        required=False,
        choices=[("", _("Tidak punya SKB")), *SkbCovers.choices],
    )
    skb_valid_from = DayField(label=_("SKB berlaku sejak"), required=False)
    skb_valid_to = DayField(label=_("SKB berlaku sampai"), required=False)
    construction_class = forms.ChoiceField(
        label=_("Kualifikasi usaha konstruksi"),
        required=False,
        choices=[("", _("Tidak punya SBU")), *ConstructionClass.choices],
        help_text=_("Hanya penyedia jasa konstruksi. Tanpa SBU dipotong 4 %."),
    )
    sbu_number = forms.CharField(label=_("Nomor SBU (sertifikat badan usaha)"), required=False, max_length=60)
    sbu_valid_from = DayField(label=_("SBU berlaku sejak"), required=False)
    sbu_valid_to = DayField(label=_("SBU berlaku sampai"), required=False)
