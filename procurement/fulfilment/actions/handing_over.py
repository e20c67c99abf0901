"""Capital goods after their last BAST: the PPK hands them to the keeper of assets (*Pengurus Barang*)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, doing
from procurement.documents.actions import issue
from procurement.documents.queries import officer
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import papers
from procurement.purchasing.queries.assets import PAPER, may_hand_over


def hand_over(
    *, actor: Actor, purchase_id: int, keeper: str, nip: str = "", decree: str, revision: int | None = None
) -> None:
    """Write the hand-over note of an order of capital goods, once, after its last BAST.

    `keeper` is the Pengurus Barang by name, with the decree of his or her appointment. Raises Refused
    `nothing_to_hand_over`, `stale`; Purchase.DoesNotExist for another unit's order. Source: Permendagri 19/2016.
    """
    actor.require(Role.PPK)
    assert actor.organisation_id is not None  # a PPK acts for a unit
    with doing(actor=actor) as deed:
        purchase = Purchase.objects.select_for_update(of=("self",)).get(
            pk=purchase_id, organisation_id=actor.organisation_id
        )
        if revision is not None and purchase.revision != revision:
            raise Refused("stale", _("Pesanan ini sudah berubah sejak halaman Anda dibuka."))
        if not may_hand_over(actor, purchase):
            raise Refused(
                "nothing_to_hand_over",
                _("Pesanan ini tidak menunggu serah terima aset."),
                rule="Permendagri 19/2016",
                fix=_("Serah terima aset dibuat PPK sekali, untuk belanja modal, sesudah BAST terakhir."),
            )
        facts = _facts(deed, purchase, keeper=keeper.strip(), nip=nip.strip(), decree=decree.strip())
        signed = papers.signature_of_ppk(purchase, deed.at)
        paper = issue(deed, PAPER, facts, subject=purchase, signatories=[signed])
        deed.record("purchase.hand_over_asset", purchase, {"number": purchase.number, "paper": paper.number})


def _facts(deed: Deed, purchase: Purchase, *, keeper: str, nip: str, decree: str) -> dict[str, Any]:
    assert purchase.bast_vendor_at is not None or purchase.bast_number
    signed_at = purchase.bast_vendor_at or deed.at
    lines = [line for line in purchase.lines.all() if line.accepted]
    price = sum((line.accepted or 0) * line.agreed_price for line in lines)
    assert purchase.accepted_price is not None and purchase.accepted_total is not None
    named = {"name": keeper, "position": _("Pengurus Barang"), "decree": decree}
    return {
        **papers.after_order(purchase, at=deed.at),
        "ppk": officer(papers.ppk_of(purchase)),
        "keeper": {**named, "nip": nip} if nip else named,
        "bast": purchase.bast_number,
        "bast_date": clock.day_of(signed_at).isoformat(),
        "location": papers.deliveries_of(purchase)[0].place,
        "lines": [
            {
                "name": line.title,
                "unit": line.unit,
                "quantity": line.accepted or 0,
                "unit_price": line.agreed_price,
                "total": (line.accepted or 0) * line.agreed_price,
            }
            for line in lines
        ],
        "subtotal": price,
        "shipping": purchase.accepted_price - price,
        "ppn": purchase.accepted_total - purchase.accepted_price,
        "ppn_label": papers.on_top_label(purchase),
        "total": purchase.accepted_total,
        "statement": _("Barang tersebut diserahkan untuk dicatat dalam daftar barang milik daerah."),
    }
