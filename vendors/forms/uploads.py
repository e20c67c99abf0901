"""Forms of a vendor's uploaded files."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vendors.models import ListingUpload


class UploadForm(forms.Form):
    """A spreadsheet of listings, and a ZIP of their pictures."""

    table = forms.FileField(
        label=_("Berkas produk"),
        help_text=_(
            "Excel (.xlsx, .xls), OpenDocument (.ods), atau CSV; paling besar 20 MB dan 50.000 baris."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        allow_empty_file=True,
    )
    pictures = forms.FileField(
        label=_("ZIP berisi foto"),
        required=False,
        help_text=_("Nama fotonya ditulis di kolom foto. Paling besar 100 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )


class CommitForm(forms.Form):
    """What to do with a previewed file."""

    choice = forms.ChoiceField(
        label=_("Bila ada baris yang salah"),
        choices=ListingUpload.Choice.choices,
        initial=ListingUpload.Choice.GOOD_ROWS,
        widget=forms.RadioSelect,
    )
    hand_in = forms.BooleanField(label=_("Sekaligus ajukan produknya untuk kurasi"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)
