"""Forms of planning: they read what people type; rules stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import Role
from marketplace.pages.fields import RupiahField
from marketplace.pages.moves import MoveForm
from procurement.planning.importing.reading import MAX_BYTES
from procurement.planning.importing.report import Choice
from procurement.planning.models import Package

MAX_KAK_BYTES = 5 * 1024 * 1024


class OfficerField(forms.ModelChoiceField):
    """One officer in force today, shown by name and decree."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.name} ({obj.role_label}, {obj.decree_number})"


class PackageForm(MoveForm):
    """A move of a package: its officers are those of the package's own unit."""

    def __init__(self, package: Package, *args: Any, **options: Any) -> None:
        first = {"revision": package.revision, **self.first_values(package)}
        super().__init__(*args, **{"initial": first, **options})
        self.package = package
        for name, role in (("ppk", Role.PPK), ("pp", Role.PP)):
            if name in self.fields:
                officers = officers_of(package.organisation_id, role)
                self.fields[name].queryset = officers  # type: ignore[attr-defined]

    def first_values(self, package: Package) -> dict[str, Any]:
        """What the fields show at first."""
        return {}


class DisposeForm(PackageForm):
    """To which PPK the package goes."""

    ppk = OfficerField(Appointment.objects.none(), label=_("PPK"), empty_label=_("Pilih PPK"))


class ReasonForm(PackageForm):
    """Why a move is made."""

    reason = forms.CharField(label=_("Alasan"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReassignForm(DisposeForm, ReasonForm):
    """Another PPK, and why."""

    field_order = ("ppk", "reason")


class PrepareForm(PackageForm):
    """KAK, HPS, and the PP who buys."""

    kak = forms.CharField(
        label=_("Kerangka acuan kerja (KAK)"),
        help_text=_("Apa yang dibeli, untuk apa, spesifikasi, jumlah, waktu dan tempat penyerahan."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    kak_file = forms.FileField(label=_("Berkas KAK (PDF, paling besar 5 MB)"), required=False)
    hps_total = RupiahField(
        label=_("HPS"), help_text=_("Harga perkiraan sendiri termasuk pajak; tidak melebihi pagu.")
    )
    hps_basis = forms.CharField(
        label=_("Dasar penyusunan HPS"),
        help_text=_("Misalnya harga tayang tiga penyedia, tanggal, dan biaya kirim."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    pp = OfficerField(
        Appointment.objects.none(), label=_("Pejabat Pengadaan"), empty_label=_("Pilih Pejabat Pengadaan")
    )

    def first_values(self, package: Package) -> dict[str, Any]:
        return {"kak": package.kak, "hps_basis": package.hps_basis}

    def clean_kak_file(self) -> bytes | None:
        """The PDF's bytes; judged by content, not by name."""
        file: UploadedFile | None = self.cleaned_data["kak_file"]
        if file is None:
            return None
        if (file.size or 0) > MAX_KAK_BYTES:
            raise forms.ValidationError(_("Berkas lebih dari 5 MB. Perkecil, lalu unggah lagi."))
        content: bytes = file.read()
        if not content.startswith(b"%PDF-"):
            raise forms.ValidationError(_("Berkas ini bukan PDF. Simpan KAK sebagai PDF, lalu unggah lagi."))
        return content


class UploadForm(forms.Form):
    """The published plan file."""

    file = forms.FileField(
        label=_("Berkas RUP"),
        help_text=_("CSV atau JSON dari data terbuka LKPP (RUP-PaketAnggaranPenyedia)."),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("Berkas lebih dari 40 MB. Bagi per satuan kerja."))
        return file


class ImportForm(forms.Form):
    """The decision after the preview."""

    upload = forms.IntegerField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=_("Bila ada baris yang keliru"),
        choices=[
            (Choice.WHOLE_FILE.value, _("Tolak seluruh berkas")),
            (Choice.GOOD_ROWS.value, _("Impor paket yang benar saja")),
        ],
        widget=forms.RadioSelect,
    )
