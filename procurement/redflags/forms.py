"""Forms of reviewing. The rules stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.pages.moves import MoveForm
from procurement.redflags.models import RedFlag

_MOST = 2000


class WordedForm(MoveForm):
    """A move that is taken with some sentences in the field `words`: at least `letters` letters, as the region asks."""

    words: str

    def __init__(self, *args: Any, letters: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields[self.words]
        field.help_text = " ".join(
            filter(None, (_("Paling sedikit %(n)d huruf.") % {"n": letters}, str(field.help_text)))
        )


def _long(label: Any, help_text: Any = "") -> forms.CharField:
    """A field for some sentences."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=_MOST, widget=forms.Textarea(attrs={"rows": 4})
    )


class AskForm(WordedForm):
    """What the officers are asked."""

    words = "question"
    question = _long(
        gettext_lazy("Pertanyaan kepada pejabat"),
        gettext_lazy("Sejak ini pejabat pada pesanan itu, PA dan KPA melihat tanda bahaya ini."),
    )


class AnswerForm(WordedForm):
    """What an officer says to it."""

    words = "answer"
    answer = _long(
        gettext_lazy("Jawaban Anda"), gettext_lazy("Auditor membacanya; sebutkan dokumen yang mendukung.")
    )


class ClearForm(WordedForm):
    """How the auditor judges the flag, and why."""

    words = "reason"
    verdict = forms.ChoiceField(
        label=gettext_lazy("Penilaian"),
        choices=RedFlag.Verdict.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("“Tidak berdasar” dihitung sebagai alarm palsu aturan ini."),
    )
    reason = _long(gettext_lazy("Alasan"))


class EscalateForm(WordedForm):
    """Why it is taken further."""

    words = "reason"
    reason = _long(gettext_lazy("Mengapa ditingkatkan"))
