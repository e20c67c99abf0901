"""What people type in reconciliation: a file, a reason; never an amount."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from procurement.reconciliation.matching import Leg
from procurement.reconciliation.models import LegKind, OwnAccount
from procurement.reconciliation.reading import MAX_BYTES, shown


class UploadForm(forms.Form):
    """A bank's file, for one of the accounts the person keeps."""

    account = forms.ModelChoiceField(
        label=_("Rekening"), queryset=OwnAccount.objects.none(), empty_label=_("Pilih rekening")
    )
    file = forms.FileField(
        label=_("Berkas rekening koran"),
        help_text=_("MT940, camt.053 atau CSV dari portal bank, paling besar 20 MB. Jangan mengubah isinya."),
    )

    def __init__(self, *given: Any, accounts: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("Berkas lebih dari 20 MB. Unduh per minggu, lalu unggah lagi."))
        return file


class ReasonForm(forms.Form):
    """Why somebody proposes something; the second person reads it."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Tulis dari mana Anda tahu, misalnya nomor nota bank."),
    )


class MatchForm(ReasonForm):
    """Which payment a line is, out of those of the same amount."""

    leg = forms.ChoiceField(label=_("Pembayaran"), widget=forms.RadioSelect)
    field_order = ("leg", "reason")

    def __init__(self, *given: Any, legs: list[Leg], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["leg"].choices = [  # type: ignore[attr-defined]
            (
                f"{leg.kind}:{leg.pk}",
                f"{LegKind(leg.kind).label} {leg.purchase} · {shown(leg.amount)} · {leg.day:%d/%m/%Y}",
            )
            for leg in legs
        ]

    def chosen(self) -> tuple[str, int]:
        """(kind, id) of the payment."""
        kind, _colon, pk = self.cleaned_data["leg"].partition(":")
        return kind, int(pk)
