"""Forms of reviewing. The rules stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.moves import MoveForm
from procurement.redflags.models import RedFlag

_LETTERS = 2000


def _long(label: Any, help_text: Any) -> forms.CharField:
    """A field for some sentences."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=_LETTERS, widget=forms.Textarea(attrs={"rows": 4})
    )


class AskForm(MoveForm):
    """What the officers are asked."""

    question = _long(
        _("Pertanyaan kepada pejabat"),
        _(
            "Paling sedikit 20 huruf. Sejak ini pejabat pada pesanan itu, PA dan KPA melihat tanda bahaya ini."
        ),
    )


class AnswerForm(MoveForm):
    """What an officer says to it."""

    answer = _long(
        _("Jawaban Anda"), _("Paling sedikit 20 huruf. Auditor membacanya; sebutkan dokumen yang mendukung.")
    )


class ClearForm(MoveForm):
    """How the auditor judges the flag, and why."""

    verdict = forms.ChoiceField(
        label=_("Penilaian"),
        choices=RedFlag.Verdict.choices,
        widget=forms.RadioSelect,
        help_text=_("“Tidak berdasar” dihitung sebagai alarm palsu aturan ini."),
    )
    reason = _long(_("Alasan"), _("Paling sedikit 20 huruf."))


class EscalateForm(MoveForm):
    """Why it is taken further."""

    reason = _long(_("Mengapa ditingkatkan"), _("Paling sedikit 20 huruf."))
