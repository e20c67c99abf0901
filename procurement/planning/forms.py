"""Forms of planning: they read what people type; rules stand in the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.moves import MoveForm
from procurement.planning.importing.reading import MAX_BYTES
from procurement.planning.importing.report import Choice
from procurement.planning.kak import SECTIONS, read, written
from procurement.planning.models import HpsReference, Package
from procurement.planning.preparing import SeenPrice
from vendors.models import Listing

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
    """To which PPK the package goes, with a word for him or her."""

    ppk = OfficerField(Appointment.objects.none(), label=_("PPK"), empty_label=_("Pilih PPK"))
    note = forms.CharField(label=_("Catatan untuk PPK"), max_length=500, required=False)


class DisposeManyForm(forms.Form):
    """Several packages of the unit, one PPK, one word."""

    ppk = OfficerField(Appointment.objects.none(), label=_("PPK"), empty_label=_("Pilih PPK"))
    note = forms.CharField(label=_("Catatan untuk PPK"), max_length=500, required=False)
    packages = forms.ModelMultipleChoiceField(Package.objects.none(), label=_("Paket"))

    def __init__(self, organisation_id: int, packages: QuerySet[Package], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ppk"].queryset = officers_of(organisation_id, Role.PPK)  # type: ignore[attr-defined]
        self.fields["packages"].queryset = packages  # type: ignore[attr-defined]


class HpsLineForm(forms.Form):
    """One item of the estimate with where its price was seen."""

    item = forms.CharField(label=_("Barang atau jasa"), max_length=200)
    specification = forms.CharField(label=_("Spesifikasi"), max_length=500, required=False)
    kind = forms.ChoiceField(label=_("Jenis"), choices=Listing.Kind.choices)
    quantity = forms.IntegerField(
        label=_("Jumlah"),
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    unit = forms.CharField(label=_("Satuan"), max_length=30)
    unit_price = RupiahField(
        label=_("Harga satuan (tanpa PPN)"),
        required=False,
        help_text=_("Kosongkan untuk memakai harga tengah dari rujukan."),
    )
    listings = forms.MultipleChoiceField(
        label=_("Rujukan dari katalog"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, found: Sequence[Listing], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["listings"].choices = [  # type: ignore[attr-defined]
            (str(each.pk), f"{each.product.title} · {each.vendor.name} · {rupiah(each.price)} / {each.unit}")
            for each in found
        ]
        if not found:
            del self.fields["listings"]
        for number in range(1, TYPED_REFERENCES + 1):
            self.fields[f"source_{number}"] = forms.ChoiceField(
                label=_("Rujukan lain %(n)d: sumber") % {"n": number}, choices=_SOURCES, required=False
            )
            self.fields[f"vendor_{number}"] = forms.CharField(
                label=_("Penyedia atau rujukan"), max_length=200, required=False
            )
            self.fields[f"price_{number}"] = RupiahField(label=_("Harga satuan"), required=False)
            self.fields[f"seen_{number}"] = DayField(label=_("Dilihat tanggal"), required=False)

    def clean(self) -> dict[str, Any]:
        """Gather the typed references under `seen`; a half-filled one is pointed out."""
        told = super().clean() or {}
        seen = []
        for number in range(1, TYPED_REFERENCES + 1):
            source, vendor, price, day = (
                told.pop(f"{name}_{number}", None) for name in ("source", "vendor", "price", "seen")
            )
            if not any((source, vendor, price, day)):
                continue
            if not all((source, vendor, price, day)):
                self.add_error(f"source_{number}", _("Lengkapi sumber, penyedia, harga, dan tanggalnya."))
                continue
            seen.append(SeenPrice(source, vendor, price, day))
        return {**told, "seen": seen, "listings": [int(pk) for pk in told.get("listings", [])]}


class ShippingForm(forms.Form):
    """What delivery is estimated to cost."""

    amount = RupiahField(label=_("Perkiraan ongkos kirim (tanpa PPN)"), required=False)


TYPED_REFERENCES = 2
_SOURCES = [
    ("", _("Pilih sumber")),
    *[choice for choice in HpsReference.Source.choices if choice[0] != HpsReference.Source.CATALOGUE],
]


class ReasonForm(PackageForm):
    """Why a move is made."""

    reason = forms.CharField(label=_("Alasan"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReassignForm(ReasonForm):
    """Another PPK, and why."""

    ppk = OfficerField(Appointment.objects.none(), label=_("PPK"), empty_label=_("Pilih PPK"))
    field_order = ("ppk", "reason")


class PrepareForm(PackageForm):
    """KAK in sections, the estimate of a small package, and the PP who buys."""

    kak_file = forms.FileField(label=_("Berkas KAK (PDF, paling besar 5 MB)"), required=False)
    brand_reason = forms.CharField(
        label=_("Alasan menyebut merek"),
        max_length=500,
        required=False,
        help_text=_("Hanya bila KAK menyebut merek; “atau setara” tidak memerlukan alasan."),
    )
    hps_total = RupiahField(
        label=_("HPS"),
        required=False,
        help_text=_("Termasuk pajak. Tanpa baris HPS hanya untuk paket kecil."),
    )
    hps_basis = forms.CharField(
        label=_("Dasar penyusunan HPS"),
        help_text=_("Misalnya harga tayang tiga penyedia, tanggal, dan biaya kirim."),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    pp = OfficerField(
        Appointment.objects.none(), label=_("Pejabat Pengadaan"), empty_label=_("Pilih Pejabat Pengadaan")
    )

    def __init__(self, package: Package, *args: Any, **options: Any) -> None:
        super().__init__(package, *args, **options)
        written = read(package.kak)
        for section in reversed(SECTIONS):
            self.fields[f"kak_{section.key}"] = forms.CharField(
                label=section.heading,
                help_text=section.hint,
                required=section.needed,
                max_length=6_000,
                initial=written.get(section.key, ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.order_fields([f"kak_{section.key}" for section in SECTIONS])
        if package.hps_lines.exists():
            del self.fields["hps_total"], self.fields["hps_basis"]

    def first_values(self, package: Package) -> dict[str, Any]:
        return {"hps_basis": package.hps_basis, "brand_reason": package.brand_reason}

    def clean(self) -> dict[str, Any]:
        """Gather the sections under `kak`."""
        told = super().clean() or {}
        sections = {section.key: told.pop(f"kak_{section.key}", "") for section in SECTIONS}
        return {**told, "kak": written(sections)}

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
