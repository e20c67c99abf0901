"""What a bidder is told in the end: won, or why not, in words that need no law book. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.core.money import rupiah
from procurement.competition.queries.ranking import Candidate, Lot

DOMESTIC_BASIS = "Perpres 46/2025 Pasal 66"


def outcome_text(lots: Sequence[Lot], offer_id: int, order: str = "") -> str:
    """The note to one bidder over all parts it offered for; `order` is the number of the order it won."""
    parts = []
    for lot in lots:
        own = next((each for each in lot.candidates if each.offer.pk == offer_id), None)
        if own is None:
            continue
        said = _said(lot, own)
        parts.append(f"{lot.line.item}: {said}" if lot.line else said)
    if order:
        parts.append(_("Pesanan %(order)s dibuat dan menunggu persetujuan PPK.") % {"order": order})
    return "\n".join(parts)


def _said(lot: Lot, own: Candidate) -> str:
    mine = _("Penawaran Anda %(price)s berada di peringkat %(rank)d dari %(all)d.") % {
        "price": rupiah(own.price),
        "rank": own.rank,
        "all": len(lot.candidates),
    }
    winner = lot.winner
    if winner is not None and winner.offer.pk == own.offer.pk:
        return f"{mine} " + _("Penawaran Anda terpilih.")
    if own.verdict is not None:
        return " ".join([mine, _failed(own), _who_won(winner)])
    assert winner is not None  # judging goes on until one passed or everybody was judged
    return " ".join([mine, _who_won(winner), _why_before(winner, own)])


def _failed(own: Candidate) -> str:
    """Which verdicts were negative, with the notes of the buyer."""
    verdict = own.verdict
    assert verdict is not None  # asked before
    reasons = [
        _("%(what)s tidak lulus: %(note)s.") % {"what": what, "note": note.rstrip(".")}
        for what, passed, note in (
            (_("Administrasi"), verdict.administrative, verdict.administrative_note),
            (_("Teknis"), verdict.technical, verdict.technical_note),
            (_("Kewajaran harga"), verdict.price, verdict.price_note),
        )
        if not passed
    ]
    return " ".join(reasons)


def _who_won(winner: Candidate | None) -> str:
    if winner is None:
        return _("Tidak ada penawaran yang lulus evaluasi.")
    return _("Yang terpilih %(vendor)s dengan %(price)s, peringkat %(rank)d.") % {
        "vendor": winner.offer.vendor.name,
        "price": rupiah(winner.price),
        "rank": winner.rank,
    }


def _why_before(winner: Candidate, own: Candidate) -> str:
    if winner.domestic < own.domestic:
        return _(
            "Produk yang terpilih lebih tinggi dalam urutan produk dalam negeri (%(basis)s); urutan itu dilihat "
            "sebelum harga."
        ) % {"basis": DOMESTIC_BASIS}
    if winner.price < own.price:
        return _(
            "Harganya lebih rendah %(gap)s dari penawaran Anda. Evaluasi berhenti pada peringkat pertama yang lulus, "
            "jadi penawaran Anda tidak dinilai buruk."
        ) % {"gap": rupiah(own.price - winner.price)}
    return _("Harganya sama dengan penawaran Anda, tetapi dikirim lebih dahulu.")
