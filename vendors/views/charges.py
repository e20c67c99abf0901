"""The vendor's own delivery charges, by area."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from vendors import actions, queries
from vendors.actions.charges import HIGHEST
from vendors.views.forms import edits, sent


class ChargeForm(forms.Form):
    """One charge, everywhere or in one area."""

    area_code = forms.RegexField(
        r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
        label=_("Kode wilayah"),
        max_length=13,
        required=False,
        help_text=_("Contoh 31.71 untuk satu kota. Kosongkan untuk semua wilayah lain."),
        error_messages={"invalid": _("Kode wilayah seperti 31.71.01.")},
    )
    amount = forms.IntegerField(
        label=_("Ongkos kirim (rupiah, sebelum pajak)"),
        min_value=0,
        max_value=HIGHEST,
        help_text=_("Sekali kirim, berapa pun barangnya. Isi 0 bila gratis."),
    )


@edits
@roles(Role.VENDOR)
def delivery_charges(request: ActorRequest) -> HttpResponse:
    """All charges in force, and a form to set one; orders already submitted keep what they were asked."""
    vendor = queries.own_vendor(request.actor)
    form = ChargeForm(*sent(request))
    return answered(
        request,
        form,
        lambda: actions.set_delivery_charge(actor=request.actor, **form.cleaned_data),
        back=reverse("vendor-charges"),
        done=str(_("Ongkos kirim berlaku mulai sekarang.")),
        template="vendors/delivery_charges.html",
        context={
            "charges": queries.charges_by_area(vendor.pk),
            "crumbs": [
                {"label": _("Usaha saya"), "url": reverse("vendor-tasks")},
                {"label": _("Ongkos kirim")},
            ],
        },
    )
