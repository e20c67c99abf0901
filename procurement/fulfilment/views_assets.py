"""The page on which the PPK hands capital goods over to their keeper."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import MoveForm
from procurement.fulfilment import actions
from procurement.purchasing.queries import get_purchase_for


class KeeperForm(MoveForm):
    """Who keeps the goods from now on."""

    keeper = forms.CharField(label=gettext_lazy("Nama Pengurus Barang"), max_length=150)
    nip = forms.RegexField(
        r"^[0-9]{18}$",
        label="NIP",
        required=False,
        error_messages={"invalid": gettext_lazy("NIP terdiri atas 18 angka.")},
    )
    decree = forms.CharField(label=gettext_lazy("Nomor SK penunjukan"), max_length=80)


@require_http_methods(["GET", "POST"])
@roles(Role.PPK)
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Name the keeper; the hand-over note is issued."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    posted = request.POST if request.method == "POST" else None
    form = KeeperForm(posted, initial={"revision": purchase.revision})
    return answered(
        request,
        form,
        lambda: actions.hand_over(actor=actor, purchase_id=purchase.pk, **form.cleaned_data),
        back=purchase.get_absolute_url(),
        done=_("Berita acara serah terima aset terbit."),
        template="fulfilment/asset.html",
        context={"purchase": purchase, "lines": list(purchase.lines.all())},
    )
