"""What an addendum may change, and how far: one question a function, each raising Refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from procurement.purchasing.models import Agreement, Delivery, Purchase, PurchaseLine
from vendors.queries import delivery_charge

BASIS_POINTS: Final = 10_000
SIGNED: Final = frozenset({"ACCEPTED", "DROPPED"})


def something_changes(now: object, then: object) -> None:
    """An addendum that leaves everything as it is needs no signatures."""
    if now != then:
        return
    raise Refused(
        "nothing_changes",
        _("Usulan ini tidak mengubah apa pun."),
        fix=_("Ubah hari, alamat, jumlah, harga, atau ongkos kirim, lalu kirim lagi."),
    )


def own_parts(purchase: Purchase, lines: Iterable[int], deliveries: Iterable[int]) -> None:
    """Only lines and deliveries of this very order are changed."""
    own_lines = set(purchase.lines.values_list("pk", flat=True))
    own_deliveries = {each.pk for each in purchase.deliveries.all()}
    if set(lines) <= own_lines and set(deliveries) <= own_deliveries:
        return
    raise Refused(
        "wrong_lines",
        _("Usulan memuat baris atau pengiriman yang bukan milik pesanan ini."),
        fix=_("Muat ulang halaman, lalu isi lagi."),
    )


def still_awaited(deliveries: Iterable[Delivery]) -> None:
    """Quantity, place, day and shipping of a delivery change only before its goods left: what was sent stays sent."""
    for each in deliveries:
        if each.stage == "AWAITED" and each.shipped_at is None:
            continue
        raise Refused(
            "already_shipped",
            _(
                "Pengiriman %(n)d sudah berangkat (%(stage)s); jumlah, alamat, hari, dan ongkosnya tidak dapat diubah."
            )
            % {"n": each.position, "stage": each.stage_label},
            rule=_("Perpres 16/2018 Pasal 54"),
            fix=_("Ubah pengiriman yang belum dikirim, atau catat ketidaksesuaian saat barang tiba."),
        )


def not_signed_for(lines: Iterable[PurchaseLine], deliveries: Iterable[Delivery]) -> None:
    """The price of what a BAST has accepted never changes."""
    wanted = {line.pk: line for line in lines}
    for each in deliveries:
        if each.stage not in SIGNED and each.bast_ppk_at is None:
            continue
        for part in each.lines.all():
            if part.line_id in wanted:
                raise Refused(
                    "already_accepted",
                    _("Harga “%(title)s” tidak dapat diubah: sebagian sudah tercantum dalam BAST.")
                    % {"title": wanted[part.line_id].title},
                    fix=_("Ubah hanya yang belum diserahterimakan."),
                )


def shipping_at_most_charged(
    purchase: Purchase, delivery: Delivery, shipping: int, place_code: str | None
) -> None:
    """Shipping (rupiah) stays at most what is agreed, or what the vendor charges for the new place."""
    charged = delivery.shipping
    if place_code is not None:
        charged = max(charged, delivery_charge(purchase.vendor_id, place_code))
    if 0 <= shipping <= charged:
        return
    raise Refused(
        "above_charge",
        _("Ongkos kirim %(shipping)s melebihi yang disepakati atau tarif penyedia, %(charged)s.")
        % {"shipping": rupiah(shipping), "charged": rupiah(charged)},
        fix=_("Isi ongkos kirim yang sama atau lebih rendah."),
    )


def within_increase(purchase: Purchase, total: int) -> None:
    """All addenda together raise what was signed at first by a dated share at most (Perpres 16/2018 Art. 54)."""
    first = purchase.agreements.exclude(cause=Agreement.Cause.ADDENDUM).order_by("-version")[0].total
    limit = parameter("addendum.max_increase_bp", region_id=purchase.region_id)
    most = first + first * int(limit.value) // BASIS_POINTS
    if total <= most:
        return
    raise Refused(
        "above_increase",
        _("Nilai %(total)s melebihi batas adendum %(most)s (nilai awal %(first)s).")
        % {"total": rupiah(total), "most": rupiah(most), "first": rupiah(first)},
        rule=limit.legal_basis,
        fix=_("Kurangi tambahannya, atau ajukan pesanan baru untuk kebutuhan baru."),
    )


def still_current(purchase: Purchase, version: int) -> None:
    """What was proposed on an earlier version of the agreement is proposed anew."""
    if purchase.version == version:
        return
    raise Refused(
        "addendum_outdated",
        _("Pesanan sudah diubah oleh adendum lain sejak usulan ini dibuat."),
        fix=_("Tolak atau tarik usulan ini, lalu usulkan lagi menurut isi pesanan sekarang."),
    )


def touched(now: Mapping[int, object], then: Mapping[int, object]) -> set[int]:
    """The keys whose terms differ."""
    return {key for key, terms in then.items() if terms != now[key]}
