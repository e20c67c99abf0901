"""Forms of administration: they read what people type; rules stand in the actions."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import APPOINTABLE, LABELS, Role
from marketplace.administration.actions.appointments import GIVEN_BY_PA
from marketplace.administration.actions.people import Newcomer
from marketplace.administration.queries import organisations_for, parameters_for
from marketplace.core.identifiers import Malformed, npwp16
from marketplace.core.money import NotRupiah, parse_rupiah
from marketplace.pages.fields import DayField
from marketplace.regulation.models import Holiday, Parameter

LARGEST_VALUE: Final = 10**15
"""Far above any budget, and still a whole number for every reader of JSON."""


class AppointForm(forms.Form):
    """Who gets which role where, by which decree."""

    email = forms.EmailField(label=_("Surel orang yang ditunjuk"), max_length=254)
    name = forms.CharField(
        label=_("Nama lengkap dengan gelar"),
        required=False,
        max_length=150,
        help_text=_(
            "Hanya bila belum punya akun: akunnya dibuatkan, dan surel untuk menetapkan kata sandi terkirim."
        ),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisasi"), empty_label=_("Pilih organisasi")
    )
    role = forms.ChoiceField(label=_("Peran"))
    decree_number = forms.CharField(label=_("Nomor SK"), max_length=80)
    decree_date = DayField(label=_("Tanggal SK"))
    valid_from = DayField(label=_("Berlaku sejak"))
    valid_to = DayField(label=_("Berlaku sampai"), required=False, help_text=_("Kosongkan bila tanpa batas."))
    acting = forms.ChoiceField(
        label=_("Pelaksana"),
        required=False,
        choices=[("", _("Pejabat tetap")), ("PLT", _("Pelaksana tugas")), ("PLH", _("Pelaksana harian"))],
    )
    certificate_number = forms.CharField(
        label=_("Nomor sertifikat kompetensi"),
        required=False,
        max_length=60,
        help_text=_("Wajib untuk PPK dan PP."),
    )
    certificate_valid_to = DayField(label=_("Sertifikat berlaku sampai"), required=False)
    substitute_for = forms.EmailField(
        label=_("Surel pejabat yang digantikan"),
        required=False,
        help_text=_("Untuk Plt/Plh: pejabat tetap dengan peran yang sama di satuan kerja itu."),
    )

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = GIVEN_BY_PA if actor.role == Role.PA else APPOINTABLE
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, LABELS[role]) for role in Role if role in choices
        ]
        self.fields["organisation"].queryset = (  # type: ignore[attr-defined]
            organisations_for(actor).filter(is_active=True).order_by("name")
        )

    def clean(self) -> dict[str, Any]:
        """Find the person, or name a newcomer; and find the officer who is stood in for."""
        told = super().clean() or {}
        person, name = told.pop("email", None), told.pop("name", "")
        if isinstance(person, User):
            told["user_id"] = person.pk
        elif person and name:
            told["newcomer"] = Newcomer(person, name)
        elif person:
            self.add_error(
                "name",
                _("Belum ada akun dengan surel ini. Isi nama lengkapnya, dan akunnya dibuatkan."),
            )
        email = told.pop("substitute_for", "")
        told["substitute_for_id"] = None
        if email:
            found = appointments_in_force().filter(
                user__email=email.lower(),
                organisation=told.get("organisation"),
                role=told.get("role"),
                acting="",
            )
            named = found.first()
            if named is None:
                self.add_error(
                    "substitute_for", _("Tidak ada pejabat tetap dengan surel itu pada peran dan unit ini.")
                )
            else:
                told["substitute_for_id"] = named.pk
        return told

    def clean_email(self) -> User | str:
        """The person with that address; the address itself when nobody has it yet."""
        email: str = self.cleaned_data["email"].lower()
        person = User.objects.filter(email=email).first()
        if person is not None and not person.is_active:
            raise forms.ValidationError(
                _(
                    "Akun dengan surel ini sudah ditutup. Gunakan alamat lain, atau minta pengelola membukanya."
                )
            )
        return person or email


class UnitNpwpForm(forms.Form):
    """The NPWP under which a unit withholds; empty takes it away."""

    npwp = forms.CharField(
        label=_("NPWP satuan kerja"),
        required=False,
        max_length=30,
        help_text=_("16 angka. Kosongkan untuk menghapus."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_npwp(self) -> str:
        """Sixteen digits; ValidationError says what is wrong."""
        text = str(self.cleaned_data["npwp"]).strip()
        try:
            return npwp16(text) if text else ""
        except Malformed as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class EndForm(forms.Form):
    """The last day of an appointment, and why."""

    last_day = DayField(label=_("Hari terakhir berlaku"))
    reason = forms.CharField(label=_("Alasan atau nomor SK pemberhentian"), max_length=300)


class ProposeForm(forms.Form):
    """A new value of a rule for the operator's region."""

    code = forms.ChoiceField(label=_("Parameter"))
    value = forms.CharField(
        label=_("Nilai baru"), max_length=200, help_text=_("Angka boleh bertitik; ya atau tidak.")
    )
    valid_from = DayField(label=_("Berlaku sejak"))
    valid_to = DayField(label=_("Berlaku sampai"), required=False, help_text=_("Kosongkan bila tanpa batas."))
    legal_basis = forms.CharField(label=_("Dasar hukum"), max_length=300)
    note = forms.CharField(label=_("Catatan"), max_length=300, required=False)

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = parameters_for(actor).filter(state=Parameter.State.ACTIVE).order_by("code")
        names = list(codes.values_list("code", flat=True).distinct())
        self.fields["code"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def clean_value(self) -> Any:
        """Whole numbers with or without dots, yes and no, or a JSON value."""
        text = self.cleaned_data["value"].strip()
        if text.lower() in {"ya", "tidak"}:
            return text.lower() == "ya"
        try:
            return parse_rupiah(text)
        except NotRupiah:
            pass
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("Tulis angka, ya, tidak, atau nilai JSON.")) from None

    def clean(self) -> dict[str, Any]:
        """Refuse numbers no amount, rate or deadline needs: the log keeps whole numbers below 2^53 exactly."""
        answers: dict[str, Any] = super().clean() or {}
        value = answers.get("value")
        if isinstance(value, int) and abs(value) > LARGEST_VALUE:
            self.add_error("value", _("Angka ini terlalu besar."))
        return answers


class DecideForm(forms.Form):
    """Approve, or turn down with a reason."""

    decision = forms.ChoiceField(
        label=_("Keputusan"),
        choices=[("approve", _("Setujui")), ("reject", _("Tolak"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Alasan penolakan"), max_length=300, required=False)


class HolidayForm(forms.Form):
    """A day on which deadlines do not run."""

    day = DayField(label=_("Tanggal"))
    name = forms.CharField(label=_("Nama hari libur"), max_length=120)
    kind = forms.ChoiceField(label=_("Jenis"), choices=Holiday.Kind.choices)
    legal_basis = forms.CharField(
        label=_("Dasar hukum"), max_length=200, help_text=_("Contoh SKB 3 Menteri.")
    )
