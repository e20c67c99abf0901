"""What the explorer's reader looks for, and a remark on an entry."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.audit.kinds import acts_by_room
from marketplace.pages.widgets import LongSelect
from procurement.oversight.forms.orders import OrderFiltersForm


def _acts() -> list[tuple[str, object]]:
    return [("", _("Semua")), *acts_by_room(whole=True)]


class ExplorerForm(OrderFiltersForm):
    """Filters over orders and entries; `sebelum` is where a keyset page begins."""

    perbuatan = forms.ChoiceField(
        label=_("Perbuatan"),
        choices=_acts,
        required=False,
        widget=LongSelect,
        help_text=_("Hanya untuk catatan log."),
    )
    sebelum = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)


class RemarkForm(forms.Form):
    """An auditor's remark on an entry; empty: only read."""

    remark = forms.CharField(
        label=_("Catatan Anda"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Boleh kosong. Dibaca auditor lembaga Anda; log hanya menyimpan sidiknya."),
    )
