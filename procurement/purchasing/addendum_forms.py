"""The form of an addendum: what is agreed now stands in it, what is typed otherwise is proposed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import DayField
from marketplace.pages.moves import MoveForm
from procurement.purchasing.actions import Change, Place
from procurement.purchasing.forms import MOST
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine

MOST_UNITS = 1_000_000


class AddendumForm(MoveForm):
    """Days, places, quantities and shipping of what has not left yet, unit prices, and why."""

    reason = forms.CharField(
        label=_("Alasan perubahan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Paling sedikit 10 huruf; tercetak dalam adendum."),
    )

    def __init__(self, purchase: Purchase, posted: Any = None) -> None:
        super().__init__(posted, initial={"revision": purchase.revision})
        self.lines: list[PurchaseLine] = list(purchase.lines.all())
        every = purchase.deliveries.prefetch_related("lines__line")
        self.open: list[Delivery] = [
            each for each in every if each.stage == "AWAITED" and each.shipped_at is None
        ]
        for line in self.lines:
            self.fields[f"price_{line.pk}"] = forms.IntegerField(
                label=line.title, min_value=1, max_value=MOST, initial=line.agreed_price
            )
        for each in self.open:
            self._ask(each)

    def _ask(self, each: Delivery) -> None:
        self.fields[f"day_{each.pk}"] = DayField(label=_("Diserahkan paling lambat"), initial=each.needed_by)
        self.fields[f"shipping_{each.pk}"] = forms.IntegerField(
            label=_("Ongkos kirim"), min_value=0, max_value=MOST, initial=each.shipping
        )
        self.fields[f"address_{each.pk}"] = forms.CharField(
            label=_("Alamat kirim"),
            max_length=400,
            initial=each.address,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"code_{each.pk}"] = forms.RegexField(
            r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
            label=_("Kode wilayah tujuan"),
            max_length=13,
            initial=each.place_code,
            error_messages={"invalid": _("Kode wilayah seperti 31.71.01.")},
        )
        self.fields[f"name_{each.pk}"] = forms.CharField(
            label=_("Kelurahan, kecamatan, kota"), max_length=160, required=False, initial=each.place_name
        )
        for part in each.lines.all():
            self.fields[f"units_{part.line_id}_{each.pk}"] = forms.IntegerField(
                label=_("Jumlah %(title)s (%(unit)s)") % {"title": part.line.title, "unit": part.line.unit},
                min_value=1,
                max_value=MOST_UNITS,
                initial=part.quantity,
            )

    @property
    def blocks(self) -> list[tuple[Delivery, list[forms.BoundField]]]:
        """Each delivery that may still change, with its inputs."""
        return [
            (
                each,
                [self[f"{name}_{each.pk}"] for name in ("day", "address", "code", "name", "shipping")]
                + [self[f"units_{part.line_id}_{each.pk}"] for part in each.lines.all()],
            )
            for each in self.open
        ]

    @property
    def prices(self) -> list[forms.BoundField]:
        """The unit price of each item."""
        return [self[f"price_{line.pk}"] for line in self.lines]

    def clean(self) -> dict[str, Any]:
        """Gather what differs from the agreement under `change`, as the action wants it."""
        told = super().clean() or {}
        if self.errors:
            return told
        return {"revision": told["revision"], "reason": told["reason"], "change": self._change(told)}

    def _change(self, told: dict[str, Any]) -> Change:
        units, shipping, days, places = {}, {}, {}, {}
        for each in self.open:
            for part in each.lines.all():
                units[part.line_id, each.pk] = told[f"units_{part.line_id}_{each.pk}"]
            shipping[each.pk], days[each.pk] = told[f"shipping_{each.pk}"], told[f"day_{each.pk}"]
            place = (told[f"address_{each.pk}"], told[f"code_{each.pk}"], told[f"name_{each.pk}"])
            if place != (each.address, each.place_code, each.place_name):
                places[each.pk] = Place(address=place[0], place_code=place[1], place_name=place[2])
        prices = {line.pk: told[f"price_{line.pk}"] for line in self.lines}
        return Change(prices=prices, quantities=units, shipping=shipping, days=days, places=places)
