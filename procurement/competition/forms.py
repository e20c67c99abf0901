"""Forms of the mini-competition: they read what people type; rules stand in the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.moves import MoveForm
from procurement.competition.actions import Draft, Judgement, Need
from procurement.competition.actions.drafting import MOST_LINES
from procurement.competition.models import Competition, RequestLine
from procurement.planning.models import BudgetLine
from procurement.planning.queries import packages_to_buy_for
from vendors.models import Listing
from vendors.queries import all_categories


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _hour() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class LineOfPackage(forms.ModelChoiceField):
    """A budget line, shown with its package and what is left of it."""

    def label_from_instance(self, obj: Any) -> str:
        """RUP number, package, account code and the money still free."""
        return (
            f"{obj.package.kd_rup} · {obj.package.name} · {obj.rekening or obj.mak} · {rupiah(obj.available)}"
        )


class BeginForm(forms.Form):
    """The two things a competition begins with: the money, and what is needed in one's own words."""

    budget_line = LineOfPackage(
        label=_("Paket dan baris anggaran"),
        queryset=BudgetLine.objects.none(),
        empty_label=_("Pilih paket"),
        help_text=_("Angka terakhir adalah pagu yang masih tersedia."),
    )
    request_text = forms.CharField(
        label=_("Apa yang Anda perlukan?"),
        max_length=2_000,
        widget=_area(4),
        help_text=_(
            "Tulis seperti menjelaskan kepada orang: apa, berapa, kapan, di mana, pantangan makan, dan harga "
            "paling mahal. Isian berikutnya diisi dari kalimat ini."
        ),
    )

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lines = BudgetLine.objects.filter(package__in=packages_to_buy_for(actor).order_by(), active=True)
        self.fields["budget_line"].queryset = lines.select_related("package")  # type: ignore[attr-defined]


