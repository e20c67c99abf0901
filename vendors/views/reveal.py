"""Opening personal data of a vendor: asked for by a form, shown once, kept by no cache."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from vendors import queries
from vendors.actions.reveal import REVEALED, reveal
from vendors.views.forms import edits


class RevealForm(forms.Form):
    """What is to be opened, and why."""

    field = forms.ChoiceField(label=_("Data yang dibuka"), choices=list(REVEALED.items()))
    purpose = forms.CharField(
        label=_("Untuk keperluan apa"),
        min_length=10,
        max_length=500,
        help_text=_("Tercatat di log audit bersama nama Anda. Tulis tanpa data pribadi."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@never_cache
@edits
@roles(Role.OPERATOR, Role.CURATOR, Role.AUDITOR)
def reveal_field(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask with a purpose, see the value once. A GET never shows anything."""
    vendor = queries.get_vendor_for(request.actor, pk)
    data = request.POST if request.method == "POST" else None
    form = RevealForm(data, initial={"field": request.GET.get("isian", "")})
    value, refused = "", None
    if request.method == "POST" and form.is_valid():
        try:
            value = reveal(actor=request.actor, vendor_id=pk, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal
    context = {"vendor": vendor, "form": form, "value": value, "refused": refused, "shown": bool(value)}
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "vendors/reveal.html", context, status=status)
