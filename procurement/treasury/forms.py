"""What people type for the treasury: never a sum that can be computed, only what stands on a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.moves import MoveForm
from procurement.settlement.actions import MAX_FILE_BYTES, Proof


class ReturnForm(MoveForm):
    """Why a request goes back."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tulis apa yang harus diperbaiki, paling sedikit 10 huruf."),
    )


class Sp2dForm(MoveForm):
    """The SP2D as BUD issued it; it holds for every order of the request."""

    number = forms.CharField(label=_("Nomor SP2D"), max_length=70)
    dated = DayField(label=_("Tanggal SP2D"))
    amount = RupiahField(label=_("Nilai bersih pada SP2D"), help_text=_("Salin apa adanya dari SP2D."))
    file = forms.FileField(label=_("Hasil pindai"), help_text=_("PDF, PNG atau JPEG, paling besar 5 MB."))

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read; what it is, the action finds out."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(_("Berkas lebih dari 5 MB. Perkecil, lalu unggah lagi."))
        return file

    def told(self) -> dict[str, Any]:
        """The arguments of the action."""
        answers: dict[str, Any] = self.cleaned_data
        proof = Proof(answers["number"], answers["dated"], answers["amount"], answers["file"].read())
        return {"proof": proof, "revision": answers["revision"]}


class AccountForm(MoveForm):
    """What a TU was spent on, as its LPJ says."""

    spent = RupiahField(label=_("Jumlah yang dibelanjakan"), help_text=_("Menurut LPJ-TU."))
    number = forms.CharField(label=_("Nomor LPJ-TU"), max_length=80)
    sts = forms.CharField(
        label=_("Nomor STS sisa TU"),
        max_length=80,
        required=False,
        help_text=_("Bila ada sisa yang disetor ke kas daerah."),
    )


class TopUpForm(forms.Form):
    """A one-off top-up: the only request whose sum is typed, since nothing says it yet."""

    amount = RupiahField(label=_("Jumlah TU"), help_text=_("Contoh 5.000.000."))
    purpose = forms.CharField(
        label=_("Untuk keperluan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kegiatan, dan mengapa tidak dapat menunggu UP."),
    )


class ConfirmForm(forms.Form):
    """A request whose sum is computed: nothing is typed."""
