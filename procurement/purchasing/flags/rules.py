"""The rules: the order looked at goes in, a finding with its evidence comes out, or None. Pure.

Source: handbook §3.3, §3.4 and §9.1. A finding invites to look; it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from marketplace.core.money import rupiah
from procurement.purchasing.flags.facts import (
    APPROVAL,
    CONFIRMATION,
    SUBMISSION,
    Finding,
    Goods,
    Looked,
)
from procurement.purchasing.flags.splitting import fragmented, split
from procurement.purchasing.flags.thresholds import Thresholds

WHOLE: Final = 10_000
IMPORTED: Final = 5
"""The last rank of Art. 66."""

Rule = Callable[[Looked, Thresholds], Finding | None]


def repeated(order: Looked, limits: Thresholds) -> Finding | None:
    """ID01: the same PPK and vendor again and again, once the PPK has enough orders to say so."""
    share = order.share
    orders, value = share.orders + 1, share.value + order.total
    all_orders, all_value = share.all_orders + 1, share.all_value + order.total
    if all_orders < limits.repeated_least:
        return None
    often = orders >= limits.repeated_orders
    mostly = value * WHOLE >= limits.repeated_share_bp * all_value
    if not (often or mostly):
        return None
    return Finding(
        "ID01",
        "orders" if often else "share",
        f"Dalam {limits.repeated_days} hari PPK ini memesan {orders} dari {all_orders} pesanannya kepada "
        f"{order.vendor}, senilai {rupiah(value)} dari {rupiah(all_value)}.",
        {"orders": orders, "value": value, "all_orders": all_orders, "all_value": all_value},
        {
            "min_orders": limits.repeated_orders,
            "share_bp": limits.repeated_share_bp,
            "days": limits.repeated_days,
            "min_total_orders": limits.repeated_least,
        },
    )


_UNTIL: Final = {SUBMISSION: "diajukan", APPROVAL: "disetujui", CONFIRMATION: "menjadi Surat Pesanan"}


def hurried(order: Looked, limits: Thresholds) -> Finding | None:
    """ID02: from the first item in the basket to this act within minutes."""
    if order.since is None or order.total <= limits.fast_above:
        return None
    seconds = int((order.at - order.since).total_seconds())
    if not 0 <= seconds < limits.fast_minutes * 60:
        return None
    return Finding(
        "ID02",
        "fast",
        f"Pesanan {rupiah(order.total)} {_UNTIL[order.moment]} {seconds // 60} menit {seconds % 60} detik setelah "
        "barang pertama masuk keranjang.",
        {"seconds": seconds, "since": order.since.isoformat()},
        {"minutes": limits.fast_minutes, "fast_above": limits.fast_above},
    )


def unnegotiated(order: Looked, limits: Thresholds) -> Finding | None:
    """ID02: a large order at the list price."""
    if order.negotiated or order.total <= limits.negotiate_above:
        return None
    return Finding(
        "ID02",
        "no_negotiation",
        f"Pesanan {rupiah(order.total)} tidak dinegosiasikan; di atas {rupiah(limits.negotiate_above)} harga "
        "selayaknya ditawar dahulu.",
        {"total": order.total},
        {"negotiate_above": limits.negotiate_above},
    )


def brand_new(order: Looked, limits: Thresholds) -> Finding | None:
    """ID03: bought within hours of being put on show."""
    submitted = order.submitted_at or order.at
    found = [
        each
        for each in order.goods
        if each.live_since is not None
        and timedelta() <= submitted - each.live_since < timedelta(hours=limits.new_hours)
    ]
    if not found:
        return None
    hours = min(
        int((submitted - each.live_since).total_seconds()) // 3600 for each in found if each.live_since
    )
    return Finding(
        "ID03",
        "new",
        f"“{found[0].title}”{_more(found)} dipesan {hours} jam setelah mulai tayang.",
        {"listings": [each.listing_id for each in found], "hours": hours},
        {"hours": limits.new_hours},
    )


def raised(order: Looked, limits: Thresholds) -> Finding | None:
    """ID04: dearer than the median of the days before the order."""
    found = [
        each
        for each in order.goods
        if each.usual_price and each.price * WHOLE >= each.usual_price * limits.raised_bp
    ]
    if not found:
        return None
    worst = max(found, key=lambda each: each.price * WHOLE // (each.usual_price or 1))
    return Finding(
        "ID04",
        "raised",
        f"Harga “{worst.title}”{_more(found)} {rupiah(worst.price)}, sedangkan harga tengah {limits.price_days} hari "
        f"sebelum pesanan {rupiah(worst.usual_price or 0)}.",
        {
            "prices": [
                {"listing": each.listing_id, "price": each.price, "median": each.usual_price}
                for each in found
            ]
        },
        {"factor_bp": limits.raised_bp, "days": limits.price_days},
    )


def fell_back(order: Looked, limits: Thresholds) -> Finding | None:
    """ID04: dearer than the same listing costs now, after the order came in."""
    found = [
        each
        for each in order.goods
        if each.price_now and each.price * WHOLE >= each.price_now * limits.raised_bp
    ]
    if not found or order.moment == SUBMISSION:
        return None
    return Finding(
        "ID04",
        "fell_back",
        f"“{found[0].title}”{_more(found)} dipesan seharga {rupiah(found[0].price)}; sejak itu harganya turun "
        f"menjadi {rupiah(found[0].price_now or 0)}.",
        {
            "prices": [
                {"listing": each.listing_id, "price": each.price, "now": each.price_now} for each in found
            ]
        },
        {"factor_bp": limits.raised_bp},
    )


def just_under(order: Looked, limits: Thresholds) -> Finding | None:
    """ID09: the amount lies just under a limit, the band's upper end included."""
    for limit, amount in [
        (limits.tax_limit, order.price),
        *((limit, order.total) for limit in limits.limits),
    ]:
        if limit * limits.band_bp < amount * WHOLE and amount <= limit:
            return Finding(
                "ID09",
                str(limit),
                f"Nilai {rupiah(amount)} tepat di bawah batas {rupiah(limit)}.",
                {"amount": amount, "limit": limit},
                {"band_bp": limits.band_bp, "limits": [limits.tax_limit, *limits.limits]},
            )
    return None


