"""Offering: an offer is checked and sealed within the vendor's request; nothing readable of it is kept anywhere.

The entry in the log is the box's own: it says that something was sealed, not by whom nor where.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, doing
from marketplace.workflow.payment_codes import refuse_payment_codes
from procurement.competition import sealing
from procurement.competition.guards import BASIS
from procurement.competition.models import Competition, RequestLine, SealedOffer, SealKey
from procurement.competition.queries.access import get_competition_for
from procurement.competition.queries.matching import matching_listings, matching_vendors
from procurement.purchasing import checks as ordering
from vendors.models import Listing, Vendor
from vendors.queries import own_vendor, price_at

BOX: Final = Actor.system("Kotak penawaran")
LONGEST_NOTE: Final = 500


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered for one line: the listing it stands on, its unit price, and its shipping per item (rupiah)."""

    line_id: int
    listing_id: int
    unit_price: int
    shipping: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the vendor alone is shown, once: the sealed text with its nonce, and the hash that stands in the log."""

    version: int
    at: datetime
    commitment: str
    content: Mapping[str, Any]


def offer(
    *,
    actor: Actor,
    number: str,
    offered: Sequence[Offered],
    delivery_day: date,
    shipping: int = 0,
    note: str = "",
    seen_version: int = 0,
) -> Receipt:
    """Seal an offer, or a further version in place of the one before; amounts in whole rupiah before tax.

    `shipping` is the total where one vendor wins the whole; per item each line has its own. `seen_version` is the
    version the vendor saw last. Raises Refused: `offers_closed`, `not_invited`, `stale`, `offer_incomplete`,
    `above_list_price`, `payment_code`, `outside`, `too_late`, those of purchasing's checks; Competition.DoesNotExist.
    """
    refuse_payment_codes(note)
    vendor, competition_id = _who(actor, number)
    with doing(actor=BOX) as deed:
        competition = _open_box(competition_id, vendor)
        lines = {each.pk: each for each in competition.lines.all()}
        _check_day(competition, delivery_day)
        told = _told_lines(competition, vendor, lines, offered)
        if competition.itemized:
            shipping = sum(each["shipping"] for each in told)
        content = {
            "withdrawn": False,
            "lines": told,
            "shipping": max(shipping, 0),
            "delivery_day": delivery_day.isoformat(),
            "note": note.strip()[:LONGEST_NOTE],
            "size": vendor.size,
        }
        return _seal(deed, competition, vendor, actor, content, seen_version)


def withdraw(*, actor: Actor, number: str, seen_version: int) -> Receipt:
    """Take an offer back before the closing. What is sealed looks like any other version. Raises Refused."""
    vendor, competition_id = _who(actor, number)
    with doing(actor=BOX) as deed:
        competition = _open_box(competition_id, vendor)
        if not seen_version:
            raise Refused("nothing_offered", _("Anda belum mengirim penawaran."))
        return _seal(deed, competition, vendor, actor, {"withdrawn": True, "lines": []}, seen_version)


def _who(actor: Actor, number: str) -> tuple[Vendor, int]:
    actor.require(Role.VENDOR)
    return own_vendor(actor), get_competition_for(actor, number).pk


def _open_box(competition_id: int, vendor: Vendor) -> Competition:
    """The competition, locked: an offer comes before its opening or not at all."""
    competition = (
        Competition.objects.select_for_update(of=("self",))
        .select_related("package", "category")
        .get(pk=competition_id)
    )
    if not competition.takes_offers:
        raise Refused(
            "offers_closed",
            _("Waktu penawaran sudah berakhir."),
            rule=BASIS,
            fix=_("Penawaran yang terlambat tidak diterima, siapa pun pengirimnya."),
        )
    ordering.vendor_in_business(vendor, competition.region_id)
    if not matching_vendors(competition).filter(pk=vendor.pk).exists():
        raise Refused(
            "not_invited",
            _("Usaha Anda tidak memenuhi syarat mini-kompetisi ini: kategori, wilayah, atau ukuran usaha."),
            fix=_("Pastikan ada produk tayang yang cocok dan dikirim ke wilayah ini."),
        )
    return competition


def _check_day(competition: Competition, delivery_day: date) -> None:
    assert competition.needed_by is not None  # a published competition says when
    if clock.today() <= delivery_day <= competition.needed_by:
        return
    raise Refused(
        "too_late",
        _("Barang dibutuhkan paling lambat %(day)s.") % {"day": date_format(competition.needed_by, "j F Y")},
        fix=_("Isi tanggal kirim sampai dengan hari itu."),
    )


def _told_lines(
    competition: Competition, vendor: Vendor, lines: Mapping[int, RequestLine], offered: Sequence[Offered]
) -> list[dict[str, Any]]:
    if {each.line_id for each in offered} - lines.keys() or len({each.line_id for each in offered}) < len(
        offered
    ):
        raise Refused("outside", _("Ada baris yang tidak diminta."), fix=_("Muat ulang halaman."))
    if not offered or (not competition.itemized and len(offered) < len(lines)):
        raise Refused(
            "offer_incomplete",
            _("Semua barang harus ditawar, karena pemenangnya satu untuk semuanya.")
            if not competition.itemized
            else _("Tawarlah paling sedikit satu barang."),
            fix=_("Isi harga setiap barang."),
        )
    listings = {
        each.pk: each
        for each in matching_listings(competition, vendor.pk).filter(
            pk__in=[each.listing_id for each in offered]
        )
    }
    return [_told(competition, lines[each.line_id], listings.get(each.listing_id), each) for each in offered]


def _told(
    competition: Competition, line: RequestLine, listing: Listing | None, said: Offered
) -> dict[str, Any]:
    if listing is None:
        raise Refused(
            "listing_gone",
            _("Produk untuk “%(item)s” tidak lagi tayang atau tidak cocok.") % {"item": line.item},
            fix=_("Pilih produk Anda yang lain."),
        )
    listed = price_at(listing, competition.place_code)
    if not 0 < said.unit_price <= listed:
        raise Refused(
            "above_list_price",
            _("Harga “%(item)s” paling tinggi harga tayang Anda, %(price)s.")
            % {"item": line.item, "price": rupiah(listed)},
            rule=BASIS,
            fix=_("Turunkan harga penawaran."),
        )
    ordering.enough_to_order(listing, line.quantity)
    return {
        "line": line.pk,
        "listing": listing.pk,
        "title": listing.product.title,
        "list_price": listed,
        "unit_price": said.unit_price,
        "shipping": max(said.shipping, 0) if competition.itemized else 0,
        "is_pdn": listing.is_pdn,
        "tkdn_bp": listing.tkdn_bp,
        "bmp_bp": listing.bmp_bp,
    }


def _seal(
    deed: Deed,
    competition: Competition,
    vendor: Vendor,
    actor: Actor,
    said: Mapping[str, Any],
    seen_version: int,
) -> Receipt:
    number = competition.number
    sender, box = sealing.sender_of(number, vendor.pk), sealing.box_of(number)
    version = SealedOffer.objects.filter(sender=sender).count() + 1
    if seen_version != version - 1:
        raise Refused(
            "stale",
            _("Penawaran Anda sudah diganti sejak halaman ini dibuka."),
            fix=_("Muat ulang halaman, periksa, lalu kirim lagi."),
        )
    content = {
        **said,
        "number": number,
        "vendor": vendor.pk,
        "user": actor.user_id,
        "version": version,
        "at": deed.at.isoformat(),
        "nonce": secrets.token_hex(32),
    }
    raw = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    key = SealKey.objects.get(competition=competition)
    if not sealing.is_own_key(number, key.public_key, key.public_mac):
        raise Refused(
            "foreign_key",
            _("Kotak penawaran ini rusak dan tidak menerima apa pun."),
            fix=_("Laporkan kepada Inspektorat; penawaran Anda belum terkirim dan tidak terbaca siapa pun."),
        )
    kept = SealedOffer.objects.create(
        region_id=competition.region_id,
        box=box,
        sender=sender,
        version=version,
        sealed=sealing.sealed(raw, public=key.public_key, place=f"{box}/{sender}/{version}"),
        commitment=sealing.commitment_of(raw),
        at=deed.at,
    )
    deed.record("competition.seal", kept, {"commitment": kept.commitment})
    return Receipt(version, deed.at, kept.commitment, content)
