"""Forms of delivery: they read what people type and photograph; rules stand in the actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.pages.moves import MoveForm, ReasonForm
from procurement.fulfilment import evidence
from procurement.fulfilment.actions import Count
from procurement.fulfilment.grounds import Ground
from procurement.fulfilment.models import ShipmentLine
from procurement.purchasing.models import PurchaseLine


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


class StepForm(MoveForm):
    """A step of one delivery: the page says which, so that no other delivery is ever meant."""

    delivery_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)


class StepReasonForm(ReasonForm, StepForm):
    """A step of one delivery that must be explained."""


class ShipForm(StepForm):
    """What travels now, of all that is still missing, and the delivery note's own words."""

    courier = forms.CharField(label=_("Kurir atau pengantar"), max_length=120, initial=_("Diantar sendiri"))
    vehicle = forms.CharField(label=_("Kendaraan"), max_length=60, required=False)
    tracking = forms.CharField(label=_("Nomor resi"), max_length=60, required=False)
    photos = PhotosField(label=_("Foto barang"), required=False)

    def __init__(self, left: Sequence[tuple[PurchaseLine, int]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.left = left
        for line, units in left:
            field = _count(line.title, units, units)
            field.required = False
            self.fields[f"send_{line.pk}"] = field

    @property
    def rows(self) -> list[tuple[PurchaseLine, int, forms.BoundField]]:
        """Each item that is still missing, how many of it, and its input."""
        return [(line, units, self[f"send_{line.pk}"]) for line, units in self.left]

    def clean(self) -> dict[str, Any]:
        """Gather the quantities by line id; what was left empty does not travel, all left empty means everything."""
        told = super().clean() or {}
        asked = {line.pk: told.pop(f"send_{line.pk}", None) for line, _units in self.left}
        if any(units is not None for units in asked.values()):
            told["quantities"] = {pk: units or 0 for pk, units in asked.items()}
        return told


class CodeForm(forms.Form):
    """The code on a delivery note."""

    code = forms.CharField(
        label=_("Kode penerima"),
        max_length=20,
        help_text=_("Delapan huruf dan angka pada surat jalan, seperti ABCD-2345."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class WorkForm(StepForm):
    """The report that a milestone of a service is done: no courier, no count."""

    report = forms.CharField(
        label=_("Laporan pekerjaan"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Apa yang dikerjakan, kapan, di mana. Paling sedikit 10 huruf."),
    )
    photos = PhotosField(label=_("Foto hasil pekerjaan"), required=False)


class ReceiveForm(StepForm):
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
            self.fields[f"wrong_{each.line_id}"] = forms.CharField(
                label=_("Yang lain dari pesanan"), max_length=200, required=False
            )

    @property
    def rows(self) -> list[tuple[ShipmentLine, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each item with its inputs: sound, damaged, what is not as ordered."""
        return [
            (
                each,
                self[f"good_{each.line_id}"],
                self[f"damaged_{each.line_id}"],
                self[f"wrong_{each.line_id}"],
            )
            for each in self.sent
        ]

    def clean(self) -> dict[str, Any]:
        """Gather the counts under `counts`, by line id, as the action wants them."""
        told = super().clean() or {}
        counts = {
            each.line_id: Count(
                told.pop(f"good_{each.line_id}", 0),
                told.pop(f"damaged_{each.line_id}", 0),
                told.pop(f"wrong_{each.line_id}", ""),
            )
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


class DiscrepancyForm(StepReasonForm):
    """What is wrong, with pictures."""

    photos = PhotosField(label=_("Foto ketidaksesuaian"), required=False)


class EndingForm(ReasonForm):
    """On what ground an order ends early, why, and how the work done so far is judged."""

    ground = forms.ChoiceField(label=_("Dasar"))
    evaluation = forms.CharField(
        label=_("Penilaian pekerjaan yang sudah dilakukan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Masuk ke berita acara. Paling sedikit 10 huruf."),
    )
    field_order = ("revision", "ground", "reason", "evaluation")

    def __init__(
        self, grounds: Mapping[str, Ground], work: Sequence[PurchaseLine], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choices = [(code, each.label) for code, each in grounds.items()]
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = choices
        self.work = work
        for line in work:
            field = _count(_("%(title)s: persen selesai") % {"title": line.title}, 100, 0)
            field.required = False
            self.fields[f"valued_{line.pk}"] = field

    def clean(self) -> dict[str, Any]:
        """Gather the percentages by line id under `valued`."""
        told = super().clean() or {}
        percents = {line.pk: told.pop(f"valued_{line.pk}", None) or 0 for line in self.work}
        return {**told, "valued": {pk: percent for pk, percent in percents.items() if percent}}
