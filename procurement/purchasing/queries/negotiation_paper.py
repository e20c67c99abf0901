"""The facts of a Berita Acara Negosiasi: its rounds and what they came to, or why there was none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.models import Appointment, User
from marketplace.core import clock
from procurement.documents.queries import officer
from procurement.purchasing.models import NegotiationRound, Purchase, PurchaseLine, Side
from procurement.purchasing.queries.contract import list_total
from procurement.purchasing.queries.papers import header, on_top_label, ppk_of


def ba_negosiasi(purchase: Purchase, *, at: datetime) -> dict[str, Any]:
    """What the record says once the order's amounts are agreed. About eight queries."""
    rounds = list(purchase.rounds.select_related("by").prefetch_related("lines"))
    lines = list(purchase.lines.all())
    facts: dict[str, Any] = {
        **header(purchase, at=at),
        "officer": officer(buyer_of(purchase)),
        "negotiated": purchase.negotiated,
        "participants": _participants(purchase, rounds),
        "rounds": [_round(each, {line.pk: line.title for line in lines}) for each in rounds],
        "lines": _lines(lines, rounds),
        "subtotal": purchase.goods_total,
        "shipping": purchase.shipping,
        "ppn": purchase.ppn + purchase.local_tax,
        "ppn_label": on_top_label(purchase),
        "total": purchase.total,
        "list_total": list_total(purchase),
        "deliver_by": purchase.needed_by.isoformat(),
        "conclusion": _("Kedua pihak menyepakati harga, jumlah, ongkos kirim, dan hari penyerahan di atas.")
        if purchase.negotiated
        else _("Pesanan memakai harga tayang tanpa negosiasi."),
    }
    if purchase.package.hps_total:
        facts["estimate"] = {"total": purchase.package.hps_total}
    if rounds and rounds[-1].installation:
        facts["installation"] = rounds[-1].installation
    if purchase.no_negotiation_reason:
        facts["reason"] = purchase.no_negotiation_reason
    return facts


def buyer_of(purchase: Purchase) -> Appointment:
    """Who buys: the PP, or the PPK above the PP's limit."""
    return purchase.pp if purchase.pp is not None else ppk_of(purchase)


def signatures(purchase: Purchase, *, side: str, user_id: int | None, at: datetime) -> list[Any]:
    """Who signed: the person of `side` who agreed at `at`, and the other side with the round it wrote last.

    A vendor that said nothing but its list prices signs the Surat Pesanan alone.
    """
    signed: dict[str, tuple[int | None, datetime]] = {
        said.side: (said.by_id, said.at) for said in purchase.rounds.all() if said.by_id is not None
    }
    signed[side] = (user_id, at)
    blocks: list[Any] = []
    if Side.BUYER in signed:
        person, moment = signed[Side.BUYER]
        blocks.append(_buyer_signs(purchase, person, moment))
    if Side.VENDOR in signed:
        person, moment = signed[Side.VENDOR]
        blocks.append(_vendor_signs(purchase, person, moment))
    return blocks


def _buyer_signs(purchase: Purchase, user_id: int | None, at: datetime) -> dict[str, Any]:
    signer = ppk_of(purchase) if user_id == purchase.ppk_user_id else buyer_of(purchase)
    return {
        "caption": signer.role_label,
        "organisation": purchase.organisation.name,
        "signed_at": _written(at),
        "user": signer.user_id,
        **officer(signer),
    }


def _vendor_signs(purchase: Purchase, user_id: int | None, at: datetime) -> dict[str, Any]:
    person = User.objects.get(pk=user_id or 0)
    return {
        "caption": _("Penyedia"),
        "name": person.name,
        "position": _("Pemilik usaha"),
        "organisation": purchase.vendor.name,
        "signed_at": _written(at),
        "user": person.pk,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(clock.JAKARTA).isoformat(timespec="seconds")


def _participants(purchase: Purchase, rounds: list[NegotiationRound]) -> list[dict[str, str]]:
    """The officer who buys, and the vendor's people who wrote rounds; the owner where none did."""
    buyer = buyer_of(purchase)
    spoke = {each.by.name for each in rounds if each.side == Side.VENDOR and each.by is not None}
    vendors = sorted(spoke) or [purchase.vendor.owner_name or purchase.vendor.name]
    return [
        {"name": buyer.user.name, "position": buyer.role_label, "organisation": purchase.organisation.name},
        *(
            {"name": name, "position": _("Penyedia"), "organisation": purchase.vendor.name}
            for name in vendors
        ),
    ]


def _round(said: NegotiationRound, titles: dict[int, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "no": said.number,
        "by": _("Harga tayang penyedia") if said.number == 0 else said.get_side_display(),
        "at": _written(said.at),
        "lines": [{"name": titles[each.line_id], "price": each.price} for each in said.lines.all()],
        "shipping": said.shipping,
        "deliver_by": said.needed_by.isoformat(),
    }
    words = {"installation": said.installation, "message": said.message}
    return {**told, **{name: text for name, text in words.items() if text}}


def _lines(lines: list[PurchaseLine], rounds: list[NegotiationRound]) -> list[dict[str, Any]]:
    """Each item at its list price, at the first offer of the buyer, and as agreed."""
    offered = next((each for each in rounds if each.number == 1), rounds[0] if rounds else None)
    first = {each.line_id: each.price for each in offered.lines.all()} if offered else {}
    return [
        {
            "name": line.title,
            "unit": line.unit,
            "quantity": line.quantity,
            "list_price": line.list_price,
            "first_price": first.get(line.pk, line.list_price),
            "agreed_price": line.agreed_price,
            "total": line.total,
        }
        for line in lines
    ]
