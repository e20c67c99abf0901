"""The status of what is owed for an order, derived from the books alone. Pure; nothing writes "paid" anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ObligationStatus(StrEnum):
    """Where the money of an order is."""

    UNPAID = "UNPAID"
    PARTLY_PAID = "PARTLY_PAID"
    FUNDED = "FUNDED"
    RELEASED = "RELEASED"
    PARTLY_PAID_OUT = "PARTLY_PAID_OUT"
    PAID_OUT = "PAID_OUT"
    RECONCILED = "RECONCILED"
    CANCELLING = "CANCELLING"
    REFUNDED = "REFUNDED"
    DISPUTED = "DISPUTED"


LABELS: dict[ObligationStatus, str | Promise] = {
    ObligationStatus.UNPAID: _("Belum ada dana"),
    ObligationStatus.PARTLY_PAID: _("Dana diterima sebagian"),
    ObligationStatus.FUNDED: _("Dana lengkap di titipan"),
    ObligationStatus.RELEASED: _("Dilepas, dalam perjalanan ke penyedia"),
    ObligationStatus.PARTLY_PAID_OUT: _("Sebagian sudah ditransfer"),
    ObligationStatus.PAID_OUT: _("Sudah ditransfer ke penyedia"),
    ObligationStatus.RECONCILED: _("Cocok dengan rekening koran"),
    ObligationStatus.CANCELLING: _("Dana sedang dikembalikan"),
    ObligationStatus.REFUNDED: _("Dana dikembalikan"),
    ObligationStatus.DISPUTED: _("Dana disengketakan"),
}
TONES: Mapping[ObligationStatus | None, str] = {
    ObligationStatus.DISPUTED: "danger",
    ObligationStatus.CANCELLING: "warning",
    ObligationStatus.PARTLY_PAID: "warning",
    ObligationStatus.FUNDED: "info",
    ObligationStatus.RELEASED: "info",
    ObligationStatus.PARTLY_PAID_OUT: "info",
    ObligationStatus.PAID_OUT: "success",
    ObligationStatus.RECONCILED: "success",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the journals of one order add up to. Sen, each at least nothing.

    `paid_in` came from a provider; `escrow`, `suspense`, `refund_due` and `disputed` lie there now; `released` became
    the vendor's and the taxes'; `refunded` went back; `owed` is what the vendor still gets of it; `recovered` is what a
    lost dispute or an outside refund took after the release.
    """

    gross: int
    paid_in: int = 0
    escrow: int = 0
    released: int = 0
    owed: int = 0
    net: int = 0
    refund_due: int = 0
    refunded: int = 0
    lost: int = 0
    recovered: int = 0
    suspense: int = 0
    disputed: int = 0

    @property
    def accounted(self) -> bool:
        """Whether every sen that came in is somewhere: held, released, set aside, given back or lost."""
        gone = self.refunded + self.lost - self.recovered
        return self.paid_in == self.escrow + self.released + self.suspense + self.refund_due + gone


def derived_status(figures: Figures, *, reconciled: bool = False) -> ObligationStatus:
    """The status that the figures say; `reconciled`: bank statements match every leg of it."""
    status = ObligationStatus
    if figures.disputed:
        return status.DISPUTED
    if figures.released:
        if figures.owed == 0:
            return status.RECONCILED if reconciled else status.PAID_OUT
        return status.RELEASED if figures.owed >= figures.net else status.PARTLY_PAID_OUT
    if figures.refund_due and not figures.escrow:
        return status.CANCELLING
    if figures.escrow:
        return status.FUNDED if figures.escrow >= figures.gross else status.PARTLY_PAID
    return status.REFUNDED if figures.refunded else status.UNPAID
