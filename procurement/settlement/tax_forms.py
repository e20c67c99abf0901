"""Forms of taxes: a question to the decision table, a deposit of several taxes, a file for the tax office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.personal_data import masked
from marketplace.core.identifiers import Malformed, npwp16
from marketplace.core.money import rupiah
from marketplace.pages.fields import DayField, RupiahField
from procurement.settlement.forms import DepositForm
from procurement.settlement.models import TaxExport, TaxLine

KINDS = (
    ("goods", _("Barang")),
    ("service", _("Jasa")),
    ("catering", _("Katering, makanan dan minuman")),
    ("rent", _("Sewa barang")),
    ("land_rent", _("Sewa tanah atau bangunan")),
    ("construction", _("Jasa konstruksi")),
    ("non_object", _("Barang bukan objek PPN")),
)
CLASSES = (
    ("none", _("Tanpa kualifikasi")),
    ("small", _("Kecil")),
    ("medium", _("Menengah")),
    ("large", _("Besar")),
)
COMMODITIES = (
    ("", _("Tidak termasuk di bawah ini")),
    ("FUEL", _("Bahan bakar minyak")),
    ("GAS", _("Gas")),
    ("LUBRICANT", _("Pelumas")),
    ("STAMP", _("Benda pos, meterai")),
    ("WATER", _("Air")),
    ("ELECTRICITY", _("Listrik")),
    ("RICE", _("Beras, gabah")),
    ("STAPLE_FOOD", _("Bahan pokok lain")),
    ("PHONE", _("Telepon")),
    ("AIR_TRANSPORT", _("Angkutan udara")),
    ("PUBLIC_TRANSPORT", _("Angkutan umum orang")),
    ("LAND", _("Tanah")),
    ("EXEMPT", _("Lainnya yang dibebaskan dari PPN")),
)
MECHANISMS = (
    ("UP", _("UP/GU/TU")),
    ("LS", _("LS melalui SP2D")),
    ("KKPD", _("Kartu kredit pemerintah (KKPD)")),
)
COLLECTORS = (
    ("", _("Menurut aturan daerah")),
    ("BENDAHARA", _("Bendahara")),
    ("PLATFORM", _("Platform sebagai Pihak Lain")),
)


class SimulationForm(forms.Form):
    """A question to the tax decision table. Everything but kind and price may stay as it is."""

    kind = forms.ChoiceField(label=_("Yang dibeli"), choices=KINDS)
    price = RupiahField(
        label=_("Nilai"), help_text=_("Tanpa PPN, kecuali dicentang di bawah. Contoh 10.000.000.")
    )
    tax_inclusive = forms.BooleanField(label=_("Nilai sudah termasuk PPN"), required=False)
    commodity = forms.ChoiceField(label=_("Jenis khusus"), choices=COMMODITIES, required=False)
    construction_class = forms.ChoiceField(
        label=_("Kualifikasi konstruksi"),
        choices=CLASSES,
        required=False,
        help_text=_("Hanya dipakai untuk jasa konstruksi."),
    )
    luxury = forms.BooleanField(label=_("Barang mewah (terkena PPnBM)"), required=False)
    pkp = forms.BooleanField(label=_("Penyedia PKP"), required=False)
    suket = forms.BooleanField(label=_("Penyedia menunjukkan Suket PP 55"), required=False)
    statement_500m = forms.BooleanField(
        label=_("Perorangan, peredaran tahun ini belum melebihi Rp500.000.000"),
        required=False,
        help_text=_("Dengan surat pernyataan; berlaku bersama Suket."),
    )
    no_npwp = forms.BooleanField(label=_("NPWP/NIK penyedia tidak valid"), required=False)
    skb = forms.BooleanField(label=_("Penyedia menunjukkan SKB"), required=False)
    pbjt_registered = forms.BooleanField(
        label=_("Penyedia memungut PBJT makanan dan minuman"), required=False
    )
    mech = forms.ChoiceField(label=_("Cara bayar"), choices=MECHANISMS, required=False)
    collector = forms.ChoiceField(label=_("Pemungut"), choices=COLLECTORS, required=False)
    school_fund = forms.BooleanField(label=_("Dibayar dari dana BOS/BOP"), required=False)
    split = forms.BooleanField(label=_("Bagian dari pembelian yang dipecah"), required=False)
    date = DayField(label=_("Tanggal bayar"), required=False, help_text=_("Kosongkan untuk hari ini."))

    def question(self) -> dict[str, Any]:
        """The question as `simulate_tax` reads it."""
        answers: dict[str, Any] = dict(self.cleaned_data)
        return {**answers, "npwp_valid": not answers.pop("no_npwp")}


class DepositsForm(DepositForm):
    """One deposit of several taxes of one code and period."""

    taxes = forms.MultipleChoiceField(
        label=_("Pajak dalam setoran ini"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Satu kode billing dan satu NTPN untuk semua yang dicentang."),
    )
    field_order = ("taxes", "billing_code", "ntpn", "deposited_on")

    def __init__(self, *args: Any, lines: list[TaxLine], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["taxes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(tax.pk), _told(tax)) for tax in lines]
        field.initial = [str(tax.pk) for tax in lines]

    def chosen(self) -> list[int]:
        """The taxes that were ticked."""
        return [int(key) for key in self.cleaned_data["taxes"]]


class ExportForm(forms.Form):
    """Which period, in which shape, under which NPWP."""

    masa = forms.ChoiceField(label=_("Masa pajak"))
    shape = forms.ChoiceField(label=_("Bentuk berkas"), choices=TaxExport.Shape.choices)
    npwp = forms.CharField(
        label=_("NPWP satuan kerja"), max_length=30, help_text=_("16 angka; tidak disimpan.")
    )

    def __init__(self, *args: Any, months: list[tuple[str, str]], kept: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = kept
        if kept:
            self.fields["npwp"].required = False
            self.fields["npwp"].help_text = _("Kosongkan untuk memakai NPWP tersimpan, %(npwp)s.") % {
                "npwp": masked(kept)
            }
        field = self.fields["masa"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = months

    def clean_npwp(self) -> str:
        """Sixteen digits, those kept with the unit when left empty; ValidationError says what is wrong."""
        try:
            return npwp16(self.cleaned_data["npwp"] or self.kept)
        except Malformed as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


def _told(tax: TaxLine) -> str:
    purchase = tax.obligation.purchase
    return f"{purchase.number} · {purchase.vendor.organisation.name} · {rupiah(tax.amount)}"
