"""What people type in settlement: never an amount that can be computed, only what stands on a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.moves import MoveForm
from procurement.settlement.actions import OutsideProof, Proof
from procurement.settlement.actions.treasury import MAX_FILE_BYTES
from procurement.settlement.models import Evidence


class ReturnForm(MoveForm):
    """Why an invoice goes back."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tulis apa yang harus diperbaiki penyedia."),
    )


class ProofForm(forms.Form):
    """An SP2D or a transfer slip, copied from the paper."""

    number = forms.CharField(label=_("Nomor dokumen"), max_length=80)
    dated = DayField(label=_("Tanggal dokumen"))
    amount = RupiahField(label=_("Nilai pada dokumen"), help_text=_("Salin apa adanya, contoh 18.518.000."))
    file = forms.FileField(label=_("Hasil pindai"), help_text=_("PDF, PNG atau JPEG, paling besar 5 MB."))

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read; what it is, the action finds out."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(_("Berkas lebih dari 5 MB. Perkecil, lalu unggah lagi."))
        return file

    def proof(self) -> Proof:
        """The proof as the action takes it."""
        answers: dict[str, Any] = self.cleaned_data
        return Proof(answers["number"], answers["dated"], answers["amount"], answers["file"].read())


class OutsideForm(ProofForm):
    """A payment outside the system: a listed reason, and the document that proves it."""

    reason = forms.ChoiceField(label=_("Alasan"))
    kind = forms.ChoiceField(
        label=_("Jenis bukti"),
        choices=Evidence.Kind.choices,
        help_text=_("Kuitansi uang fisik tidak diterima sebagai bukti."),
    )
    field_order = ("reason", "kind", "number", "dated", "amount", "file")

    def __init__(self, *args: Any, reasons: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["reason"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(code, words) for code, (words, _basis) in reasons.items()]

    def outside(self) -> tuple[str, OutsideProof]:
        """The reason's code and the proof as the action takes it."""
        answers: dict[str, Any] = self.cleaned_data
        proof = OutsideProof(
            answers["kind"], answers["number"], answers["dated"], answers["amount"], answers["file"].read()
        )
        return answers["reason"], proof


class DepositForm(forms.Form):
    """The treasury's receipt for a tax."""

    billing_code = forms.CharField(label=_("Kode billing"), max_length=15, help_text=_("15 angka."))
    ntpn = forms.CharField(label=_("NTPN"), max_length=16, help_text=_("16 huruf dan angka."))
    deposited_on = DayField(label=_("Tanggal setor"))
