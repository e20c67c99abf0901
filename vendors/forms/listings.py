"""Forms of a vendor for its own listings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.fields import RupiahField
from vendors.actions import ListingData
from vendors.images import LARGEST_BYTES
from vendors.models import Listing
from vendors.queries import leaf_categories


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


class ListingForm(forms.Form):
    """What a vendor says about an offer."""

    title = forms.CharField(label=_("Nama produk"), min_length=5, max_length=200)
    category = forms.TypedChoiceField(label=_("Kategori"), coerce=int)
    kind = forms.ChoiceField(label=_("Jenis"), choices=Listing.Kind.choices)
    description = forms.CharField(
        label=_("Keterangan"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    unit = forms.CharField(label=_("Satuan"), max_length=30)
    price = RupiahField(label=_("Harga satuan"))
    in_stock = forms.IntegerField(
        label=_("Stok"),
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text=_("Kosongkan bila dibuat sesuai pesanan."),
    )
    min_order = forms.IntegerField(
        label=_("Pesanan paling sedikit"), min_value=1, max_value=1_000_000, initial=1
    )
    lead_days = forms.IntegerField(
        label=_("Hari kerja sampai dikirim"), min_value=0, max_value=180, initial=1
    )
    is_pdn = forms.BooleanField(label=_("Produk dalam negeri"), required=False)
    tkdn = PercentField(label=_("TKDN (%)"))
    bmp = PercentField(label=_("BMP (%)"))
    halal = forms.BooleanField(label=_("Bersertifikat halal"), required=False)
    kbki_code = forms.RegexField(
        label=_("Kode KBKI"),
        regex=r"^[0-9]{1,10}$",
        required=False,
        error_messages={"invalid": _("Kode KBKI berisi 1 sampai 10 angka.")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = [("", _("Pilih kategori")), *leaf_categories()]  # type: ignore[attr-defined]

    def data_for_action(self) -> ListingData:
        """The cleaned answers as the actions take them."""
        said = self.cleaned_data
        return ListingData(
            title=said["title"],
            description=said["description"],
            category_id=said["category"],
            kind=said["kind"],
            unit=said["unit"],
            price=said["price"],
            in_stock=said["in_stock"],
            kbki_code=said["kbki_code"],
            is_pdn=said["is_pdn"],
            tkdn_bp=said["tkdn"],
            bmp_bp=said["bmp"],
            halal=said["halal"],
            min_order=said["min_order"],
            lead_days=said["lead_days"],
        )

    @classmethod
    def initial_of(cls, listing: Listing) -> dict[str, Any]:
        """The answers of an existing listing."""

        def percent(points: int | None) -> str:
            return "" if points is None else f"{points / 100:g}".replace(".", ",")

        return {
            "title": listing.product.title,
            "category": listing.category_id,
            "kind": listing.kind,
            "description": listing.product.description,
            "unit": listing.unit,
            "price": listing.price,
            "in_stock": listing.stockrecord.num_in_stock,
            "min_order": listing.min_order,
            "lead_days": listing.lead_days,
            "is_pdn": listing.is_pdn,
            "tkdn": percent(listing.tkdn_bp),
            "bmp": percent(listing.bmp_bp),
            "halal": listing.halal,
            "kbki_code": listing.kbki_code,
            "revision": listing.revision,
        }


class PriceForm(forms.Form):
    """A new price."""

    price = RupiahField(label=_("Harga satuan baru"))


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
    """A picture to add."""

    image = forms.FileField(
        label=_("Foto"), widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )
    caption = forms.CharField(label=_("Keterangan foto"), required=False, max_length=200)

    def clean_image(self) -> bytes:
        """The bytes of the upload; what they are is checked by the action."""
        upload = self.cleaned_data["image"]
        if upload.size > LARGEST_BYTES:
            raise forms.ValidationError(_("Foto lebih besar dari 5 MB. Perkecil lalu unggah lagi."))
        content: bytes = upload.read()
        return content
