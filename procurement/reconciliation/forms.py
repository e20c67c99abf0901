"""What people type in reconciliation: a file, a reason; never an amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation
from marketplace.pages.fields import DayField
from marketplace.regulation.queries import banks
from procurement.reconciliation.matching import Leg
from procurement.reconciliation.models import LegKind, OwnAccount
from procurement.reconciliation.models.statements import KINDS
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


class AccountForm(forms.Form):
    """One of the government's own accounts; its number is kept as a hash and a mask."""

    name = forms.CharField(
        label=_("Nama rekening"), max_length=120, help_text=_("Misalnya: Penampungan UMKM, Kas Daerah.")
    )
    kind = forms.ChoiceField(label=_("Jenis"), choices=[(each.value, each.label) for each in KINDS])
    bank_code = forms.ChoiceField(label=_("Bank"))
    number = forms.CharField(
        label=_("Nomor rekening"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    unit = forms.ModelChoiceField(
        label=_("Perangkat daerah"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Milik daerah"),
        help_text=_("Pilih bila rekening ini dipegang bendahara satu perangkat daerah."),
    )

    def __init__(self, *given: Any, region_id: int, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["bank_code"].choices = [("", _("Pilih bank")), *banks()]  # type: ignore[attr-defined]
        units = Organisation.objects.filter(region_id=region_id, kind=Organisation.Kind.AGENCY_UNIT)
        self.fields["unit"].queryset = units.order_by("name")  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """A provider's report of what one of its transfers to our bank stands for."""

    provider = forms.ChoiceField(label=_("Penyedia pembayaran"))
    reference = forms.CharField(
        label=_("Nomor pencairan"), max_length=80, help_text=_("Seperti tertulis pada laporan penyedia.")
    )
    dated = DayField(label=_("Tanggal pencairan"))
    file = forms.FileField(
        label=_("Berkas laporan"),
        help_text=_("CSV dengan kolom reference, gross dan fee, paling besar 5 MB."),
    )

    def __init__(self, *given: Any, providers: Sequence[str], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["provider"].choices = [(each, each) for each in providers]  # type: ignore[attr-defined]


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
