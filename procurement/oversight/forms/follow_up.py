"""Forms of the follow-up of recommendations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.core.uploads import LARGEST_BYTES, MEGABYTE
from marketplace.pages.fields import DayField, RupiahField
from marketplace.pages.moves import MoveForm
from procurement.oversight import codes
from procurement.oversight.actions import Deposit
from procurement.oversight.workflow import PROPOSABLE, RECOMMENDATION

ACCEPTED = "application/pdf,image/jpeg,image/png,image/webp"


class ScansInput(forms.ClearableFileInput):
    """Several scans at once."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPTED})


def _read(file: UploadedFile) -> bytes:
    """The bytes; what is too large is refused before it is read."""
    if (file.size or 0) > LARGEST_BYTES:
        raise forms.ValidationError(
            _("Berkas lebih dari %(n)d MB. Perkecil, lalu unggah lagi."),
            params={"n": LARGEST_BYTES // MEGABYTE},
        )
    return bytes(file.read())


class ScansField(forms.FileField):
    """Scans as bytes. What they are, the action finds out by opening them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ScansInput(), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files' bytes, in the order chosen."""
        files = [each for each in (data if isinstance(data, (list, tuple)) else [data]) if each]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [_read(each) for each in files]


class AnswerForm(MoveForm):
    """A unit's answer, its evidence, and a deposit when there is one."""

    text = forms.CharField(
        label=_("Jawaban"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Apa yang sudah dilakukan, kapan, dan oleh siapa."),
    )
    proofs = ScansField(
        label=_("Dokumen pendukung"),
        help_text=_("PDF atau foto, masing-masing paling besar 5 MB, paling banyak 10."),
    )
    sts_number = forms.CharField(
        label=_("Nomor STS"),
        max_length=80,
        required=False,
        help_text=_("Bila ada yang disetor ke kas daerah."),
    )
    sts_date = DayField(label=_("Tanggal STS"), required=False)
    sts_amount = RupiahField(label=_("Nilai STS"), required=False)
    sts_file = forms.FileField(label=_("Hasil pindai STS"), required=False)

    def clean(self) -> dict[str, Any]:
        """A deposit is told whole or not at all."""
        told: dict[str, Any] = super().clean() or {}
        parts = [told.get(name) for name in ("sts_number", "sts_date", "sts_amount", "sts_file")]
        if any(parts) and not all(parts):
            self.add_error("sts_number", _("Lengkapi nomor, tanggal, nilai, dan hasil pindai STS."))
        return told

    def clean_sts_file(self) -> bytes:
        """The bytes of the slip; empty when there is none."""
        file = self.cleaned_data["sts_file"]
        return _read(file) if file else b""

    def told(self) -> dict[str, Any]:
        """The arguments of the action."""
        answers = self.cleaned_data
        deposit = (
            Deposit(answers["sts_number"], answers["sts_date"], answers["sts_amount"], answers["sts_file"])
            if answers["sts_number"]
            else None
        )
        return {
            "text": answers["text"],
            "files": answers["proofs"],
            "deposit": deposit,
            "revision": answers["revision"],
        }


class VerifyForm(MoveForm):
    """What APIP says of the evidence."""

    note = forms.CharField(
        label=_("Catatan verifikasi"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mengapa bukti ini cukup, kompeten, dan relevan."),
    )


class ProposeForm(MoveForm):
    """Which status an auditor proposes, and why."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(code, RECOMMENDATION.state(code).label) for code in PROPOSABLE],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(label=_("Dasar, bila tidak dapat ditindaklanjuti"), required=False)
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Paling sedikit 10 huruf, tanpa data pribadi: alasan ini masuk log audit."),
    )

    def __init__(self, *given: Any, region_id: int | None, **options: Any) -> None:
        super().__init__(*given, **options)
        listed = codes.listed(codes.GROUNDS, region_id)
        self.fields["ground"].choices = [("", "–"), *listed.items()]  # type: ignore[attr-defined]
