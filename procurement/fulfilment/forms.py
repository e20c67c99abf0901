"""Forms of delivery: they read what people type and photograph; rules stand in the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.pages.moves import MoveForm, ReasonForm
from procurement.fulfilment import evidence
from procurement.fulfilment.actions import Count
from procurement.fulfilment.models import ShipmentLine


class PhotoInput(forms.ClearableFileInput):
    """Several pictures at once; a phone offers its camera."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": "image/jpeg,image/png,image/webp"})


class PhotosField(forms.FileField):
    """Pictures as bytes. What they are is found out by drawing them, not by their name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=PhotoInput(), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The pictures' bytes, in the order chosen."""
        files = [each for each in (data if isinstance(data, (list, tuple)) else [data]) if each]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > evidence.MOST:
            raise forms.ValidationError(_("Paling banyak %(n)d foto."), params={"n": evidence.MOST})
        return [self._read(file) for file in files]

    def _read(self, file: UploadedFile) -> bytes:
        if (file.size or 0) > evidence.LARGEST_BYTES:
            raise forms.ValidationError(_("Foto lebih besar dari 8 MB. Perkecil lalu unggah lagi."))
        return bytes(file.read())


class ShipForm(MoveForm):
    """The delivery note's own words."""

    courier = forms.CharField(label=_("Kurir atau pengantar"), max_length=120, initial=_("Diantar sendiri"))
    vehicle = forms.CharField(label=_("Kendaraan"), max_length=60, required=False)
    tracking = forms.CharField(label=_("Nomor resi"), max_length=60, required=False)
    photos = PhotosField(label=_("Foto barang"), required=False)


class ReceiveForm(MoveForm):
    """The receiver's count: sound and damaged units of every item on its way, and pictures."""

    remarks = forms.CharField(label=_("Catatan"), max_length=500, required=False)
    photos = PhotosField(
        label=_("Foto barang yang tiba"), help_text=_("Paling sedikit satu, paling banyak enam.")
    )

    def __init__(self, sent: Sequence[ShipmentLine], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sent = sent
        for each in sent:
            self.fields[f"good_{each.line_id}"] = _count(_("Baik"), each.quantity, each.quantity)
            self.fields[f"damaged_{each.line_id}"] = _count(_("Rusak"), each.quantity, 0)

    @property
    def rows(self) -> list[tuple[ShipmentLine, forms.BoundField, forms.BoundField]]:
        """Each item with its two inputs."""
        return [(each, self[f"good_{each.line_id}"], self[f"damaged_{each.line_id}"]) for each in self.sent]

    def clean(self) -> dict[str, Any]:
        """Gather the counts under `counts`, by line id, as the action wants them."""
        told = super().clean() or {}
        counts = {
            each.line_id: Count(told.pop(f"good_{each.line_id}", 0), told.pop(f"damaged_{each.line_id}", 0))
            for each in self.sent
        }
        return {**told, "counts": counts}


def _count(label: Any, most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=most,
        initial=initial,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class DiscrepancyForm(ReasonForm):
    """What is wrong, with pictures."""

    photos = PhotosField(label=_("Foto ketidaksesuaian"), required=False)


class EndingForm(ReasonForm):
    """Why an order ends early, and how the work done so far is judged."""

    evaluation = forms.CharField(
        label=_("Penilaian pekerjaan yang sudah dilakukan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Masuk ke berita acara. Paling sedikit 10 huruf."),
    )
