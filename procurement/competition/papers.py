"""The facts that the papers of a competition print: the invitation, and the record of what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import clock
from procurement.competition import explaining
from procurement.competition.models import Competition, RequestLine
from procurement.competition.queries.ranking import Candidate, Lot
from procurement.documents.queries import officer, signature_of
from procurement.planning.queries import package_header
from procurement.purchasing.models import Purchase


def header(competition: Competition, *, at: datetime) -> dict[str, Any]:
    """What every paper of a competition carries at its head: that of its package."""
    return package_header(
        competition.package,
        competition.budget_line,
        at=at,
        region=competition.region,
        unit=competition.organisation,
        address=", ".join(filter(None, [competition.address, competition.place_name])),
    )


def invitation(
    competition: Competition, lines: Sequence[RequestLine], *, at: datetime
) -> tuple[dict[str, Any], list[Any]]:
    """(facts, signatures) of the invitation."""
    assert competition.needed_by is not None and competition.closes_at is not None  # published
    facts = {
        **header(competition, at=at),
        "competition": competition.number,
        "officer": officer(competition.buyer),
        "request": competition.request_text or competition.title,
        "lines": [
            {
                "name": each.item,
                "unit": each.unit,
                "quantity": each.quantity,
                "specification": each.specification,
            }
            for each in lines
        ],
        "delivery_place": ", ".join(filter(None, [competition.address, competition.place_name])),
        "deliver_by": competition.needed_by.isoformat(),
        "closes_at": _moment(competition.closes_at),
        "award": _award(competition),
        "terms": [
            _("Harga satuan dan ongkos kirim sebelum pajak, paling tinggi harga tayang."),
            _("Penawaran tersegel sampai waktu penutupan; dapat diganti atau dicabut sampai saat itu."),
            *[each.strip() for each in competition.terms.splitlines() if each.strip()],
        ],
    }
    return facts, [_signature(competition, at)]


def record(
    competition: Competition,
    lots: Sequence[Lot],
    orders: Sequence[Purchase],
    *,
    at: datetime,
    negotiate: bool = False,
) -> tuple[dict[str, Any], list[Any]]:
    """(facts, signatures) of the berita acara; amounts are those of the orders that were made."""
    assert competition.closes_at is not None  # published
    lines = [line for lot in lots if lot.winner for line in _awarded(lot.winner)]
    on_top = sum(order.total - order.price_total for order in orders)
    facts = {
        **header(competition, at=at),
        "competition": competition.number,
        "officer": officer(competition.buyer),
        "invited": competition.invitations.count(),
        "closed_at": _moment(competition.closes_at),
        "award": _award(competition),
        "criteria": _(
            "Urutan produk dalam negeri (Perpres 46/2025 Pasal 66), lalu harga terendah; administrasi, teknis, dan "
            "kewajaran harga dinilai dari peringkat 1 sampai ada yang lulus."
        ),
        "offers": [_offer(lot, each) for lot in lots for each in lot.candidates],
        "lines": lines,
        "subtotal": sum(order.goods_total for order in orders),
        "shipping": sum(order.shipping for order in orders),
        "ppn": on_top,
        "ppn_label": _("PPN dan pajak daerah"),
        "total": sum(order.total for order in orders),
        "conclusion": _conclusion(orders, negotiate),
    }
    return facts, [_signature(competition, at)]


def _awarded(winner: Candidate) -> list[dict[str, Any]]:
    return [
        {
            "name": each.title,
            "unit": each.line.unit,
            "quantity": each.quantity,
            "vendor": winner.offer.vendor.name,
            "unit_price": each.unit_price,
            "total": each.total,
        }
        for each in winner.lines
    ]


def _offer(lot: Lot, candidate: Candidate) -> dict[str, Any]:
    verdict, offer = candidate.verdict, candidate.offer
    name = offer.vendor.name
    return {
        "vendor": f"{name} · {lot.line.item}" if lot.line else name,
        "submitted_at": _moment(offer.offered_at),
        "total": candidate.price,
        "rank": candidate.rank,
        "administrative": _words(verdict.administrative if verdict else None),
        "technical": _words(verdict.technical if verdict else None),
        "price": _words(verdict.price if verdict else None),
        "winner": lot.winner is not None and lot.winner.offer.pk == offer.pk,
        "reason": explaining.outcome_text([lot], offer.pk),
        "deliver_by": offer.delivery_day.isoformat(),
    }


def _words(verdict: bool | None) -> str:
    if verdict is None:
        return str(_("tidak dinilai"))
    return str(_("lulus") if verdict else _("tidak lulus"))


def _conclusion(orders: Sequence[Purchase], negotiate: bool) -> str:
    if not orders:
        return str(_("Tidak ada penawaran yang lulus; mini-kompetisi dinyatakan gagal."))
    numbers = ", ".join(order.number for order in orders)
    if negotiate:
        return str(_("Pesanan %(orders)s dibuat dan dimulai dengan negosiasi.") % {"orders": numbers})
    return str(_("Pesanan %(orders)s dibuat pada harga penawaran.") % {"orders": numbers})


def _award(competition: Competition) -> str:
    if competition.itemized:
        return str(_("Pemenang ditetapkan per barang"))
    return str(_("Satu pemenang untuk semua barang"))


def _signature(competition: Competition, at: datetime) -> dict[str, Any]:
    buyer = competition.buyer
    return signature_of(buyer, unit=competition.organisation.name, at=at, caption=buyer.role_label)


def _moment(at: datetime) -> str:
    return at.astimezone(clock.JAKARTA).isoformat(timespec="seconds")
