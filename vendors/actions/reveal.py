"""Opening one piece of personal data for a stated purpose; the log keeps who, what and why, never the value."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.accounts.limits import count_attempt
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from vendors.actions.registration import said
from vendors.queries.access import vendors_for

REVEALED: Final = {
    "owner_name": gettext_lazy("Nama pemilik"),
    "owner_nik": gettext_lazy("NIK pemilik"),
    "npwp": gettext_lazy("NPWP"),
    "nitku": gettext_lazy("NITKU"),
    "phone": gettext_lazy("Telepon"),
    "street": gettext_lazy("Alamat jalan"),
    "bank_account": gettext_lazy("Nomor rekening terakhir"),
}
"""What can be opened, and what people call it."""
MOST_AN_HOUR: Final = 60


def reveal(*, actor: Actor, vendor_id: int, field: str, purpose: str) -> str:
    """The value of one personal field of a vendor (UU PDP 27/2022 Art. 20: a stated purpose).

    Raises Refused `wrong_role`, `field_unknown`, `reason`, `too_often`; Vendor.DoesNotExist outside one's region.
    """
    actor.require(Role.OPERATOR, Role.CURATOR, Role.AUDITOR)
    if field not in REVEALED:
        raise Refused("field_unknown", _("Isian ini tidak dapat dibuka."), fix=_("Pilih dari daftar."))
    purpose = said(purpose)
    vendors_for(actor).get(pk=vendor_id)
    count_attempt("reveal", str(actor.user_id), most=MOST_AN_HOUR, within=timedelta(hours=1))
    with doing(actor=actor) as deed:
        vendor = vendors_for(actor).get(pk=vendor_id)
        deed.record(
            "personal_data.reveal",
            vendor,
            {"vendor": vendor.organisation.name, "field": field, "purpose": purpose},
        )
        if field == "bank_account":
            account = vendor.bank_accounts.order_by("-version").first()
            return account.number if account else ""
        return str(getattr(vendor, field))
