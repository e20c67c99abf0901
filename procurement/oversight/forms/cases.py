"""Forms of case files and findings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment, Organisation
from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.moves import MoveForm
from marketplace.pages.once import OnceForm
from procurement.oversight import codes
from procurement.oversight.actions import Text
from procurement.oversight.models import CaseFile, CaseMember, Finding


def _long(label: Any, hint: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, max_length=4_000, widget=widget)


class CaseForm(forms.Form):
    """A new case file, copied from the assignment letter."""

    body = forms.ChoiceField(label=_("Pemeriksa"), choices=CaseFile.Body.choices)
    number = forms.CharField(label=_("Nomor surat tugas"), max_length=80)
    title = forms.CharField(label=_("Judul pemeriksaan"), max_length=200)
    period_from = DayField(label=_("Masa yang diperiksa, dari"))
    period_to = DayField(label=_("sampai"))
    units = forms.ModelMultipleChoiceField(
        label=_("Perangkat daerah yang diperiksa"),
        queryset=Organisation.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Tahan Ctrl untuk memilih lebih dari satu."),
    )

    def __init__(self, *given: Any, units: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The arguments of the action."""
        return {**self.cleaned_data, "units": [each.pk for each in self.cleaned_data["units"]]}


class MemberForm(forms.Form):
    """An auditor who joins the team."""

    appointment_id = forms.TypedChoiceField(label=_("Auditor"), coerce=int)
    duty = forms.ChoiceField(
        label=_("Tugas"),
        choices=[each for each in CaseMember.Duty.choices if each[0] != CaseMember.Duty.LEADER],
    )

    def __init__(self, *given: Any, colleagues: list[Appointment], **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [(each.pk, each.user.name) for each in colleagues]
        self.fields["appointment_id"].choices = choices  # type: ignore[attr-defined]


class ReportForm(MoveForm):
    """The report (LHP) and the proof that the units received it."""

    lhp_number = forms.CharField(label=_("Nomor LHP"), max_length=80)
    lhp_date = DayField(label=_("Tanggal LHP"))
    received_on = DayField(
        label=_("LHP diterima unit pada"),
        help_text=_("Menurut tanda terima; 60 hari dihitung dari tanggal itu."),
    )
    receipt_number = forms.CharField(label=_("Nomor tanda terima"), max_length=80)


class WhyForm(MoveForm):
    """A move that must be explained."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Paling sedikit 10 huruf, tanpa data pribadi: alasan ini masuk log audit."),
    )


class FindingForm(forms.Form):
    """What was found, in the parts of the audit standard."""

    title = forms.CharField(label=_("Judul temuan"), max_length=200)
    kind = forms.ChoiceField(label=_("Jenis"))
    amount = RupiahField(label=_("Nilai"), help_text=_("Isi 0 bila temuan ini tanpa nilai uang."))
    condition = _long(_("Kondisi"), _("Apa yang terjadi."))
    criteria = _long(_("Kriteria"), _("Ketentuan yang berlaku."))
    cause = _long(_("Sebab"), _("Mengapa terjadi."))
    effect = _long(_("Akibat"), _("Apa akibatnya, dengan angka bila ada."))

    def __init__(self, *given: Any, region_id: int | None, **options: Any) -> None:
        super().__init__(*given, **options)
        listed = codes.listed(codes.KINDS, region_id)
        self.fields["kind"].choices = list(listed.items())  # type: ignore[attr-defined]

    def text(self) -> Text:
        """What a valid form says."""
        answers = self.cleaned_data
        return Text(**{name: answers[name] for name in Text.__dataclass_fields__})


class NewFindingForm(OnceForm, FindingForm):
    """A new finding, with the orders it is about."""

    orders = forms.CharField(
        label=_("Nomor pesanan"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Satu atau lebih, dipisahkan spasi atau baris baru."),
    )

    def numbers(self) -> list[str]:
        """The orders named."""
        return self.cleaned_data["orders"].replace(",", " ").split()


class ReviseForm(MoveForm, FindingForm):
    """A draft that is written anew."""

    @staticmethod
    def now(finding: Finding) -> dict[str, Any]:
        """What the draft says, to begin with."""
        return {name: getattr(finding, name) for name in Text.__dataclass_fields__}


class LinkForm(forms.Form):
    """An order, and entries of its story, that show what a finding says."""

    number = forms.CharField(label=_("Nomor pesanan"), max_length=20)
    entries = forms.CharField(
        label=_("Nomor catatan log"),
        required=False,
        max_length=400,
        help_text=_("Dari cerita pesanan, dipisahkan spasi. Boleh kosong."),
    )

    def clean_entries(self) -> list[int]:
        """The entries' ids; ValidationError for anything but numbers."""
        words = self.cleaned_data["entries"].replace(",", " ").split()
        if not all(each.isdecimal() and len(each) < 19 for each in words):
            raise forms.ValidationError(_("Isi nomor catatan, misalnya 120 121."))
        return [int(each) for each in words]


class RecommendationForm(OnceForm):
    """What a unit shall do."""

    unit_id = forms.TypedChoiceField(label=_("Unit penanggung jawab"), coerce=int)
    text = _long(_("Rekomendasi"), _("Apa yang harus dilakukan unit itu."))
    amount_due = RupiahField(
        label=_("Harus disetor ke kas daerah"), help_text=_("Isi 0 bila tidak ada uang yang harus kembali.")
    )

    def __init__(self, *given: Any, units: list[Organisation], **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [(each.pk, each.name) for each in units]
        self.fields["unit_id"].choices = choices  # type: ignore[attr-defined]