class DraftForm(forms.Form):
    """Everything about a competition but its lines; anything may be left empty until it is published."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=_("Judul"), max_length=200)
    request_text = forms.CharField(
        label=_("Kebutuhan dalam kalimat Anda"), max_length=2_000, widget=_area(4), required=False
    )
    kind = forms.ChoiceField(label=_("Jenis"), choices=Listing.Kind.choices)
    category = forms.TypedChoiceField(
        label=_("Kategori"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Penyedia yang menjual dalam kategori ini atau di bawahnya diundang."),
    )
    specification = forms.CharField(
        label=_("Spesifikasi"),
        max_length=4_000,
        required=False,
        widget=_area(3),
        help_text=_("Jangan menyebut merek tanpa alasan."),
    )
    address = forms.CharField(label=_("Alamat kirim"), max_length=400, required=False, widget=_area(2))
    place_code = forms.RegexField(
        r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
        label=_("Kode wilayah tujuan"),
        max_length=13,
        required=False,
        help_text=_("Kode Kemendagri sampai kecamatan atau kelurahan, contoh 31.71.01."),
        error_messages={"invalid": _("Kode wilayah seperti 31.71.01.")},
    )
    place_name = forms.CharField(label=_("Kelurahan, kecamatan, kota"), max_length=160, required=False)
    needed_by = DayField(label=_("Dibutuhkan tanggal"), required=False)
    needed_at = forms.TimeField(label=_("Pukul"), required=False, widget=_hour())
    closes_on = DayField(label=_("Penawaran ditutup tanggal"), required=False)
    closes_hour = forms.TimeField(
        label=_("Ditutup pukul (WIB)"), required=False, widget=_hour(), initial=time(14, 0)
    )
    itemized = forms.BooleanField(label=_("Pemenang boleh berbeda untuk setiap barang"), required=False)
    small_only = forms.BooleanField(label=_("Khusus usaha mikro, kecil, dan koperasi"), required=False)
    terms = forms.CharField(label=_("Syarat tambahan"), max_length=2_000, required=False, widget=_area(2))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = [("", _("Pilih kategori")), *all_categories()]  # type: ignore[attr-defined]

    @property
    def said(self) -> Draft:
        """What a valid form says."""
        told = self.cleaned_data
        closes_at = (
            datetime.combine(told["closes_on"], told["closes_hour"] or time(14, 0), tzinfo=clock.JAKARTA)
            if told["closes_on"]
            else None
        )
        same = (
            "title request_text kind specification terms itemized small_only address place_code place_name "
            "needed_by needed_at"
        ).split()
        return Draft(**{name: told[name] for name in same}, category_id=told["category"], closes_at=closes_at)

    @staticmethod
    def initial_of(competition: Competition) -> dict[str, Any]:
        """How the form of a saved draft begins."""
        closing = competition.closes_at.astimezone(clock.JAKARTA) if competition.closes_at else None
        names = (
            "revision title request_text kind specification terms itemized small_only address place_code "
            "place_name needed_by needed_at"
        ).split()
        told = {name: getattr(competition, name) for name in names}
        return {
            **told,
            "category": competition.category_id,
            "closes_on": closing.date() if closing else None,
            "closes_hour": closing.time() if closing else time(14, 0),
        }


class NeedForm(forms.Form):
    """One thing that is asked for."""

    item = forms.CharField(label=_("Barang atau jasa"), max_length=200)
    quantity = forms.IntegerField(label=_("Jumlah"), min_value=1, max_value=1_000_000)
    unit = forms.CharField(label=_("Satuan"), max_length=30)
    hps_price = RupiahField(label=_("HPS satuan"), help_text="")
    specification = forms.CharField(label=_("Rincian"), max_length=500, required=False)


NeedForms = forms.formset_factory(NeedForm, extra=2, max_num=MOST_LINES, validate_max=True)


def needs_initial(lines: Sequence[RequestLine]) -> list[dict[str, Any]]:
    """How the rows of saved lines begin."""
    names = "item quantity unit hps_price specification".split()
    return [{name: getattr(line, name) for name in names} for line in lines]


def needs_said(rows: Any) -> list[Need]:
    """What valid rows say; empty rows say nothing."""
    return [
        Need(told["item"], told["quantity"], told["unit"], told["hps_price"], told.get("specification", ""))
        for told in (form.cleaned_data for form in rows)
        if told and told.get("item")
    ]


class PublishForm(MoveForm):
    """Why a request with open warnings is announced as it is."""

    reason = forms.CharField(
        label=_("Alasan mengumumkan meski ada peringatan"), max_length=500, required=False, widget=_area(2)
    )


class ExtendForm(MoveForm):
    """Until when offers are taken again, and why."""

    closes_on = DayField(label=_("Penawaran ditutup tanggal"))
    closes_hour = forms.TimeField(label=_("Ditutup pukul (WIB)"), widget=_hour(), initial=time(14, 0))
    reason = forms.CharField(label=_("Alasan"), max_length=500, widget=_area(3))


class DecideForm(MoveForm):
    """What a decision needs where only one vendor offered, or goods are not domestic."""

    negotiate = forms.BooleanField(
        label=_("Negosiasi dahulu dengan pemenang"),
        required=False,
        help_text=_("Harga penawaran menjadi tawaran pertama penyedia."),
    )
    reason = forms.CharField(
        label=_("Alasan menerima apa adanya"),
        max_length=500,
        required=False,
        widget=_area(2),
        help_text=_("Wajib bila hanya satu penyedia menawar dan tidak dinegosiasi."),
    )


_PASSES = [("ya", _("Lulus")), ("tidak", _("Tidak lulus"))]


class JudgeForm(forms.Form):
    """Three verdicts with notes on the offer whose turn it is."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    offer_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    administrative = forms.ChoiceField(label=_("Administrasi"), choices=_PASSES, widget=forms.RadioSelect)
    administrative_note = forms.CharField(label=_("Catatan administrasi"), max_length=500, required=False)
    technical = forms.ChoiceField(label=_("Teknis"), choices=_PASSES, widget=forms.RadioSelect)
    technical_note = forms.CharField(label=_("Catatan teknis"), max_length=500, required=False)
    price = forms.ChoiceField(label=_("Kewajaran harga"), choices=_PASSES, widget=forms.RadioSelect)
    price_note = forms.CharField(label=_("Catatan harga"), max_length=500, required=False)

    @property
    def judgement(self) -> Judgement:
        """What a valid form says."""
        told = self.cleaned_data
        verdicts = {name: told[name] == "ya" for name in ("administrative", "technical", "price")}
        return Judgement(**verdicts, **{f"{name}_note": told[f"{name}_note"] for name in verdicts})


class TextForm(forms.Form):
    """A question, an answer, or an explanation of a price."""

    text = forms.CharField(label=_("Isi"), max_length=1_000, widget=_area(3))

    def __init__(self, label: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = label