def unfit(order: Looked, limits: Thresholds) -> Finding | None:
    """ID12: none of the vendor's lines of business (KBLI) covers what is ordered (KBKI)."""
    if not order.activities:
        return None
    found = [
        each
        for each in order.goods
        if (fitting := limits.activities_of.get(each.kbki[:1]))
        and not any(code.startswith(fitting) for code in order.activities)
    ]
    if not found:
        return None
    return Finding(
        "ID12",
        "kbli",
        f"KBLI {order.vendor} ({', '.join(sorted(order.activities)[:5])}) tidak mencakup "
        f"“{found[0].title}”{_more(found)} (KBKI {found[0].kbki}).",
        {
            "kbli": sorted(order.activities),
            "lines": [{"listing": each.listing_id, "kbki": each.kbki} for each in found],
        },
        {"kbli_of_kbki": {each.kbki[:1]: list(limits.activities_of[each.kbki[:1]]) for each in found}},
    )


def everything_shop(order: Looked, limits: Thresholds) -> Finding | None:
    """ID12: the vendor sells in many sections of KBKI that have nothing to do with each other (Cardinal R048)."""
    if len(order.sections) < limits.most_sections:
        return None
    return Finding(
        "ID12",
        "sections",
        f"{order.vendor} menjual dalam {len(order.sections)} seksi KBKI yang tidak berkaitan.",
        {"sections": sorted(order.sections)},
        {"sections": limits.most_sections},
    )


def less_domestic(order: Looked, _limits: Thresholds) -> Finding | None:
    """PDN: a lower rank of Art. 66 was chosen while a higher one can be had and is delivered there."""
    found = [each for each in order.goods if each.better is not None and each.rank < IMPORTED]
    if not found or found[0].better is None:
        return None
    first, better = found[0], found[0].better
    return Finding(
        "PDN",
        "rank",
        f"“{first.title}” berada di urutan {first.rank} produk dalam negeri{_more(found)}; “{better.title}” "
        f"({better.vendor}, {rupiah(better.price)}) di urutan {better.rank} tersedia dan dikirim ke sana.",
        {"lines": [_ranked(each) for each in found]},
    )


def imported(order: Looked, _limits: Thresholds) -> Finding | None:
    """PDN: an imported product; bought only where nothing domestic will do."""
    found = [each for each in order.goods if each.rank >= IMPORTED]
    if not found:
        return None
    better = found[0].better
    instead = (
        f"; “{better.title}” ({better.vendor}, {rupiah(better.price)}) buatan dalam negeri tersedia"
        if better
        else ""
    )
    return Finding(
        "PDN",
        "import",
        f"“{found[0].title}”{_more(found)} bukan produk dalam negeri{instead}.",
        {"lines": [_ranked(each) for each in found]},
    )


def _ranked(each: Goods) -> dict[str, object]:
    better = each.better
    return {
        "listing": each.listing_id,
        "rank": each.rank,
        "better": better.listing_id if better else None,
        "better_rank": better.rank if better else None,
    }


def _more(found: list[Goods]) -> str:
    """How many others share what is said of the first."""
    return f" dan {len(found) - 1} barang lain" if len(found) > 1 else ""


RULES: Final[dict[str, tuple[Rule, ...]]] = {
    SUBMISSION: (
        split,
        fragmented,
        just_under,
        repeated,
        hurried,
        unnegotiated,
        brand_new,
        raised,
        unfit,
        everything_shop,
        less_domestic,
        imported,
    ),
    # what could have changed since, or was not seen before
    APPROVAL: (split, fragmented, just_under, hurried, unnegotiated, raised, fell_back),
    CONFIRMATION: (split, hurried),
}
"""Which rules are asked at which moment."""

CODES: Final = {
    "ID01": "PPK dan penyedia yang sama berulang kali",
    "ID02": "Terlalu cepat, atau besar tanpa negosiasi",
    "ID03": "Produk baru langsung dibeli",
    "ID04": "Harga dinaikkan menjelang pesanan",
    "ID08": "Pemecahan paket",
    "ID09": "Tepat di bawah batas",
    "ID12": "Usaha penyedia tidak sesuai barang",
    "PDN": "Produk dalam negeri didahulukan",
}
"""Every flag of this room with its name."""


def findings(order: Looked, limits: Thresholds) -> Iterator[Finding]:
    """Everything the rules of the order's moment find in it."""
    for rule in RULES[order.moment]:
        if (found := rule(order, limits)) is not None:
            yield found
