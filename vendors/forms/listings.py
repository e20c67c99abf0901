"""Forms of a vendor for its own listings: one form a kind of offer, its fields from the table of attributes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import RupiahField
from marketplace.regulation.places import area_name, areas_below
from vendors.actions import ListingData
from vendors.attributes import ATTRIBUTES, CHOICE, WHOLE, YES_NO, Attribute, WrongAttributes, checked
from vendors.images import LARGEST_BYTES
from vendors.models import REFINED, Listing
from vendors.queries import leaf_categories

MOST_AT_ONCE = 6
UNITS = {"KATERING": "kotak", "BARANG": "buah", "JASA": "paket"}
"""What most offers of a kind are counted in: where the form begins."""


class PercentField(forms.DecimalField):
    """A percentage with at most two decimals, kept as basis points."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_value=100, min_value=0, decimal_places=2, required=False, localize=True, **options
        )

    def clean(self, value: Any) -> int | None:
        """Basis points, or None when left empty."""
        percent = super().clean(value)
        return None if percent is None else int(percent * 100)


class PicturesInput(forms.ClearableFileInput):
    """Several pictures at once, from the camera or the gallery."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Up to six pictures; what they are is checked by the action."""

    widget = PicturesInput

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        """The bytes of each."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(_("Paling banyak 6 foto."))
        if any(file.size > LARGEST_BYTES for file in files):
            raise ValidationError(_("Ada foto yang lebih besar dari 5 MB. Perkecil lalu unggah lagi."))
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return [file.read() for file in files]


def _field_of(attribute: Attribute) -> forms.Field:
    label = f"{attribute.label} ({attribute.unit})" if attribute.unit else attribute.label
    options: dict[str, Any] = {"label": label, "required": False, "help_text": attribute.hint}
    if attribute.kind == CHOICE:
        return forms.ChoiceField(choices=[("", _("Pilih")), *attribute.choices], **options)
    if attribute.kind == YES_NO:
        return forms.ChoiceField(
            choices=[("", _("Tidak disebut")), ("ya", _("Ya")), ("tidak", _("Tidak"))], **options
        )
    if attribute.longest > 200:
        widget: forms.Widget = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(max_length=attribute.longest, widget=widget, **options)
    attrs = {"inputmode": "numeric"} if attribute.kind == WHOLE else {}
    return forms.CharField(max_length=attribute.longest, widget=forms.TextInput(attrs=attrs), **options)


class ListingForm(forms.Form):
    """What a vendor says about an offer of one kind. `more` names what most leave as it is."""

    title = forms.CharField(
        label=_("Nama produk"),
        min_length=5,
        max_length=200,
        help_text=_("Sebut barang, merek, dan ukurannya, contoh: Nasi kotak ayam bakar."),
    )
    category = forms.TypedChoiceField(label=_("Kategori"), coerce=int)
    description = forms.CharField(
        label=_("Keterangan"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    price = RupiahField(label=_("Harga satuan"), help_text=_("Rupiah bulat tanpa PPN, contoh 35.000."))
    unit = forms.CharField(label=_("Satuan"), max_length=30)
    in_stock = forms.IntegerField(
        label=_("Stok"),
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text=_("Kosongkan bila dibuat sesuai pesanan."),
    )
    daily_capacity = forms.IntegerField(
        label=_("Kesanggupan sehari"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Paling banyak yang dapat Anda penuhi dalam satu hari kirim."),
    )
    pictures = PicturesField(
        label=_("Foto produk"),
        required=False,
        help_text=_("Satu sampai enam foto; yang pertama menjadi sampul."),
        widget=PicturesInput(attrs={"accept": "image/*"}),
    )
    min_order = forms.IntegerField(
        label=_("Pesanan paling sedikit"), min_value=1, max_value=1_000_000, initial=1
    )
    lead_days = forms.IntegerField(
        label=_("Hari kerja sampai dikirim"), min_value=0, max_value=180, initial=1
    )
    area_codes = forms.MultipleChoiceField(
        label=_("Wilayah kirim"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kosong berarti seluruh wilayah layanan usaha Anda."),
    )
    is_pdn = forms.BooleanField(label=_("Produk dalam negeri"), required=False, initial=True)
    tkdn = PercentField(
        label=_("TKDN (%)"), help_text=_("Perlu sertifikat TKDN yang berlaku di halaman Izin.")
    )
    bmp = PercentField(label=_("BMP (%)"))
    halal = forms.BooleanField(
        label=_("Bersertifikat halal"),
        required=False,
        help_text=_("Perlu sertifikat halal yang berlaku di halaman Izin."),
    )
    kbki_code = forms.RegexField(
        label=_("Kode KBKI"),
        regex=r"^[0-9]{1,10}$",
        required=False,
        error_messages={"invalid": _("Kode KBKI berisi 1 sampai 10 angka.")},
        help_text=_("Ketik kata atau angka, lalu pilih dari daftar."),
    )
    tax_class = forms.ChoiceField(
        label=_("Perlakuan pajak"),
        required=False,
        help_text=_("Biarkan “Biasa” kecuali barang atau jasanya ada dalam daftar. Diperiksa kurator."),
    )
    sku = forms.CharField(label=_("Kode produk milik Anda (SKU)"), required=False, max_length=40)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, province: str = "31", **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.attributes = ATTRIBUTES[kind]
        for attribute in self.attributes:
            self.fields[f"attr_{attribute.code}"] = _field_of(attribute)
        self.needed = {"pictures", *(f"attr_{each.code}" for each in self.attributes if each.required)}
        self._offer_tax_classes()
        del self.fields["daily_capacity" if kind == "BARANG" else "in_stock"]
        self.fields["unit"].initial = UNITS[kind]
        self.fields["category"].choices = [("", _("Pilih kategori")), *leaf_categories()]  # type: ignore[attr-defined]
        areas = [(each.code, each.name) for each in areas_below(province)]
        self.fields["area_codes"].choices = [(province, area_name(province)), *areas]  # type: ignore[attr-defined]
        self.fields["kbki_code"].widget.attrs |= {
            "list": "kbki",
            "autocomplete": "off",
            "hx-get": reverse("code-suggestions") + "?daftar=KBKI",
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#kbki",
        }

    def _offer_tax_classes(self) -> None:
        classes = REFINED[self.kind]
        if not classes:
            del self.fields["tax_class"]
            return
        told = [(each.code, f"{label} – {follows}") for each, (label, follows) in classes.items()]
        self.fields["tax_class"].choices = [("", _("Biasa")), *told]  # type: ignore[attr-defined]

    @property
    def first(self) -> list[Any]:
        """The fields that everybody fills in, in their order."""
        required = [f"attr_{each.code}" for each in self.attributes if each.required]
        amounts = ["in_stock"] if "in_stock" in self.fields else ["daily_capacity"]
        return [self[name] for name in ["title", "category", *required, "price", "unit", *amounts]]

    @property
    def more(self) -> list[Any]:
        """What most people leave as it is."""
        shown = {bound.name for bound in self.first} | {"revision", "pictures"}
        attributes = [name for name in self.fields if name.startswith("attr_")]
        plain = [name for name in self.fields if not name.startswith("attr_")]
        return [self[name] for name in [*attributes, *plain] if name not in shown]

    def clean(self) -> dict[str, Any]:
        """The typed attributes; a draft may lack some, but none may be wrong."""
        said = super().clean() or {}
        given = {each.code: said.get(f"attr_{each.code}", "") for each in self.attributes}
        try:
            said["attributes"] = checked(self.kind, given)
        except WrongAttributes as wrong:
            said["attributes"] = {}
            for code, problem in wrong.problems.items():
                self.add_error(f"attr_{code}", problem)
        if not said.get("description"):
            words = [given[each.code] for each in self.attributes if each.required and given[each.code]]
            said["description"] = "\n".join(words)
        return said

    def data_for_action(self) -> ListingData:
        """The cleaned answers as the actions take them."""
        said = self.cleaned_data
        return ListingData(
            title=said["title"],
            description=said["description"],
            category_id=said["category"],
            kind=self.kind,
            unit=said["unit"],
            price=said["price"],
            in_stock=said.get("in_stock"),
            daily_capacity=said.get("daily_capacity"),
            sku=said["sku"],
            kbki_code=said["kbki_code"],
            is_pdn=said["is_pdn"],
            tkdn_bp=said["tkdn"],
            bmp_bp=said["bmp"],
            halal=said["halal"],
            attributes=said["attributes"],
            min_order=said["min_order"],
            lead_days=said["lead_days"],
            area_codes=tuple(said["area_codes"]),
            tax_class=said.get("tax_class", ""),
        )

    @classmethod
    def initial_of(cls, listing: Listing) -> dict[str, Any]:
        """The answers of an existing listing."""

        def percent(points: int | None) -> str:
            return "" if points is None else f"{points / 100:g}".replace(".", ",")

        def shown(value: Any) -> Any:
            return {True: "ya", False: "tidak"}[value] if isinstance(value, bool) else value

        return {
            "title": listing.product.title,
            "category": listing.category_id,
            "description": listing.product.description,
            "unit": listing.unit,
            "price": listing.price,
            "in_stock": listing.stockrecord.num_in_stock,
            "daily_capacity": listing.daily_capacity,
            "min_order": listing.min_order,
            "lead_days": listing.lead_days,
            "area_codes": listing.area_codes,
            "is_pdn": listing.is_pdn,
            "tkdn": percent(listing.tkdn_bp),
            "bmp": percent(listing.bmp_bp),
            "halal": listing.halal,
            "sku": listing.sku,
            "tax_class": listing.tax_code,
            "kbki_code": listing.kbki_code,
            "revision": listing.revision,
            **{f"attr_{code}": shown(value) for code, value in listing.attributes.items()},
        }


class PriceForm(forms.Form):
    """A new price, everywhere."""

    price = RupiahField(label=_("Harga satuan baru"))


class RegionalPriceForm(forms.Form):
    """A price that differs in one area; left empty, the area's own price ends."""

    area_code = forms.ChoiceField(label=_("Wilayah"))
    price = RupiahField(
        label=_("Harga di wilayah itu"), required=False, help_text=_("Kosongkan untuk kembali ke harga umum.")
    )

    def __init__(self, *args: Any, province: str = "31", **options: Any) -> None:
        super().__init__(*args, **options)
        areas = [(each.code, each.name) for each in areas_below(province)]
        self.fields["area_code"].choices = [("", _("Pilih wilayah")), *areas]  # type: ignore[attr-defined]


class StockForm(forms.Form):
    """A new number in stock."""

    in_stock = forms.IntegerField(
        label=_("Stok seluruhnya, termasuk yang sudah dipesan"),
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text=_("Kosongkan bila dibuat sesuai pesanan."),
    )


class ImageForm(forms.Form):
    """Pictures to add."""

    pictures = PicturesField(label=_("Foto"), widget=PicturesInput(attrs={"accept": "image/*"}))
    caption = forms.CharField(label=_("Keterangan foto"), required=False, max_length=200)
