"""Forms of permits: handing one in, handing it in again, sending it back, tying it to listings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.uploads import LARGEST_BYTES
from marketplace.pages.fields import DayField
from marketplace.pages.moves import MoveForm
from vendors.actions import PermitData
from vendors.forms.verdicts import permit_reasons
from vendors.models import Permit
from vendors.reasons import OTHER


class ScanField(forms.FileField):
    """A scan of a paper. Gives the bytes; what they are is found out by the action."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.FileInput(attrs={"accept": "application/pdf,image/*"}))
        options.setdefault("help_text", _("Foto atau PDF, paling besar 5 MB. Seluruh lembar harus terbaca."))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The content of the upload, or None when none was sent."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        if upload.size > LARGEST_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 5 MB. Perkecil lalu unggah lagi."))
        return upload.read()


class PermitForm(forms.Form):
    """What a vendor says of a permit."""

    kind = forms.ChoiceField(label=_("Jenis izin"), choices=Permit.Kind.choices)
    number = forms.CharField(
        label=_("Nomor"), min_length=3, max_length=60, help_text=_("Seperti pada sertifikat.")
    )
    issuer = forms.CharField(
        label=_("Penerbit"),
        max_length=120,
        required=False,
        help_text=_("Contoh: BPJPH, Dinas Kesehatan, BPOM."),
    )
    valid_from = DayField(label=_("Berlaku sejak"), required=False)
    valid_to = DayField(
        label=_("Berlaku sampai"), required=False, help_text=_("Kosongkan bila tanpa batas waktu.")
    )
    scan = ScanField(label=_("Berkas sertifikat"))

    def data_for_action(self) -> PermitData:
        """The cleaned answers as the action takes them."""
        said = self.cleaned_data
        return PermitData(
            kind=said["kind"],
            number=said["number"],
            issuer=said["issuer"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
        )


class PermitAgainForm(PermitForm):
    """A permit handed in again: its kind stays, its scan too unless there is a new one."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    field_order = ("revision", "number", "issuer", "valid_from", "valid_to", "scan")

    def __init__(self, data: Any = None, files: Any = None, *, permit: Permit) -> None:
        said = ("number", "issuer", "valid_from", "valid_to", "revision")
        super().__init__(data, files, initial={name: getattr(permit, name) for name in said})
        del self.fields["kind"]
        self.fields["scan"].required = permit.document_id is None
        self.permit = permit

    def clean(self) -> dict[str, Any]:
        """The kind is the permit's own."""
        return {**(super().clean() or {}), "kind": self.permit.kind}


class PermitBackForm(MoveForm):
    """Why a permit is sent back."""

    reason_code = forms.ChoiceField(label=_("Alasan"), choices=[])
    note = forms.CharField(
        label=_("Keterangan untuk penyedia"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason_code"].choices = [("", _("Pilih alasan")), *permit_reasons()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The catch-all needs a note."""
        said = super().clean() or {}
        if said.get("reason_code") == OTHER and not said.get("note"):
            self.add_error("note", _("Tulis apa yang salah."))
        return said


class ListingPermitsForm(forms.Form):
    """Which of the vendor's permits a listing rests on."""

    permits = forms.TypedMultipleChoiceField(
        label=_("Izin untuk produk ini"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Produk turun sendiri bila izinnya habis dan tidak ada penggantinya."),
    )

    def __init__(self, *args: Any, of: Iterable[Permit], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(each.pk, f"{each} · {each.get_state_display()}") for each in of]
        self.fields["permits"].choices = choices  # type: ignore[attr-defined]
