"""Nobody puts a payment code of their own where buyers read: money paid to it would pass the order by."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.core.emv import payment_code_in
from marketplace.core.transitions import Refused

BASIS = "SE Mendagri 910/1866/SJ: pembayaran nontunai melalui sistem, dengan bukti"


def refuse_payment_codes(*texts: str) -> None:
    """Raises Refused `payment_code` when a QRIS code stands in one of the texts."""
    if any(payment_code_in(text) for text in texts):
        raise Refused(
            "payment_code",
            _("Teks ini memuat kode QRIS. Pembayaran hanya melalui pesanan, tidak langsung kepada penyedia."),
            rule=BASIS,
            fix=_("Hapus kode itu; pembeli membayar dengan kode yang dibuat sistem untuk pesanannya."),
        )
