"""Forms of signing up and of a registration's sections: what people type, checked by its shape; rules are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core import clock, identifiers
from marketplace.core.uploads import LARGEST_BYTES
from marketplace.pages.fields import DayField, RupiahField
from marketplace.regulation.places import area_name, areas_below, find_places, place
from marketplace.regulation.queries import banks
from vendors.forms.letters import LetterFields
from vendors.models import Activity, Vendor, VendorDocument
from vendors.sections import Address, Answers, Business, Figures, Taxes


def _text(
    label: Any, *, required: bool = True, longest: int = 150, hint: Any = "", **attrs: str
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        help_text=hint,
        widget=forms.TextInput(attrs=attrs),
    )


class IdentifierField(forms.CharField):
    """A number people copy from a paper; dots and spaces are theirs, the check and its reason ours."""

    def __init__(self, *, check: Any, **options: Any) -> None:
        self.check = check
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> str:
        """The bare number; ValidationError says why it cannot be."""
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return str(self.check(text))
        except identifiers.Malformed as wrong:
            raise ValidationError(str(wrong)) from wrong


class SignUpForm(forms.Form):
    """A new account, and what it is for."""

    path = forms.ChoiceField(
        label=_("Jalur pendaftaran"),
        choices=Vendor.Path.choices,
        widget=forms.RadioSelect,
        initial=Vendor.Path.OTHER,
    )
    name = _text(_("Nama Anda"), hint=_("Seperti di KTP."), autocomplete="name")
    email = forms.EmailField(
        label=_("Alamat surel"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Kata sandi"),
        max_length=200,
        strip=False,
        help_text=_("Paling sedikit 10 huruf atau angka."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """A password that is not the name, the address, or a common one."""
        said = super().clean() or {}
        if said.get("password"):
            person = User(email=said.get("email", ""), name=said.get("name", ""))
            try:
                password_validation.validate_password(said["password"], person)
            except ValidationError as weak:
                self.add_error("password", weak)
        return said


class StartForm(forms.Form):
    """A signed-in person without a business begins one."""

    path = SignUpForm.base_fields["path"]


class SectionForm(forms.Form):
    """What every section's form carries: the revision the page was made from.

    `more` names the fields that most people leave alone; they stand folded away.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    more: tuple[str, ...] = ()

    def answers(self) -> Answers:
        """The cleaned answers as the actions take them."""
        raise NotImplementedError

    def checked_while_typing(self, address: Callable[[str], str]) -> None:
        """Have each plain input ask `address(field name)` when it is left; without scripts nothing changes."""
        for name, each in self.fields.items():
            if isinstance(each.widget, forms.TextInput) and name not in {"revision", "place"}:
                each.widget.attrs |= {
                    "hx-post": address(name),
                    "hx-trigger": "change",
                    "hx-target": f"#cek-{name}",
                    "hx-swap": "innerHTML",
                }


