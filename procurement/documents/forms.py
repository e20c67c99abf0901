"""The form of the verification page: a visitor compares a file with the stored one."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MAX_BYTES: Final = 5 * 1024 * 1024


class ComparisonForm(forms.Form):
    """A PDF a visitor holds. It is hashed and forgotten: nothing of it is stored."""

    file = forms.FileField(
        label=_("Berkas PDF yang Anda pegang"),
        help_text=_("Paling besar 5 MB. Berkas hanya dihitung sidiknya, tidak disimpan."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too long to be one of our papers."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 5 MB. Pilih naskah PDF aslinya."))
        return file

    def digest(self) -> str:
        """SHA-256 of the file in hex."""
        hashed = sha256()
        for chunk in self.cleaned_data["file"].chunks():
            hashed.update(chunk)
        return hashed.hexdigest()
