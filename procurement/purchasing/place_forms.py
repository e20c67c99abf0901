"""The places an order goes to, as people type them: one block a place, the first one in the order's own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.fields import DayField
from procurement.purchasing.parcelling import Destination
from vendors.models import Listing

MOST_PLACES: Final = 20
ADDRESS_FIELDS: Final = ("address", "place_code", "place_name", "receiver")


@dataclass(frozen=True, slots=True)
class Goods:
    """One item of the basket that is laid out over the places."""

    listing_id: int
    title: str
    unit: str
    quantity: int
    kind: str

    @property
    def field(self) -> str:
        """Name of the input for how many go to a place."""
        return f"q_{self.listing_id}"


class ReceiverField(forms.ModelChoiceField):
    """A receiver of the unit, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The person's name."""
        name: str = obj.user.name
        return name


class PlaceForm(forms.Form):
    """One place: where, by when, to whom; with several places also how many of what, or which milestone."""

    address = forms.CharField(
        label=_("Alamat kirim"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    place_code = forms.RegexField(
        r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
        label=_("Kode wilayah tujuan"),
        max_length=13,
        help_text=_("Kode Kemendagri sampai kecamatan atau kelurahan, contoh 31.71.01."),
        error_messages={"invalid": _("Kode wilayah seperti 31.71.01.")},
    )
    place_name = forms.CharField(label=_("Kelurahan, kecamatan, kota"), max_length=160, required=False)
    needed_by = DayField(label=_("Dibutuhkan paling lambat"))
    receiver = ReceiverField(
        label=_("Penerima barang"),
        queryset=Appointment.objects.none(),
        required=False,
        empty_label=_("Siapa pun penerima di unit ini"),
    )

    def lay_out(self, actor: Actor, goods: Sequence[Goods], *, several: bool) -> None:
        """Add what the basket and the number of places ask for: receivers, quantities, milestones of services."""
        self.goods = goods if several else ()
        receivers = officers_of(actor.organisation_id or 0, Role.RECEIVER)
        self.fields["receiver"].queryset = receivers  # type: ignore[attr-defined]
        self.fields["needed_by"].widget.attrs["min"] = clock.today().isoformat()
        self.milestones = several and all(each.kind == Listing.Kind.SERVICE for each in goods)
        if self.milestones:
            self.fields["title"] = forms.CharField(
                label=_("Nama tahap"),
                max_length=120,
                required=False,
                help_text=_("Isi nama dan bagian harga bila jasa diterima bertahap."),
            )
            self.fields["percent"] = forms.DecimalField(
                label=_("Bagian harga (%)"),
                min_value=Decimal("0.01"),
                max_value=100,
                decimal_places=2,
                required=False,
            )
        for each in self.goods:
            self.fields[each.field] = forms.IntegerField(
                label=f"{each.title} ({each.unit})",
                min_value=0,
                max_value=each.quantity,
                initial=0,
                required=False,
                help_text=_("Di keranjang: %(n)d.") % {"n": each.quantity},
            )

    @property
    def place_fields(self) -> list[forms.BoundField]:
        """What one place is asked: address, day, receiver, then milestone or quantities."""
        names = ["address", "place_code", "place_name", "needed_by", "receiver", "title", "percent"]
        names += [each.field for each in self.goods]
        return [self[name] for name in names if name in self.fields]

    @property
    def destination(self) -> Destination:
        """The place as the action wants it, once the form is valid."""
        told = self.cleaned_data
        receiver, percent = told["receiver"], told.get("percent")
        return Destination(
            address=told["address"],
            place_code=told["place_code"],
            place_name=told["place_name"],
            needed_by=told["needed_by"],
            receiver_id=receiver.pk if receiver else None,
            quantities={each.listing_id: told[each.field] or 0 for each in self.goods} or None,
            title=told.get("title", ""),
            share=None if percent is None else int(percent * 100),
        )


def prefix_of(number: int) -> str:
    """The prefix of a place's inputs; the first place, number 0, has none."""
    return f"t{number}-" if number else ""


def count_of(posted: QueryDict | None) -> int:
    """How many places a form asks for: one unless told."""
    told = str(posted.get("places", "1")) if posted is not None else "1"
    wanted = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 1
    return min(max(wanted, 1), MOST_PLACES)


def added(posted: QueryDict, goods: Sequence[Goods]) -> QueryDict:
    """What was typed, with one more place; going from one place to two, all goods stay with the first."""
    data, count = posted.copy(), count_of(posted)
    data["places"] = str(min(count + 1, MOST_PLACES))
    if count == 1:
        for each in goods:
            data[each.field] = str(each.quantity)
    if count < MOST_PLACES:
        for name in ("needed_by", "receiver"):
            data[prefix_of(count) + name] = str(data.get(name, ""))
    return data


def removed(posted: QueryDict, number: int) -> QueryDict:
    """What was typed, without the place of that number; those after it move up."""
    data, count = posted.copy(), count_of(posted)
    if not 0 < number < count:
        return data
    for later in range(number, count):
        own = {name for name in data if name.startswith(prefix_of(later))}
        for name in own:
            del data[name]
        for name in [name for name in data if name.startswith(prefix_of(later + 1))]:
            data[prefix_of(later) + name.removeprefix(prefix_of(later + 1))] = str(data[name])
    data["places"] = str(count - 1)
    return data


def filled(posted: QueryDict, number: int, known: dict[str, Any]) -> QueryDict:
    """What was typed, with a remembered address put into the place of that number."""
    data = posted.copy()
    for name in ADDRESS_FIELDS:
        data[prefix_of(number) + name] = str(known.get(name) or "")
    return data
