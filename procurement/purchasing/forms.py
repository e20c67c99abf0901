"""Forms of ordering: they read what people type; rules stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core.money import rupiah
from marketplace.pages.fields import DayField
from marketplace.pages.moves import MoveForm
from procurement.planning.models import BudgetLine
from procurement.planning.queries import packages_to_buy_for
from procurement.purchasing.actions import Offer
from procurement.purchasing.place_forms import PlaceForm
from procurement.purchasing.queries.rounds import Compared, Negotiation

MOST = 1_000_000_000_000
"""Rupiah: more than any order."""


class BudgetLineField(forms.ModelChoiceField):
    """A budget line, shown with its package and what is left of it."""

    def label_from_instance(self, obj: Any) -> str:
        """RUP number, package, account code and the money still free."""
        return (
            f"{obj.package.kd_rup} · {obj.package.name} · {obj.rekening or obj.mak} · {rupiah(obj.available)}"
        )


class SubmitForm(PlaceForm):
    """Where the money comes from, where the goods go, and by when; and whether to negotiate first."""

    NEGOTIATE, LISTED = "negotiate", "listed"

    budget_line = BudgetLineField(
        label=_("Paket dan baris anggaran"),
        queryset=BudgetLine.objects.none(),
        empty_label=_("Pilih paket"),
        help_text=_("Angka terakhir adalah pagu yang masih tersedia."),
    )
    reason = forms.CharField(
        label=_("Alasan memilih"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Wajib bila ada barang yang bukan produk dalam negeri."),
    )

    way = forms.ChoiceField(
        label=_("Harga"),
        choices=[
            (NEGOTIATE, _("Negosiasi dahulu dengan penyedia")),
            (LISTED, _("Ajukan dengan harga tayang")),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial=LISTED,
    )
    no_negotiation_reason = forms.CharField(
        label=_("Alasan tanpa negosiasi"),
        max_length=500,
        required=False,
        help_text=_("Wajib untuk pesanan di atas Rp10 juta yang tidak dinegosiasikan."),
    )

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lines = BudgetLine.objects.filter(package__in=packages_to_buy_for(actor).order_by(), active=True)
        self.fields["budget_line"].queryset = lines.select_related("package")  # type: ignore[attr-defined]

    @property
    def head_fields(self) -> list[forms.BoundField]:
        """What is asked before the places."""
        return [self["budget_line"]]

    @property
    def tail_fields(self) -> list[forms.BoundField]:
        """What is asked after the places."""
        return [self[name] for name in ("reason", "way", "no_negotiation_reason")]


class SendForm(SubmitForm):
    """The same, checked and sent: carries the sum the person saw."""

    expected_total = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ApproveForm(MoveForm):
    """The PPK's signature, with terms beyond the usual ones."""

    additional_terms = forms.CharField(
        label=_("Syarat tambahan"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Satu syarat tiap baris; menjadi bagian Surat Pesanan yang ditandatangani penyedia."),
    )


class CounterForm(MoveForm):
    """An offer: a unit price and a quantity for every line, shipping, the last day, and words."""

    shipping = forms.IntegerField(label=_("Ongkos kirim seluruhnya"), min_value=0, max_value=MOST)
    needed_by = DayField(label=_("Diserahkan paling lambat"))
    installation = forms.CharField(
        label=_("Pemasangan atau perakitan"),
        max_length=300,
        required=False,
        help_text=_("Bila disepakati termasuk harga; kosongkan bila tidak ada."),
    )
    message = forms.CharField(
        label=_("Pesan"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Pesan tersimpan selamanya bersama tawaran ini dan tidak dapat diubah."),
    )

    def __init__(self, said: Negotiation, posted: Any = None) -> None:
        last = said.last
        start = {
            "revision": said.purchase.revision,
            "shipping": last.shipping,
            "needed_by": last.needed_by,
            "installation": last.installation,
        }
        super().__init__(posted, initial=start)
        self.said = said
        for each in said.compared:
            key = each.line.pk
            self.fields[f"price_{key}"] = forms.IntegerField(
                label=_("Harga satuan"), min_value=1, max_value=MOST, initial=each.last.price
            )
            self.fields[f"quantity_{key}"] = forms.IntegerField(
                label=_("Jumlah"), min_value=1, max_value=1_000_000, initial=each.last.quantity
            )

    @property
    def rows(self) -> list[tuple[Compared, forms.BoundField, forms.BoundField]]:
        """Each line with its two inputs."""
        return [
            (each, self[f"price_{each.line.pk}"], self[f"quantity_{each.line.pk}"])
            for each in self.said.compared
        ]

    def clean(self) -> dict[str, Any]:
        """Gather what was typed under `offer`, as the action wants it."""
        told = super().clean() or {}
        if self.errors:
            return told
        keys = [each.line.pk for each in self.said.compared]
        offer = Offer(
            prices={key: told[f"price_{key}"] for key in keys},
            quantities={key: told[f"quantity_{key}"] for key in keys},
            shipping=told["shipping"],
            needed_by=told["needed_by"],
            installation=told["installation"],
            message=told["message"],
        )
        return {"revision": told["revision"], "offer": offer}


class RatingForm(MoveForm):
    """How the vendor did."""

    rating = forms.TypedChoiceField(
        label=_("Penilaian penyedia"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (5, _("5 · sangat baik")),
            (4, _("4 · baik")),
            (3, _("3 · cukup")),
            (2, _("2 · kurang")),
            (1, _("1 · buruk")),
        ],
    )


class FilterForm(forms.Form):
    """What the list of orders is narrowed to."""

    q = forms.CharField(required=False, max_length=100)
    sebelum = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    sesudah = forms.IntegerField(required=False, min_value=0, max_value=2**62)