class BusinessForm(SectionForm):
    """Who sells."""

    name = _text(
        _("Nama usaha"), hint=_("Seperti di NIB. Contoh: Dapur Ibu Sari."), autocomplete="organization"
    )
    legal_form = forms.ChoiceField(
        label=_("Bentuk usaha"),
        choices=Vendor.LegalForm.choices,
        initial=Vendor.LegalForm.PERSON,
        widget=forms.RadioSelect,
    )
    nib = IdentifierField(label=_("NIB"), check=identifiers.nib, help_text=_("13 angka dari OSS."))
    kbli = _text(
        _("Kode KBLI"),
        longest=200,
        hint=_("5 angka dari NIB; pisahkan dengan koma bila lebih dari satu. Katering: 56210."),
        inputmode="numeric",
    )
    edition = forms.ChoiceField(
        label=_("Edisi KBLI"), choices=Activity.Edition.choices, initial=Activity.Edition.KBLI_2020
    )
    programme_number = _text(_("Nomor anggota program binaan"), required=False, longest=40)
    more = ("edition", "programme_number")

    def clean_kbli(self) -> tuple[str, ...]:
        """The codes, each in shape."""
        parts = [part for part in self.cleaned_data["kbli"].replace(";", ",").split(",") if part.strip()]
        try:
            return tuple(dict.fromkeys(identifiers.kbli(part) for part in parts))
        except identifiers.Malformed as wrong:
            raise ValidationError(str(wrong)) from wrong

    def answers(self) -> Business:
        """The cleaned answers as the actions take them."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        return Business(**said)


class TaxesForm(LetterFields, SectionForm):
    """Who owns it and how it is taxed."""

    owner_name = _text(
        _("Nama pemilik atau penanggung jawab"), hint=_("Seperti di KTP."), autocomplete="name"
    )
    owner_nik = IdentifierField(
        label=_("NIK pemilik"), check=identifiers.nik, help_text=_("16 angka di KTP.")
    )
    npwp = IdentifierField(
        label=_("NPWP"),
        check=identifiers.npwp16,
        required=False,
        help_text=_("Usaha perorangan boleh kosong: NPWP-nya sama dengan NIK."),
    )
    pkp = forms.BooleanField(label=_("Usaha ini Pengusaha Kena Pajak (PKP)"), required=False)
    nitku = IdentifierField(
        label=_("NITKU"),
        check=identifiers.nitku,
        required=False,
        help_text=_("22 angka. Kosongkan untuk kantor pusat."),
    )
    suket_pp55 = _text(
        _("Nomor Suket PP 55/2022"),
        required=False,
        longest=60,
        hint=_("Bila punya: pajak yang dipotong 0,5 %."),
    )
    suket_pp55_valid_to = DayField(label=_("Suket berlaku sampai"), required=False)
    pbjt_registered = forms.BooleanField(
        label=_("Wajib pungut pajak daerah makanan dan minuman (PBJT)"), required=False
    )
    more = ("nitku", "suket_pp55", "suket_pp55_valid_to", "pbjt_registered", *LetterFields.base_fields)

    def answers(self) -> Taxes:
        """The cleaned answers as the actions take them."""
        return Taxes(**{name: value for name, value in self.cleaned_data.items() if name != "revision"})


class FiguresForm(SectionForm):
    """From what the size follows."""

    yearly_sales = RupiahField(
        label=_("Omzet setahun"),
        required=False,
        help_text=_(
            "Hasil penjualan tahun lalu, contoh 180.000.000. Usaha baru mulai? Isi modal pada “Lainnya”."
        ),
    )
    sales_year = forms.IntegerField(label=_("Tahun omzet"), required=False, min_value=2000, max_value=2100)
    capital = RupiahField(
        label=_("Modal usaha"),
        required=False,
        help_text=_("Hanya bila usaha baru dimulai; tanpa tanah dan bangunan tempat usaha."),
    )
    more = ("sales_year", "capital")
    needed = ("yearly_sales",)

    def clean(self) -> dict[str, Any]:
        """One figure at least."""
        said = super().clean() or {}
        if not self.errors and said.get("yearly_sales") is None and said.get("capital") is None:
            self.add_error("yearly_sales", _("Isi omzet setahun, atau modal bila usaha baru dimulai."))
        return said

    def answers(self) -> Figures:
        """The cleaned answers as the actions take them."""
        said = self.cleaned_data
        return Figures(
            yearly_sales=said["yearly_sales"], sales_year=said["sales_year"], capital=said["capital"]
        )


class AddressForm(SectionForm):
    """Where the business is. The kelurahan is typed and, where several fit, chosen from those found."""

    place = _text(
        _("Kelurahan"),
        hint=_("Ketik nama kelurahan atau kode pos, contoh: Menteng Jakarta Pusat."),
        list="kelurahan",
        autocomplete="off",
    )
    place_code = forms.ChoiceField(label=_("Pilih kelurahan"), required=False, widget=forms.RadioSelect)
    street = _text(_("Alamat jalan"), hint=_("Jalan, nomor, RT/RW."), autocomplete="street-address")
    phone = IdentifierField(
        label=_("Telepon atau WhatsApp"), check=identifiers.phone, help_text=_("Contoh 0812-3456-7890.")
    )
    service_area = forms.MultipleChoiceField(
        label=_("Wilayah layanan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kosong berarti kota atau kabupaten Anda sendiri."),
    )
    about = forms.CharField(
        label=_("Tentang usaha"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    more = ("service_area", "about")

    def __init__(self, *args: Any, province: str = "31", **options: Any) -> None:
        super().__init__(*args, **options)
        self.province = province
        self.fields["place"].widget.attrs |= {
            "hx-get": reverse("vendor-places"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#kelurahan",
        }
        self.fields["phone"].widget.attrs.update({"inputmode": "tel", "autocomplete": "tel"})
        chosen = self.data.get("place_code") or self.initial.get("place_code") or ""
        self._offer([(chosen, area_name(chosen))] if chosen else [])
        areas = [(each.code, each.name) for each in areas_below(province)]
        self.fields["service_area"].choices = [(province, area_name(province)), *areas]  # type: ignore[attr-defined]

    def _offer(self, choices: list[tuple[str, str]]) -> None:
        self.fields["place_code"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One kelurahan: the chosen one if it still fits what is typed, else the only one found."""
        said = super().clean() or {}
        typed, chosen = said.get("place", ""), said.get("place_code", "")
        known = place(chosen) if chosen else None
        if not typed or (known is not None and known.name == typed):
            return said
        found = find_places(typed, within=self.province)
        exact = [each for each in found if each.name.casefold() == typed.casefold()] or found
        if chosen and any(each.code == chosen for each in found):
            said["place"] = area_name(chosen)
        elif len(exact) == 1:
            said["place_code"], said["place"] = exact[0].code, exact[0].name
        else:
            self._offer([(each.code, each.name) for each in found])
            reason = (
                _("Pilih salah satu kelurahan yang ditemukan.") if found else _("Kelurahan tidak ditemukan.")
            )
            self.add_error("place_code" if found else "place", reason)
        return said

    def answers(self) -> Address:
        """The cleaned answers as the actions take them."""
        said = self.cleaned_data
        return Address(
            place_code=said["place_code"],
            street=said["street"],
            phone=said["phone"],
            service_area=tuple(said["service_area"]),
            about=said["about"],
        )


