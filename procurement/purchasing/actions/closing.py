"""Closing a settled order: by its PPK with a rating of the vendor, or by the clock when nobody does."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from marketplace.workflow.due import CLOCK, each_due, must_be_due
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.assets import handed_over, is_capital

BEST = 5


def close(*, actor: Actor, purchase_id: int, rating: int, revision: int | None = None) -> None:
    """Close a settled order as its PPK, rating the vendor 1 to 5.

    Raises Refused `rating`, `asset_not_handed_over` for capital goods that were not handed to their keeper.
    """
    if not 1 <= rating <= BEST:
        raise Refused("rating", _("Nilai penyedia antara 1 dan 5."), fix=_("Pilih salah satu nilai."))
    with passing(Purchase, purchase_id, "close", actor=actor, revision=revision) as passage:
        if is_capital(passage.thing) and not handed_over(passage.thing):
            raise Refused(
                "asset_not_handed_over",
                _("Barang pesanan ini belanja modal dan belum diserahkan kepada Pengurus Barang."),
                rule="Permendagri 19/2016",
                fix=_("Buat berita acara serah terima aset pada halaman pesanan, lalu tutup pesanan."),
            )
        passage.thing.rating, passage.thing.ended_at = rating, passage.at
        passage.facts.update(number=passage.thing.number, rating=rating)


def close_due() -> int:
    """Close settled orders whose closing time has passed, without a rating (index `purchase_due`); returns how many."""
    return each_due(Purchase.objects.filter(state="TAX_SETTLED"), _close_unrated)


def _close_unrated(purchase_id: int) -> None:
    with passing(Purchase, purchase_id, "close", actor=CLOCK) as passage:
        must_be_due(passage.thing, passage.at)
        passage.thing.ended_at = passage.at
        passage.facts.update(number=passage.thing.number, rating=None)
