"""The form in which a registration or a listing is checked: for every field right or wrong, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from vendors.actions import Judgement
from vendors.inspection import Finding
from vendors.reasons import OTHER, reasons, reasons_for

RIGHT, WRONG = "right", "wrong"
WORDS: Final = ((RIGHT, _("Benar")), (WRONG, _("Perlu diperbaiki")))


@dataclass(frozen=True, slots=True)
class Row:
    """A field on the page: what was found so far, and its three inputs."""

    finding: Finding
    word: BoundField
    reason: BoundField
    note: BoundField


class JudgeForm(forms.Form):
    """Words on the fields of one thing. What is left alone is not judged; `rest` takes what waits as right."""

    rest = forms.BooleanField(required=False)

    def __init__(self, found: Sequence[Finding], data: Any = None) -> None:
        super().__init__(data)
        self.found = found
        for each in found:
            self._add(each)

    def _add(self, each: Finding) -> None:
        word = each.word if each.to_mend else None
        self.fields[f"word-{each.code}"] = forms.ChoiceField(
            label=each.label,
            choices=WORDS,
            required=False,
            widget=forms.RadioSelect,
            initial=WRONG if word else "",
        )
        self.fields[f"reason-{each.code}"] = forms.ChoiceField(
            label=_("Alasan"),
            choices=[("", _("Pilih alasan")), *((it.code, it.sentence) for it in reasons_for(each.code))],
            required=False,
            initial=word.reason_code if word else "",
        )
        self.fields[f"note-{each.code}"] = forms.CharField(
            label=_("Keterangan untuk penyedia"),
            max_length=300,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=word.note if word else "",
        )
        self.fields[f"seen-{each.code}"] = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A field found wrong needs its reason; the catch-all also a note."""
        said = super().clean() or {}
        for each in self.found:
            if said.get(f"word-{each.code}") != WRONG:
                continue
            if not said.get(f"reason-{each.code}"):
                self.add_error(
                    f"reason-{each.code}", _("Pilih alasannya, supaya penyedia tahu cara memperbaiki.")
                )
            elif said[f"reason-{each.code}"] == OTHER and not said.get(f"note-{each.code}"):
                self.add_error(f"note-{each.code}", _("Tulis apa yang salah."))
        return said

    def judgements(self) -> list[Judgement]:
        """What was said, as the action takes it. What already stands so is left out."""
        said = self.cleaned_data
        given = []
        for each in self.found:
            word = said[f"word-{each.code}"] or (RIGHT if said["rest"] and not _settled(each) else "")
            if word and not self._repeats(each, word):
                given.append(self._judgement(each, word))
        return given

    def _judgement(self, each: Finding, word: str) -> Judgement:
        right = word == RIGHT
        return Judgement(
            field=each.code,
            accepted=right,
            reason_code="" if right else self.cleaned_data[f"reason-{each.code}"],
            note="" if right else self.cleaned_data[f"note-{each.code}"],
            seen=self.cleaned_data[f"seen-{each.code}"],
        )

    def _repeats(self, each: Finding, word: str) -> bool:
        if word == RIGHT:
            return each.stands
        said = (self.cleaned_data[f"reason-{each.code}"], self.cleaned_data[f"note-{each.code}"])
        return each.to_mend and each.word is not None and said == (each.word.reason_code, each.word.note)

    @property
    def rows(self) -> list[Row]:
        """The fields in the order in which people read them."""
        return [
            Row(each, self[f"word-{each.code}"], self[f"reason-{each.code}"], self[f"note-{each.code}"])
            for each in self.found
        ]


def _settled(each: Finding) -> bool:
    return each.stands or each.to_mend


def permit_reasons() -> list[tuple[str, str]]:
    """The reasons for sending a permit back, for a select."""
    return [(reason.code, reason.sentence) for reason in reasons().values() if "permit" in reason.fields]