class AccountForm(SectionForm):
    """The account to be paid to."""

    bank_code = forms.ChoiceField(label=_("Bank"))
    number = IdentifierField(label=_("Nomor rekening"), check=identifiers.bank_account)
    holder_name = _text(_("Nama pemilik rekening"), hint=_("Seperti di buku rekening."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["bank_code"].choices = [("", _("Pilih bank")), *banks()]  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A scan of a paper."""

    kind = forms.ChoiceField(label=_("Jenis berkas"))
    file = forms.FileField(
        label=_("Foto atau PDF"),
        help_text=_("JPG, PNG, WebP, atau PDF, paling besar 5 MB. Foto dari ponsel cukup."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )

    def __init__(self, *args: Any, first: str = VendorDocument.Kind.NIB, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = [choice for choice in VendorDocument.Kind.choices if choice[0] != VendorDocument.Kind.PERMIT]
        self.fields["kind"].choices = asked  # type: ignore[attr-defined]
        self.fields["kind"].initial = first

    def clean_file(self) -> bytes:
        """The bytes of the upload; what they are is checked by the action."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_BYTES:
            raise ValidationError(_("Berkas lebih besar dari 5 MB. Perkecil lalu unggah lagi."))
        content: bytes = upload.read()
        return content


class PactForm(forms.Form):
    """The owner's own yes."""

    agreed = forms.BooleanField(label=_("Saya, pemilik usaha, menyetujui Pakta Integritas ini"))


class AssistanceForm(forms.Form):
    """Whom the owner asks for help."""

    email = forms.EmailField(label=_("Alamat surel pendamping"), max_length=254)
    agreed = forms.BooleanField(
        label=_("Saya mengizinkan pendamping ini melihat dan mengisi pendaftaran usaha saya")
    )


FORMS: dict[str, type[SectionForm]] = {
    "usaha": BusinessForm,
    "pajak": TaxesForm,
    "ukuran": FiguresForm,
    "alamat": AddressForm,
}
"""By section: its form. The other sections have pages of their own."""


def initial_of(section: str, vendor: Vendor, present: dict[str, Any]) -> dict[str, Any]:
    """What a section's form shows of what was said before."""
    shown = {**present, "revision": vendor.revision}
    if section == "usaha":
        shown["kbli"] = ", ".join(present["kbli"])
        shown["name"] = present["name"] if vendor.nib else ""
    elif section == "alamat":
        shown["place"] = vendor.place_name
    elif section == "ukuran":
        shown["sales_year"] = present["sales_year"] or clock.today().year - 1
    return shown
