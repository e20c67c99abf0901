"""The form of an offer: one block a line, built from what is asked for and what the vendor has on show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import rupiah
from marketplace.pages.fields import DayField, RupiahField
from procurement.competition.actions import Offered
from procurement.competition.models import Competition, RequestLine
from vendors.models import Listing
from vendors.queries import price_at


class OfferForm(forms.Form):
    """Prices, delivery and a note. `listing_<line>`, `price_<line>` and, per item, `shipping_<line>`."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        competition: Competition,
        lines: Sequence[RequestLine],
        listings: Sequence[Listing],
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.competition, self.lines = competition, lines
        offers = [
            (each.pk, f"{each.product.title} · {rupiah(price_at(each, competition.place_code))}")
            for each in listings
        ]
        for line in lines:
            self._add_line(line, offers)
        if not competition.itemized:
            self.fields["shipping"] = RupiahField(
                label=_("Ongkos kirim seluruhnya"), initial=0, help_text=_("Isi 0 bila sudah termasuk harga.")
            )
        self.fields["delivery_day"] = DayField(
            label=_("Sanggup kirim tanggal"), initial=competition.needed_by
        )
        self.fields["note"] = forms.CharField(
            label=_("Catatan untuk pembeli"),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _add_line(self, line: RequestLine, offers: Sequence[tuple[int, str]]) -> None:
        each_its_own = self.competition.itemized
        self.fields[f"listing_{line.pk}"] = forms.TypedChoiceField(
            label=_("Produk Anda untuk %(item)s") % {"item": line.item},
            choices=[("", _("Tidak menawar barang ini")), *offers] if each_its_own else offers,
            coerce=int,
            empty_value=None,
            required=not each_its_own,
        )
        self.fields[f"price_{line.pk}"] = RupiahField(
            label=_("Harga satuan per %(unit)s, %(item)s") % {"unit": line.unit, "item": line.item},
            required=not each_its_own,
        )
        if each_its_own:
            self.fields[f"shipping_{line.pk}"] = RupiahField(
                label=_("Ongkos kirim %(item)s") % {"item": line.item}, required=False, initial=0
            )

    @property
    def said(self) -> dict[str, Any]:
        """What a valid form says, as the action takes it."""
        told = self.cleaned_data
        return {
            "offered": [
                Offered(
                    line.pk,
                    told[f"listing_{line.pk}"],
                    told[f"price_{line.pk}"] or 0,
                    told.get(f"shipping_{line.pk}") or 0,
                )
                for line in self.lines
                if told[f"listing_{line.pk}"]
            ],
            "shipping": told.get("shipping") or 0,
            "delivery_day": told["delivery_day"],
            "note": told["note"],
            "seen_version": told["seen_version"],
        }

    @property
    def sums(self) -> list[dict[str, Any]]:
        """The amounts of a valid form, as `money_summary` shows them."""
        said = self.said
        quantities = {line.pk: line for line in self.lines}
        rows = [
            {
                "label": f"{quantities[each.line_id].quantity} × {quantities[each.line_id].item}",
                "amount": quantities[each.line_id].quantity * each.unit_price,
                "note": rupiah(each.unit_price),
            }
            for each in said["offered"]
        ]
        shipping = said["shipping"] + sum(each.shipping for each in said["offered"])
        total = sum(row["amount"] for row in rows) + shipping
        return [
            *rows,
            {"label": _("Ongkos kirim"), "amount": shipping},
            {"label": _("Jumlah sebelum pajak"), "amount": total, "total": True},
        ]

    def hide(self) -> None:
        """Carry everything along unseen, for the page that asks to confirm."""
        for field in self.fields.values():
            field.widget = field.hidden_widget()
